"""The kinds of events of writes to other systems and of their settings."""

from typing import Any

from app.core.events import EventKind, Payload, PersonalOrNone, payload
from app.core.translations import _l


class Write(Payload):
    """One write: its key and the system it goes to."""

    key: str
    target: str


OUTCOME = payload(Write, outcome=dict[str, Any] | None, error=PersonalOrNone)

EventKind("sync.intended", _l("Queued for accounting"), Write, is_routine=True)
EventKind("sync.sent", _l("Booked in accounting"), OUTCOME, tone="good", is_routine=True)
EventKind("sync.failed", _l("Booking failed"), OUTCOME, tone="bad")
EventKind("sync.unknown", _l("Booking unconfirmed"), OUTCOME, tone="bad")
EventKind("sync.abandoned", _l("Booking abandoned"), OUTCOME)
EventKind("sync.retried", _l("Booking retried"), Write)
EventKind(
    "adapter.settings_changed",
    _l("Connection settings changed"),
    payload(kind=str, name=str, secrets_set=list[str], secrets_removed=list[str]),
    detail="name",
)
