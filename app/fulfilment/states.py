"""The life of a shipment, as a table."""

from app.core.translations import _l
from app.core.workflow import Chart, Move, State

SHIPMENT = Chart(
    "shipment",
    initial="pending",
    states=[
        State("pending", _l("Pending"), "waiting", _l("Preparing to ship"), "waiting"),
        State("picking", _l("Picking"), "working"),
        State("packed", _l("Packed"), "working", _l("Packed"), "working"),
        State("labelled", _l("Labelled"), "working", _l("Packed"), "working"),
        State("shipped", _l("Shipped"), "working", _l("On its way"), "working"),
        State("delivered", _l("Delivered"), "good", _l("Delivered"), "good"),
        State("exception", _l("Exception"), "bad", _l("Delayed by the carrier"), "attention"),
        State("returned", _l("Returned"), "attention", _l("Returned to us"), "attention"),
        State(
            "ready_for_pickup",
            _l("Ready for pickup"),
            "waiting",
            _l("Ready for pickup"),
            "attention",
        ),
        State("collected", _l("Collected"), "good", _l("Collected"), "good"),
    ],
    moves=[
        Move("start_picking", ("pending",), "picking"),
        Move("pack", ("picking",), "packed"),
        Move("label", ("packed",), "labelled"),
        Move("mark_shipped", ("labelled",), "shipped"),
        Move("mark_delivered", ("shipped", "exception"), "delivered"),
        Move("report_problem", ("shipped",), "exception"),
        Move("mark_returned", ("shipped", "exception"), "returned"),
        Move("mark_ready_for_pickup", ("packed",), "ready_for_pickup"),
        Move("ship_instead", ("ready_for_pickup",), "packed"),
        Move("mark_collected", ("ready_for_pickup",), "collected"),
    ],
)

PACKED = frozenset({"packed"})
LABELLED = frozenset({"labelled"})
TO_PACK = PACKED | {"pending", "picking"}
UNDER_WAY = frozenset({"shipped", "exception"})
WITH_PROBLEM = frozenset({"exception"})
RETURNED = frozenset({"returned"})
ARRIVED = frozenset({"delivered", "collected"})
SHIPPED = UNDER_WAY | ARRIVED
FOR_PICKUP = frozenset({"ready_for_pickup"})
ENDED = ARRIVED | RETURNED
METHODS = ("carrier", "pickup")
STEPS = {
    "carrier": ("pending", "picking", "packed", "labelled", "shipped", "delivered"),
    "pickup": ("pending", "picking", "packed", "ready_for_pickup", "collected"),
}
