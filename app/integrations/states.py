"""The life of one write to another system."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

SYNC = Chart(
    "sync",
    initial="intended",
    states=[
        State("intended", "Intended", "waiting"),
        State("sending", "Sending", "working"),
        State("sent", "Sent", "good"),
        State("failed", "Failed", "bad"),
        State("unknown", "Unknown, check", "attention"),
    ],
    moves=[
        Move("claim", ("intended", "failed"), "sending"),
        Move("release", ("sending",), "intended"),
        Move("accept", ("sending",), "sent"),
        Move("fail", ("intended", "sending"), "failed"),
        Move("lose", ("sending",), "unknown"),
    ],
)

NOT_WRITTEN = ("failed", "unknown")
"""States that end without a confirmed write."""
