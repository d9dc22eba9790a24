"""Items with variants in the back office: taken by staff, priced, and shown on the order's page."""

from __future__ import annotations

from collections.abc import Callable

from app.core.actor import system
from app.orders import verbs as order_verbs
from tests.backoffice.conftest import Person
from tests.backoffice.new_order_form import ORDER, only_order, seller
from tests.variant_orders import MATRIX, WORDS, put_on_offer, requested

__all__ = ["seller"]
FORM = "/admin/new-order/t-shirt"
TYPED = {f"quantities.{key}": str(number) for key, number in MATRIX.items()}


def test_staff_take_an_order_of_several_variants(seller: Person) -> None:
    put_on_offer()
    person = {key: text for key, text in ORDER.items() if "." not in key and key != "quantity"}
    seller.press(FORM, "t-shirt", **person, **TYPED, **{"quantities.s-white": ""})
    order = only_order()
    assert dict(order.lines[0].configuration.quantities) == MATRIX
    assert WORDS in seller.get(f"/admin/order/{order.ref}").words


def test_the_order_page_and_the_price_show_the_breakdown(somebody: Callable[..., Person]) -> None:
    put_on_offer()
    order = requested()
    order_verbs.start_estimate(order.id, actor=system())
    page = somebody("owner").get(f"/admin/order/{order.ref}")
    assert WORDS in page.said("#lines")
    assert WORDS in page.said("#price")
