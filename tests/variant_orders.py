"""A T-shirt on offer with sizes and colours as variants, and orders of it."""

from __future__ import annotations

from typing import Any

from app.catalog import verbs
from app.catalog.models import Product
from app.catalog.presets import WorkCentre
from app.core.actor import system
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.production import services as production
from tests.catalog.tshirt import tshirt
from tests.stock.conftest import make_item

MATRIX = {"s-navy": 4, "m-navy": 10, "l-navy": 6}
WORDS = "S 4, M 10, L 6"


def put_on_offer(rows: dict[str, dict[str, Any]] | None = None, **more: Any) -> Product:
    """Put the T-shirt on offer under the address ``t-shirt``; it needs no artwork and no gate is closed."""
    production.load_preset([WorkCentre(key="press", name="Press")])
    make_item("INK-WHITE", 0)
    family = verbs.create_family(
        None, slug="clothes", name="Clothes", properties={}, actor=system()
    )
    terms = tshirt(rows, **{"gates": [], **more})
    product = verbs.create_product(
        None,
        slug="t-shirt",
        sku="TEE",
        name="T-shirt",
        family=family,
        properties=terms.model_dump(mode="json"),
        actor=system(),
    )
    return verbs.publish(product.id, actor=system())


def requested(quantities: dict[str, int] | None = None) -> Order:
    """An order of T-shirts as the portal makes it, collected by the customer."""
    line = orders.RequestedLine(
        "t-shirt", None, options={"print": "front"}, quantities=quantities or MATRIX
    )
    requester = orders.Requester(name="Ada Example", email="ada@example.com")
    return order_verbs.request_order(
        None, requester, [line], actor=system(), owner_key="visitor:test", is_pickup=True
    )


def quoted(quantities: dict[str, int] | None = None) -> Order:
    """An order of T-shirts whose quote is out."""
    order = requested(quantities)
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.send_quote(order.id, actor=system())
    return order
