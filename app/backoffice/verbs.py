"""What the back office takes for its own pages."""

from __future__ import annotations

from app.core.permissions import permission

VIEW_EVENT = permission(
    "event.view", "View the event log", "sales", "planner", "quality", "finance"
)
REPLAY_DEADLETTER = permission("deadletter.replay", "Replay failed reactions")
