"""Orders that went the usual way to a state, for the pages of the back office."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.accounts.services.links import issue_link
from app.core.actor import system
from app.core.db import db
from app.core.postal_address import PostalAddress
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.pricelists.promotion_models import PromotionCode
from app.pricelists.promotion_verbs import create_promotion
from tests.orders.conftest import customer_of

ME = system("cli")
ABROAD = PostalAddress.of(
    {"name": "Ada", "line_1": "1 rue A", "city": "Paris", "postcode": "75001", "country": "FR"}
)


def place(order: Order) -> str:
    return f"/admin/order/{order.ref}"


def fresh(order: Order) -> Order:
    db.session.expire_all()
    return db.session.get_one(Order, order.id)


def _create_code(currency: str) -> None:
    """Create the promotion code AUTUMN10, of which every order of a test may make use."""
    if db.session.scalar(select(PromotionCode).where(PromotionCode.code == "AUTUMN10")) is None:
        create_promotion(None, "AUTUMN10", "Autumn", currency, "10", actor=ME)


def order_in_state(state: str, ask: Callable[..., Order]) -> Order:
    """A new order that went the usual way to `state`."""
    order = ask()
    issue_link(order.id, "Ada Example", actor=system())
    if state == "rush":
        order_verbs.mark_rush(order.id, actor=ME)
    if state in ("requested", "rush"):
        return order
    order_verbs.start_estimate(order.id, actor=ME)
    if state in ("estimating", "without a code", "with a code"):
        if state != "estimating":
            _create_code(order.currency)
        if state == "with a code":
            order_verbs.add_promotion(order.id, "AUTUMN10", actor=ME)
        return order
    if state == "needs_info":
        order_verbs.ask_customer(order.id, "Round corners?", actor=ME)
        return order
    if state == "declined":
        order_verbs.decline(order.id, "Not our trade.", actor=ME)
        return order
    if state == "cancelled":
        order_verbs.cancel(order.id, "The party is off.", actor=ME)
        return order
    order_verbs.send_quote(order.id, actor=ME)
    if state == "quoted":
        return order
    if state == "rejected":
        order_verbs.reject_quote(order.id, 1, "Too dear.", actor=customer_of(order))
        return order
    order_verbs.accept_quote(order.id, 1, "Ada Example", actor=customer_of(order))
    if state == "tax differs":
        order_verbs.set_delivery(order.id, "carrier", ABROAD, actor=ME)
    if state == "held":
        order_verbs.hold(order.id, "Away until Monday.", actor=ME)
    if state == "closed":
        orders.close_order(order.id, actor=ME)
    return order
