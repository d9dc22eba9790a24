"""The event log: kinds of events as their rooms declare them, and one append-only row per change."""

from app.core.events.kinds import KINDS, EventKind, Payload, Personal, PersonalOrNone, payload
from app.core.events.log import (
    CHANNEL,
    GENESIS,
    Event,
    EventStream,
    Outbox,
    digest,
    record,
    record_change,
    timeline,
)

__all__ = [
    "CHANNEL",
    "GENESIS",
    "KINDS",
    "Event",
    "EventKind",
    "EventStream",
    "Outbox",
    "Payload",
    "Personal",
    "PersonalOrNone",
    "digest",
    "payload",
    "record",
    "record_change",
    "timeline",
]
