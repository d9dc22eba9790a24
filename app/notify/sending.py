"""What the outbound driver asks of messages: what to send, and how a message follows its outcome."""

from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db
from app.core.events import record
from app.core.outbound.adapters import Adapter
from app.core.outbound.driver import Result
from app.core.outbound.intent import OutboundIntent
from app.notify import links
from app.notify.channels import Channel, Outgoing
from app.notify.models import Message
from app.notify.rendering import with_link
from app.notify.states import MESSAGE

EVENTS = {
    "accept": "message.sent",
    "settle": "message.sent",
    "fail": "message.failed",
    "lose": "message.unknown",
}


def prepare(intent: OutboundIntent, adapter: Adapter) -> Outgoing | None:
    """Mark the locked message as being sent and return it; None where it is settled."""
    assert isinstance(adapter, Channel)
    message: Message = intent.subject
    if message.state != "sending":
        if not MESSAGE.can(message.state, "claim"):
            return None
        if message.state == "failed" and _was_resent(message):
            return None
        MESSAGE.fire(message, "claim")
    message.attempts += 1
    if message.provider_message_id is None:
        message.provider_message_id = adapter.new_message_id(str(message.id))
    link = _link_of(message)
    return Outgoing(
        message_id=message.provider_message_id,
        recipient=message.recipient,
        subject=message.subject,
        body_text=with_link(message.body_text, link),
        body_html=with_link(message.body_html, link, html=True),
    )


def _link_of(message: Message) -> str:
    """Return the address for the recipient; the page that sends a new link where the message names none."""
    if message.link_kind is None:
        return links.lost_address()
    link = links.renewed(links.Link(message.link_kind, message.link_id))
    message.link_id = link.row_id
    return links.address_of(link)


def _was_resent(message: Message) -> bool:
    query = select(Message.id).where(Message.resend_of_id == message.id)
    return db.session.scalar(query) is not None


def follow(intent: OutboundIntent, result: Result, change: dict[str, Any], actor: Actor) -> None:
    """Move the message as its intent moved; records message.sent, message.failed or message.unknown."""
    message: Message = intent.subject
    if result.trigger not in (*EVENTS, "release"):
        return
    moved = MESSAGE.fire(message, result.trigger)
    message.error = intent.error
    if result.trigger == "release":
        return
    message.sent_at = intent.sent_at
    record(
        EVENTS[result.trigger],
        message,
        actor,
        stream_id=message.stream_id,
        **moved,
        data={
            "message_id": message.provider_message_id,
            "attempts": message.attempts,
            "how": result.sentence,
        },
    )
