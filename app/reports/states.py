"""The life of an export."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

EXPORT = Chart(
    "export",
    initial="requested",
    states=[
        State("requested", _l("In progress"), "working"),
        State("ready", _l("Ready"), "good"),
        State("failed", _l("Failed"), "bad"),
    ],
    moves=[
        Move("finish", ("requested", "failed"), "ready"),
        Move("fail", ("requested",), "failed"),
    ],
)
