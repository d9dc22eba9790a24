"""The life of a price list: only a published one makes prices, between its days."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

PRICE_LIST = Chart(
    "price_list",
    initial="draft",
    states=[
        State("draft", _l("Draft"), "attention"),
        State("published", _l("Published"), "good"),
        State("archived", _l("Archived"), "done"),
    ],
    moves=[
        Move("publish_price_list", ("draft",), "published"),
        Move("archive_price_list", ("draft", "published"), "archived"),
        Move("reopen_price_list", ("archived",), "draft"),
    ],
)
IN_FORCE = "published"
#: Prices can be set in these.
EDITABLE = frozenset({"draft", "published"})
