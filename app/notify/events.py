"""The kinds of events of messages."""

import uuid

from pydantic import Field

from app.core.events import EventKind, Payload, payload
from app.core.translations import _l


class Addressed(Payload):
    """Which message, to whom, over which channel."""

    template: str
    channel: str
    recipient: str
    subject: str | None


class Attempt(Payload):
    """What the other side answered after so many attempts."""

    message_id: str | None
    attempts: int
    how: str | None


EventKind(
    "message.queued",
    _l("Message queued"),
    Addressed,
    detail="subject",
    is_routine=True,
    personal_fields=("recipient", "subject"),
)
EventKind(
    "message.sent",
    _l("Message sent"),
    Attempt,
    tone="good",
    is_routine=True,
    personal_fields=("how",),
    public=True,
)
EventKind(
    "message.failed",
    _l("Message failed"),
    Attempt,
    tone="bad",
    personal_fields=("how",),
    public=True,
)
EventKind(
    "message.unknown", _l("Delivery unconfirmed"), Attempt, tone="bad", personal_fields=("how",)
)
EventKind(
    "message.suppressed",
    _l("Message not sent"),
    payload(Addressed, reason=str),
    detail="subject",
    personal_fields=("recipient", "subject", "reason"),
)
EventKind(
    "message.resent", _l("Message resent"), payload(new_id=(uuid.UUID, Field(alias="as")), was=str)
)
