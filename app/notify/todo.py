"""What waits at messages: those that did not arrive, or may not have, and were not sent again."""

from typing import Any

from flask import url_for
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.core.backoffice.todo import Todo, TodoItem, Urgency
from app.core.translations import _, _l
from app.notify.models import Message
from app.notify.states import MESSAGE, RESENDABLE

NEWER = aliased(Message)
SENT_AGAIN = exists().where(NEWER.resend_of_id == Message.id)


def _item(row: Any) -> TodoItem:
    message: Message = row[0]
    why = (message.error.splitlines()[0][:120],) if message.error else ()
    subject = message.subject
    title = (
        _("Delivery not confirmed: %(subject)s", subject=subject)
        if message.state == "unknown"
        else _("Not delivered: %(subject)s", subject=subject)
    )
    return TodoItem(
        title, (message.recipient, *why), message.created_at,
        MESSAGE.badge(message.state),
        url_for("messages.details_view", id=message.id), message.stream_id,
    )  # fmt: skip


TODOS = (
    Todo(
        "undelivered_messages",
        "message.resend",
        _item,
        query=lambda: select(Message).order_by(Message.id),
        where=(Message.state.in_(RESENDABLE), ~SENT_AGAIN),
        urgency=Urgency.FAILED,
        button=_l("View message"),
        icon="mail",
        page="messages",
        counted=Message,
    ),
)
