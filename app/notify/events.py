"""The kinds of events of messages."""

import uuid

from pydantic import Field

from app.core.events import EventKind, Personal, PersonalOrNone, payload
from app.core.translations import _l

ADDRESSED = payload(template=str, channel=str, recipient=Personal, subject=PersonalOrNone)
#: What a mail server answers names the address too.
GUARDED = dict.fromkeys(("recipient", "reason", "how"), "customer.view")
ATTEMPT = payload(message_id=str | None, attempts=int, how=PersonalOrNone)

EventKind(
    "message.queued",
    _l("Message queued"),
    ADDRESSED,
    detail="subject",
    is_routine=True,
    guarded=GUARDED,
)
EventKind("message.sent", _l("Message sent"), ATTEMPT, tone="good", is_routine=True, public=True)
EventKind("message.failed", _l("Message failed"), ATTEMPT, tone="bad", public=True, guarded=GUARDED)
EventKind("message.unknown", _l("Delivery unconfirmed"), ATTEMPT, tone="bad", guarded=GUARDED)
EventKind(
    "message.suppressed",
    _l("Message not sent"),
    payload(ADDRESSED, reason=Personal),
    detail="subject",
    guarded=GUARDED,
)
EventKind(
    "message.resent", _l("Message resent"), payload(new_id=(uuid.UUID, Field(alias="as")), was=str)
)
