"""The kinds of events of the ground floor itself."""

import uuid

from app.core.deliveries import reaction_label
from app.core.events.kinds import EventKind, Payload
from app.core.translations import _l


class Denial(Payload):
    """What somebody tried without the right to it, or a sign-in that failed and why."""

    permission: str | None = None
    method: str | None = None
    path: str | None = None
    what: str | None = None
    reason: str | None = None
    staff_id: uuid.UUID | None = None
    ip: str | None = None


class Replay(Payload):
    """The reaction that is tried again, and the event it is for."""

    name: str
    event: str


EventKind("access.denied", _l("Access denied"), Denial, tone="bad", personal_fields=("ip",))
EventKind(
    "delivery.replayed",
    _l("Reaction retried"),
    Replay,
    detail=lambda data: reaction_label(str(data.get("name", ""))),
)
