"""The life of a shipment, as a table."""

from __future__ import annotations

from app.core.workflow import Chart, Move, State

SHIPMENT = Chart(
    "shipment",
    initial="pending",
    states=[
        State("pending", "Pending", "waiting", "Leaves soon", "waiting"),
        State("picking", "Picking", "working"),
        State("packed", "Packed", "working", "Packed", "working"),
        State("labelled", "Labelled", "working", "Packed", "working"),
        State("shipped", "Shipped", "working", "On its way", "working"),
        State("delivered", "Delivered", "good", "Delivered", "good"),
        State("exception", "Problem", "bad", "Late at the carrier, we look into it", "attention"),
        State("returned", "Returned", "attention", "Came back to us", "attention"),
        State(
            "ready_for_pickup",
            "Ready for pickup",
            "waiting",
            "Ready, come and collect it",
            "attention",
        ),
        State("collected", "Collected", "good", "Collected", "good"),
    ],
    moves=[
        Move("start_picking", ("pending",), "picking", "shipment.pack", "Start picking"),
        Move("pack", ("picking",), "packed", "shipment.pack", "Packed"),
        Move("label", ("packed",), "labelled"),
        Move("ship", ("labelled",), "shipped", "shipment.ship", "Handed to the carrier"),
        Move("deliver", ("shipped", "exception"), "delivered", "shipment.deliver", "Delivered"),
        Move("report_problem", ("shipped",), "exception", "shipment.deliver", "Report a problem"),
        Move("return", ("shipped", "exception"), "returned", "shipment.deliver", "Came back"),
        Move("ready", ("packed",), "ready_for_pickup", "shipment.ship", "Ready for pickup"),
        Move("collect", ("ready_for_pickup",), "collected", "shipment.deliver", "Collected"),
    ],
)

ARRIVED = frozenset({"delivered", "collected"})
GONE = ARRIVED | {"shipped", "exception"}
RETURNED = frozenset({"returned"})
FOR_PICKUP = frozenset({"ready_for_pickup"})
TO_PACK = ("pending", "picking", "packed")
METHODS = ("carrier", "pickup")
