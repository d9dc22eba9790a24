"""What the back office takes for its own pages."""

from typing import Any

from sqlalchemy import func

from app.core.actor import Actor
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.errors import AlreadyDone, Problem, WrongState
from app.core.events import Event, record
from app.core.permissions import permission
from app.core.translations import _, _l
from app.core.verbs import rows_of

VIEW_EVENT = permission(
    "event.view", _l("View the event log"), "sales", "planner", "quality", "finance"
)
REPLAY_DEADLETTER = permission("deadletter.replay", _l("Replay failed reactions"))
DELIVERY = rows_of("delivery", Delivery)


def _is_dead(row: Delivery, actor: Actor) -> Problem | None:
    if row.state == "done":
        return AlreadyDone(_("This was already done. Nothing was changed."))
    return None if row.state == "dead" else WrongState(_("This task is already running."))


def _facts(row: Delivery) -> dict[str, Any]:
    return {"state": row.state, "attempts": row.attempts, "error": row.error}


def replay(row: Delivery, actor: Actor) -> Delivery:
    """Give a dead delivery back to the relay, with all its tries, and record it."""
    before, event = _facts(row), db.session.get_one(Event, row.event_id)
    row.state, row.attempts, row.due_at, row.enqueued_at = "pending", 0, func.now(), None
    data = {"name": row.reaction, "event": event.name}
    record(
        "delivery.replayed",
        row,
        actor,
        stream_id=event.stream_id,
        before=before,
        after=_facts(row),
        data=data,
    )
    return row


REPLAY = DELIVERY.verb(
    replay,
    _l("Replay"),
    REPLAY_DEADLETTER,
    can=_is_dead,
    done=_l("The task is being retried now."),
    icon="refresh",
    entry=frozenset({"staff"}),
)
