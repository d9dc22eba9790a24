"""The life of an order. How far a placed order has come is derived from quantities, never set."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

ORDER = Chart(
    "order",
    initial="requested",
    states=[
        State("requested", "New request", "attention", "We've received your request", "working"),
        State(
            "needs_info",
            "Awaiting answer",
            "waiting",
            "We have a question about your order",
            "attention",
        ),
        State("estimating", "Estimating", "working", "We're preparing your quote", "working"),
        State("quoted", "Quote sent", "waiting", "Your quote is ready", "attention"),
        State("placed", "Placed", "waiting", "Preparing for production", "working"),
        State("closed", "Closed", "done", "Delivered", "done"),
        State("declined", "Declined", "done", "We can't make this", "done"),
        State("rejected", "Rejected", "done", "You declined the quote", "done"),
        State("expired", "Expired", "done", "This quote has expired", "done"),
        State("cancelled", "Cancelled", "done", "Cancelled", "done"),
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
PLACED = frozenset({"placed"})
OPEN = BEFORE_QUOTE | {"quoted"} | PLACED
ENDED_EARLY = frozenset({"declined", "rejected", "expired", "cancelled"})
ENDED = ENDED_EARLY | {"closed"}
