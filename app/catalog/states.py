"""The life of a product. Only an active one can be ordered; what orders name is archived, never deleted."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

PRODUCT = Chart(
    "product",
    initial="draft",
    states=[
        State("draft", _l("Draft"), "attention"),
        State("active", _l("Active"), "good"),
        State("archived", _l("Archived"), "done"),
    ],
    moves=[
        Move("publish", ("draft",), "active"),
        Move("archive", ("active",), "archived"),
        Move("restore", ("archived",), "active"),
    ],
)

CHANGE = Chart(
    "catalog_change",
    initial="scheduled",
    states=[
        State("scheduled", _l("Scheduled"), "waiting"),
        State("applied", _l("Applied"), "good"),
        State("failed", _l("Not applied"), "bad"),
        State("cancelled", _l("Cancelled"), "done"),
    ],
    moves=[
        Move("apply_change", ("scheduled", "failed"), "applied"),
        Move("fail_change", ("scheduled",), "failed"),
        Move("cancel_change", ("scheduled", "failed"), "cancelled"),
    ],
)

OFFERED = "active"
ENDED = "archived"
FAILED = "failed"
EDITED_FREELY = frozenset({"draft", "archived"})
"""States whose properties may be half finished: nobody can order."""
