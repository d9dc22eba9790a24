"""What can be done to messages. Rules stand here once: pages, the API and services ask them."""

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, Problem
from app.core.permissions import permission
from app.core.translations import _, _l
from app.core.verbs import rows_of
from app.notify import services
from app.notify.models import Message
from app.notify.states import MESSAGE, RESENDABLE

VIEW = permission(
    "message.view", _l("View messages"), "sales", "prepress", "planner", "warehouse", "finance"
)
RESEND = permission("message.resend", _l("Resend messages"), "sales")


SUBJECT = rows_of("message", Message, chart=MESSAGE, stream_id=lambda message: message.stream_id)


def _is_newest(message: Message, actor: Actor) -> Problem | None:
    again = select(Message.id).where(Message.resend_of_id == message.id)
    if db.session.scalar(again) is not None:
        return AlreadyDone(
            _("This message has already been sent again. Nothing was changed."),
            next_step=_("Open the newer message with the same subject."),
        )
    return None


confirm_delivery = SUBJECT.verb(
    services.confirm_delivery,
    _l("Confirm delivery"),
    RESEND,
    trigger="settle",
    can=_is_newest,
    done=_l("Delivery confirmed."),
    icon="check",
)
resend = SUBJECT.verb(
    services.resend,
    _l("Send again"),
    RESEND,
    states=RESENDABLE,
    can=_is_newest,
    done=_l("A new message has been queued."),
    icon="refresh",
)
