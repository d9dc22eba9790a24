"""From production to shipments, and from delivery back to the order."""

from contextlib import suppress

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db, locked
from app.core.errors import AlreadyDone
from app.core.events import Event
from app.fulfilment import queries as shipping
from app.fulfilment import services as fulfilment
from app.fulfilment.models import Shipment
from app.fulfilment.states import ENDED as SHIPMENT_ENDED
from app.orders import services as orders
from app.orders.models import Order
from app.production import queries as production
from app.production.models import Job
from app.production.states import ENDED


def make_shipment(event: Event) -> None:
    """job.finished, job.cancelled, order.resumed and order.delivery_set: once every job of the order has
    ended, what is good is put up for packing.

    The order's row is locked, so that two jobs that end at once make one shipment.
    """
    order = locked(Order, event.stream_id)
    # without an address or a pickup it waits for sales to set its delivery
    if not order.is_placed or order.delivery is None:
        return
    if order.hold_reason or not production.is_made(order.id):
        return
    good = production.good_by_line(order.id)
    if shipping.available(order.id, good):
        fulfilment.create_shipment(
            order.id,
            good_by_line=good,
            method=order.delivery,
            actor=system(),
        )


def follow_delivery(event: Event) -> None:
    """order.delivery_set: shipments that have no label yet go where the order goes now."""
    fulfilment.follow_delivery(event.stream_id, actor=system())


def close_order(event: Event) -> None:
    """shipment.delivered, collected, job.finished and job.cancelled: close the order once every job has
    ended and all that is good has arrived."""
    order = locked(Order, event.stream_id)
    if not order.is_placed:
        return
    open_jobs = select(Job.id).where(Job.order_id == order.id, Job.state.not_in(list(ENDED)))
    under_way = select(Shipment.id).where(
        Shipment.order_id == order.id, Shipment.state.not_in(SHIPMENT_ENDED)
    )
    if db.session.scalar(open_jobs.limit(1)) or db.session.scalar(under_way.limit(1)):
        return
    good = production.good_by_line(order.id)
    if not shipping.gone_by_line(order.id) or shipping.available(order.id, good):
        return
    with suppress(AlreadyDone):
        orders.close_order(order.id, actor=system())
