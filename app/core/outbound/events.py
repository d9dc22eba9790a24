"""The kinds of events of writes to other systems and of their settings."""

from typing import Any

from app.core.events import EventKind, Payload
from app.core.translations import _l


class Write(Payload):
    """One write: its key and the system it goes to."""

    key: str
    target: str


class Outcome(Write):
    """What the other system gave back, or why it didn't."""

    outcome: dict[str, Any] | None
    error: str | None


class Settings(Payload):
    """Which adapter, and which of its secrets were entered or removed; never the secrets."""

    kind: str
    name: str
    secrets_set: list[str]
    secrets_removed: list[str]


EventKind("sync.intended", _l("Queued for accounting"), Write, is_routine=True)
EventKind(
    "sync.sent",
    _l("Booked in accounting"),
    Outcome,
    tone="good",
    is_routine=True,
    personal_fields=("error",),
)
EventKind("sync.failed", _l("Booking failed"), Outcome, tone="bad", personal_fields=("error",))
EventKind(
    "sync.unknown", _l("Booking unconfirmed"), Outcome, tone="bad", personal_fields=("error",)
)
EventKind("sync.abandoned", _l("Booking abandoned"), Outcome, personal_fields=("error",))
EventKind("sync.retried", _l("Booking retried"), Write)
EventKind("adapter.settings_changed", _l("Connection settings changed"), Settings, detail="name")
