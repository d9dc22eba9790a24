"""The back office of messages: what was sent, what was not and why, sending again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_admin.contrib.sqla.filters import FilterEqual
from sqlalchemy import select

from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.notify.channels import channel
from app.notify.models import Message
from app.notify.rendering import LINK_MARK
from app.notify.states import MESSAGE, RESENDABLE
from app.notify.verbs import SUBJECT
from app.orders.cells import order_link, order_ref, read_orders
from app.orders.models import Order

NEXT = {
    "queued": "It will be sent as soon as a worker is free.",
    "sending": "It is being sent now.",
    "failed": "It was not delivered. Fix the cause, then send it again.",
    "bounced": "The recipient's server returned it. Check the address, then send it again.",
    "unknown": (
        "The server's reply was lost, so it may or may not have been delivered. Ask the recipient, "
        "then confirm delivery or send it again. It is never sent again automatically."
    ),
}


class MessageView(RowVerbs, BackOfficeModelView):
    """All messages to customers and staff."""

    permission_view = "message.view"
    area = "Sales"
    menu_icon = "mail"
    menu_order = 40

    subject = SUBJECT
    chart = MESSAGE
    title = "Messages"
    sentence = (
        "All messages to customers and staff, newest first, including those that were not sent."
    )
    empty_title = "No messages"
    empty_sentence = "Messages are sent automatically as orders progress."
    details_template = "notify/message.html"
    column_list = ("subject", "recipient", "order", "state", "attempts", "created_at", "sent_at")
    column_details_list = (
        "recipient",
        "channel",
        "order",
        "template",
        "attempts",
        "error",
        "suppressed_reason",
        "provider_message_id",
        "created_at",
        "sent_at",
    )
    column_labels = {
        "recipient": "To",
        "channel": "Channel",
        "template": "Message",
        "attempts": "Attempts",
        "error": "Error",
        "suppressed_reason": "Reason not sent",
        "provider_message_id": "Message-ID",
        "created_at": "Created",
        "sent_at": "Sent",
    }
    phone_places = {
        "state": "at-end",
        "recipient": "at-body",
        "order": "",
        "created_at": "to-end",
        "attempts": "skip-sm",
        "sent_at": "skip-sm",
    }
    hidden_when_empty = ("error", "suppressed_reason", "provider_message_id", "sent_at")
    column_formatters = {"order": lambda view, context, row, name: order_link(row.stream_id)}
    column_formatters_detail = {
        "order": lambda view, context, row, name: order_link(row.stream_id),
        "template": lambda view, context, row, name: row.template.replace("_", " ").capitalize(),
        "channel": lambda view, context, row, name: channel(row.channel).name,
    }
    column_sortable_list = ("created_at", "sent_at", "recipient")
    column_default_sort = ("created_at", True)
    column_searchable_list = ("recipient", "subject")
    search_kind = "message"
    column_filters = (
        FilterEqual(
            Message.state, "State", options=[(name, MESSAGE.word(name)) for name in MESSAGE.states]
        ),
        "template",
        "created_at",
    )
    saved_views = (
        SavedView("All", {}),
        SavedView("Unconfirmed", {"flt0_state_equals": "unknown"}),
        SavedView("Failed", {"flt0_state_equals": "failed"}),
        SavedView("Not sent", {"flt0_state_equals": "suppressed"}),
        SavedView("Queued", {"flt0_state_equals": "queued"}),
    )

    def row_title(self, row: Message) -> str:
        return row.subject

    def get_export_value(self, model: Message, name: str) -> Any:
        """Return the bare value; the order by its number."""
        return (
            order_ref(model.stream_id) if name == "order" else super().get_export_value(model, name)
        )

    def read_ahead(self, rows: Sequence[Message]) -> None:
        """Read the orders' numbers."""
        read_orders(row.stream_id for row in rows)

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            message: Message = kwargs["model"]
            newer = select(Message).where(Message.resend_of_id == message.id)
            kwargs["newer"] = db.session.scalar(newer)
            kwargs["offers"] = self.offers(message)
            kwargs |= self.address_facts(message)
            kwargs["what_next"] = NEXT.get(message.state, "")
            kwargs["body"] = message.body_text.replace(LINK_MARK, "[personal link]")
        return super().render(template, **kwargs)

    def address_facts(self, message: Message) -> dict[str, Any]:
        """Return where the message would go now, and where its address can be corrected."""
        order = db.session.get(Order, message.stream_id) if message.stream_id else None
        contact = order.contact if order is not None else None
        address = channel(message.channel).address
        goes_to = getattr(contact, address) if contact is not None else message.recipient
        wrong = message.state in RESENDABLE | {"suppressed"} and goes_to == message.recipient
        may = self.may("customer.edit") and self.may("message.resend")
        return {
            "goes_to": goes_to,
            "correct_url": (
                self.get_url("contacts.edit_view", id=contact.id, url=request.full_path)
                if contact is not None and wrong and may
                else ""
            ),
        }


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [MessageView(Message, name="Messages", endpoint="messages", url="messages")]
