"""Shipments that follow when an order's delivery is set anew."""

import uuid

from sqlalchemy import select

from app.core.actor import Actor
from app.core.db import db, get
from app.core.events import record
from app.core.outbound.intent import newest
from app.core.postal_address import PostalAddress
from app.fulfilment.carriers import Carrier
from app.fulfilment.models import Shipment
from app.fulfilment.states import FOR_PICKUP, SHIPMENT, TO_PACK
from app.orders.models import Order


def follow_delivery(order_id: uuid.UUID, *, actor: Actor) -> list[Shipment]:
    """Let the order's shipments go where the order goes now, and return those that changed.

    One with a label, or with one being bought, stays as it is. Locks the order FOR SHARE, then the
    shipments, as their verbs do. Records shipment.delivery_changed.
    """
    order = get(Order, order_id, with_for_update={"read": True}, populate_existing=True)
    open_ones = select(Shipment).where(
        Shipment.order_id == order_id, Shipment.state.in_(TO_PACK | FOR_PICKUP)
    )
    shipments = list(db.session.scalars(open_ones.order_by(Shipment.id).with_for_update()))
    if order.delivery is None:
        return []
    wanted = (order.delivery, order.ship_to if order.delivery == "carrier" else PostalAddress())
    return [one for one in shipments if _follow(one, *wanted, actor)]


def _follow(shipment: Shipment, method: str, address: PostalAddress, actor: Actor) -> bool:
    label = newest(shipment.id, Carrier.kind)
    is_same = (shipment.method, shipment.address) == (method, address)
    if is_same or (label is not None and label.state != "failed"):
        return False
    before, after = {"method": shipment.method}, {"method": method}
    if shipment.state in FOR_PICKUP:
        moved = SHIPMENT.fire(shipment, "ship_instead")
        before, after = before | moved["before"], after | moved["after"]
    shipment.method, shipment.address = method, address
    record("shipment.delivery_changed", shipment, actor, before=before, after=after)
    return True
