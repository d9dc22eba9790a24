"""The life of an order. How far a placed order has come is derived from quantities, never set."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

ORDER = Chart(
    "order",
    initial="requested",
    states=[
        State(
            "requested",
            _l("New request"),
            "attention",
            _l("We've received your request"),
            "working",
        ),
        State(
            "needs_info",
            _l("Awaiting answer"),
            "waiting",
            _l("We have a question about your order"),
            "attention",
        ),
        State(
            "estimating", _l("Estimating"), "working", _l("We're preparing your quote"), "working"
        ),
        State("quoted", _l("Quote sent"), "waiting", _l("Your quote is ready"), "attention"),
        State("placed", _l("Placed"), "waiting", _l("Preparing for production"), "working"),
        State("closed", _l("Closed"), "done", _l("Delivered"), "done"),
        State("declined", _l("Declined"), "done", _l("We can't make this"), "done"),
        State("rejected", _l("Rejected"), "done", _l("You declined the quote"), "done"),
        State("expired", _l("Expired"), "done", _l("This quote has expired"), "done"),
        State("cancelled", _l("Cancelled"), "done", _l("Cancelled"), "done"),
    ],
    moves=[
        Move("start_estimate", ("requested", "needs_info"), "estimating"),
        Move("ask_customer", ("requested", "estimating"), "needs_info"),
        Move("answer_question", ("needs_info",), "estimating"),
        Move("send_quote", ("estimating",), "quoted"),
        Move("revise_quote", ("quoted",), "estimating"),
        Move("accept_quote", ("quoted",), "placed"),
        Move("reject_quote", ("quoted",), "rejected"),
        Move("expire_quote", ("quoted",), "expired"),
        Move("decline", ("requested", "needs_info", "estimating"), "declined"),
        Move("cancel", ("requested", "needs_info", "estimating", "quoted", "placed"), "cancelled"),
        Move("close", ("placed",), "closed"),
    ],
)

BEFORE_QUOTE = frozenset({"requested", "needs_info", "estimating"})
QUOTED = frozenset({"quoted"})
PLACED = frozenset({"placed"})
OPEN = BEFORE_QUOTE | QUOTED | PLACED
ENDED_EARLY = frozenset({"declined", "rejected", "expired", "cancelled"})
ENDED = ENDED_EARLY | {"closed"}
