"""The back office of messages: what was sent, what was not and why, sending again."""

from typing import Any

from flask import request
from sqlalchemy import select

from app.core.backoffice.columns import Column
from app.core.backoffice.forms import label_of
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.db import db
from app.core.translations import _l
from app.notify.channels import channel
from app.notify.models import Message
from app.notify.rendering import LINK_MARK
from app.notify.states import MESSAGE, RESENDABLE
from app.notify.verbs import SUBJECT
from app.orders.cells import order_column
from app.orders.models import Order

NEXT = {
    "queued": _l("It will be sent as soon as a worker is free."),
    "sending": _l("It is being sent now."),
    "failed": _l("It was not delivered. Fix the cause, then send it again."),
    "bounced": _l("The recipient's server returned it. Check the address, then send it again."),
    "unknown": (
        _l(
            "The server's reply was lost, so it may or may not have been delivered. Ask the "
            "recipient, then confirm delivery or send it again. It is never sent again "
            "automatically."
        )
    ),
}


class MessageView(RowVerbs, BackOfficeModelView):
    """All messages to customers and staff."""

    model = Message
    name = _l("Messages")
    endpoint = "messages"
    permission_view = "message.view"
    area = _l("Sales")
    menu_icon = "mail"
    menu_order = 40

    subject = SUBJECT
    chart = MESSAGE
    sentence = _l(
        "All messages to customers and staff, newest first, including those that were not sent."
    )
    empty_title = _l("No messages")
    empty_sentence = _l("Messages are sent automatically as orders progress.")
    details_template = "notify/message.html"
    columns = (
        Column("subject"),
        Column("recipient", _l("To"), "at-body", is_sortable=True, permission="customer.view"),
        order_column(),
        Column("state", phone="at-end"),
        Column("attempts", phone="skip-sm"),
        Column("created_at", phone="to-end", is_sortable=True),
        Column("sent_at", phone="skip-sm", is_sortable=True, hidden_when_empty=True),
    )
    details = (
        "recipient",
        Column("channel", show=lambda row: channel(row.channel).name),
        "order",
        Column("template", _l("Message"), show=lambda row: label_of(row.template)),
        "attempts",
        Column("error", hidden_when_empty=True),
        Column("suppressed_reason", _l("Reason not sent"), hidden_when_empty=True),
        Column("provider_message_id", "Message-ID", hidden_when_empty=True),
        "created_at",
        "sent_at",
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("recipient", "subject")
    search_kind = "message"
    column_filters = ("state", "template", "created_at")
    saved_views = (
        SavedView(_l("Unconfirmed"), {"flt0_state_equals": "unknown"}),
        SavedView(_l("Failed"), {"flt0_state_equals": "failed"}),
        SavedView(_l("Not sent"), {"flt0_state_equals": "suppressed"}),
        SavedView(_l("Queued"), {"flt0_state_equals": "queued"}),
    )

    def row_title(self, row: Message) -> str:
        return row.subject

    def details_context(self, row: Message) -> dict[str, Any]:
        """Return the text, what to do now, what this person may do, and where it would go."""
        newer = select(Message).where(Message.resend_of_id == row.id)
        return {
            "newer": db.session.scalar(newer),
            "offers": self.offers(row),
            "what_next": NEXT.get(row.state, ""),
            "body": row.body_text.replace(LINK_MARK, "[personal link]"),
            **self.address_facts(row),
        }

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
