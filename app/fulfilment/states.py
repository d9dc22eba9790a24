"""The life of a shipment, as a table."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

SHIPMENT = Chart(
    "shipment",
    initial="pending",
    states=[
        State("pending", "Pending", "waiting", "Preparing to ship", "waiting"),
        State("picking", "Picking", "working"),
        State("packed", "Packed", "working", "Packed", "working"),
        State("labelled", "Labelled", "working", "Packed", "working"),
        State("shipped", "Shipped", "working", "On its way", "working"),
        State("delivered", "Delivered", "good", "Delivered", "good"),
        State("exception", "Exception", "bad", "Delayed by the carrier", "attention"),
        State("returned", "Returned", "attention", "Returned to us", "attention"),
        State("ready_for_pickup", "Ready for pickup", "waiting", "Ready for pickup", "attention"),
        State("collected", "Collected", "good", "Collected", "good"),
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
        Move("mark_collected", ("ready_for_pickup",), "collected"),
    ],
)

PACKED = frozenset({"packed"})
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
