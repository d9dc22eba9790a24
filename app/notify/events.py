"""The kinds of events of messages."""

import uuid

from pydantic import Field

from app.core.events import EventKind, Personal, PersonalOrNone, payload
from app.core.translations import _l

ADDRESSED = payload(template=str, channel=str, recipient=Personal, subject=PersonalOrNone)
ATTEMPT = payload(message_id=str | None, attempts=int, how=PersonalOrNone)

EventKind("message.queued", _l("Message queued"), ADDRESSED, detail="subject", is_routine=True)
EventKind("message.sent", _l("Message sent"), ATTEMPT, tone="good", is_routine=True, public=True)
EventKind("message.failed", _l("Message failed"), ATTEMPT, tone="bad", public=True)
EventKind("message.unknown", _l("Delivery unconfirmed"), ATTEMPT, tone="bad")
EventKind(
    "message.suppressed",
    _l("Message not sent"),
    payload(ADDRESSED, reason=Personal),
    detail="subject",
)
EventKind(
    "message.resent", _l("Message resent"), payload(new_id=(uuid.UUID, Field(alias="as")), was=str)
)
