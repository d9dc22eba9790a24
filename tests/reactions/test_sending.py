"""From delivery back to the order."""

from __future__ import annotations

from typing import Any

from app.core.events import Event
from app.fulfilment import services, verbs
from app.reactions.sending import close_order
from tests.order_rows import placed_order, staff_actor


def test_an_order_is_closed_only_when_every_shipment_has_arrived(session: Any) -> None:
    order, warehouse = placed_order([10]), staff_actor("warehouse")
    line = order.lines[0].id
    made = [
        services.create_shipment(
            order.id, {line: count}, good_by_line={line: 10}, actor=warehouse, method="pickup"
        )
        for count in (6, 4)
    ]
    for shipment in made:
        verbs.start_picking(shipment.id, actor=warehouse)
        verbs.pack(shipment.id, 100, actor=warehouse)
        verbs.mark_ready_for_pickup(shipment.id, actor=warehouse)
        assert order.state == "placed"
        verbs.mark_collected(shipment.id, actor=warehouse)
        close_order(Event(stream_id=order.id))
    assert order.state == "closed"
