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

OFFERED = "active"
ENDED = "archived"
EDITED_FREELY = frozenset({"draft", "archived"})
"""States whose properties may be half finished: nobody can order."""
