"""The promotion code of an order: entered with the request or by staff, taken off again."""

from sqlalchemy import select

from app.catalog.models import Product
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone
from app.core.events import record
from app.core.translations import _
from app.orders.models import Order
from app.pricelists.services.promotions import (
    NotForCustomer,
    promotion_of,
    release_promotion,
    use_promotion,
)


def add_promotion(order: Order, actor: Actor, promotion_code: str) -> Order:
    """Price the order with this code from its next quote on, in place of one that it had. Locks the code. Raises
    BadInput where it can't be used for this order, AlreadyDone. Records order.promotion_added."""
    former = promotion_of(order.id)
    if former is not None and former.code == promotion_code.strip().upper():
        raise AlreadyDone(_("The order already uses this code. Nothing was changed."))
    if former is not None:
        release_promotion(order.id, actor=actor)
    _use(order, actor, promotion_code)
    return order


def remove_promotion(order: Order, actor: Actor) -> Order:
    """Take the code off the order; it counts no more. Raises AlreadyDone where it has none. Records
    order.promotion_removed."""
    if not release_promotion(order.id, actor=actor):
        raise AlreadyDone(_("The order uses no promotion code. Nothing was changed."))
    record("order.promotion_removed", order, actor)
    return order


def add_requested_promotion(order: Order, actor: Actor, promotion_code: str) -> None:
    """Use the code of a request. Where only who orders speaks against it, a customer's request is made without it and
    staff read why: a stranger must not learn from the answer whether an address is known. Raises BadInput otherwise.
    """
    try:
        _use(order, actor, promotion_code)
    except NotForCustomer as why:
        if actor.kind != "customer":
            raise
        data = {"code": promotion_code.strip().upper(), "why": why.sentence}
        record("order.promotion_refused", order, actor, data=data)


def _use(order: Order, actor: Actor, code: str) -> None:
    names: set[str] = set()
    ids = {line.product_id for line in order.lines}
    for product in db.session.scalars(select(Product).where(Product.id.in_(ids))):
        names |= {product.sku, *(family.slug for family in product.family.path)}
    earlier = select(Order.id).where(
        Order.customer_id == order.customer_id,
        Order.id != order.id,
        Order.placed_at.is_not(None),
        Order.state != "cancelled",
    )
    use = use_promotion(
        code,
        order_id=order.id,
        customer_id=order.customer_id,
        currency=order.currency,
        names=names,
        is_first_order=db.session.scalar(earlier.limit(1)) is None,
        actor=actor,
    )
    record("order.promotion_added", order, actor, data={"code": use.promotion.code})
