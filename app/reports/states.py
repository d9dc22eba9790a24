"""The life of an export."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

EXPORT = Chart(
    "export",
    initial="requested",
    states=[
        State("requested", "In progress", "working"),
        State("ready", "Ready", "good"),
        State("failed", "Failed", "bad"),
    ],
    moves=[
        Move("finish", ("requested", "failed"), "ready"),
        Move("fail", ("requested",), "failed"),
    ],
)
