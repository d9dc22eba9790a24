"""The pages of price lists and customer groups: made, filled and published by clicking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.shop.region import region
from app.customers.models import Customer, CustomerGroup
from app.pricelists.models import PriceList
from app.pricelists.promotion_models import PromotionCode
from tests.backoffice.conftest import Page, Person

Enter = Callable[..., Person]


def fill(person: Person, path: str, given: dict[str, Any]) -> Page:
    form = person.get(path).document.forms[-1]
    return person.send(path, dict(form.form_values()) | given)


def test_a_group_gets_a_list_and_a_customer_by_clicking(somebody: Enter, catalogue: None) -> None:
    seller = somebody("sales")
    fill(seller, "/admin/customer-groups/new/", {"key": "trade", "name": "Trade"})
    group = db.session.scalars(select(CustomerGroup)).one()
    given = {
        "name": "Trade 2027", "audience": "group", "group": str(group.id), "currency": region().currency,
        "percent": "-10",
    }  # fmt: skip
    fill(seller, "/admin/price-lists/new/", given)
    row = db.session.scalars(select(PriceList)).one()
    place = f"/admin/price-lists/details/?id={row.id}"
    seller.press(
        place,
        "set_list_price",
        sku="INV-A6",
        from_1="1",
        price_1="1.20",
        from_2="250",
        price_2="0.95",
    )
    seller.press(place, "publish_price_list")
    shown = seller.get(place).words
    assert "from 250:" in shown and "0.95" in shown and "Published" in shown
    assert "Trade 2027" in seller.get(f"/admin/customer-groups/details/?id={group.id}").words
    buyer = Customer(name="Fernbank")
    db.session.add(buyer)
    db.session.flush()
    seller.press(f"/admin/customers/details/?id={buyer.id}", "set_group", group="trade")
    assert db.session.get_one(Customer, buyer.id).group == group


def test_what_is_wrong_with_a_price_is_said_at_its_field(somebody: Enter, catalogue: None) -> None:
    seller = somebody("sales")
    given = {
        "name": "Shop",
        "audience": "everyone",
        "currency": region().currency,
        "percent": "-200",
    }
    assert "−100" in fill(seller, "/admin/price-lists/new/", given).said(".error")
    fill(seller, "/admin/price-lists/new/", given | {"percent": "0"})
    row = db.session.scalars(select(PriceList)).one()
    place = f"/admin/price-lists/details/?id={row.id}"
    wrong = seller.press(place, "set_list_price", sku="NO-SUCH", percent="-5")
    assert (wrong.status, "no product with the SKU" in wrong.said(".error")) == (422, True)
    wrong = seller.press(place, "set_list_price", sku="INV-A6", from_1="10", price_1="dear")
    assert "is not an amount" in wrong.said(".error")
    wrong = seller.press(place, "publish_price_list")
    assert (wrong.status, "The list is empty" in wrong.words) == (422, True)


def test_a_promotion_code_is_created_and_ended_by_clicking(
    somebody: Enter, catalogue: None
) -> None:
    seller, place = somebody("sales"), "/admin/promotions/new/"
    given = {"code": "autumn10", "label": "Autumn sale", "currency": region().currency}
    wrong = fill(seller, place, given | {"percent": "200"})
    assert "0 to 100" in wrong.said(".error")
    fill(seller, place, given | {"percent": "10", "min_net": "50", "total_limit": "5"})
    row = db.session.scalars(select(PromotionCode)).one()
    assert (row.code, row.percent, row.min_net_minor, row.total_limit) == ("AUTUMN10", 10, 5000, 5)
    shown = f"/admin/promotions/details/?id={row.id}"
    assert "0 / 5" in seller.get(shown).words
    seller.press(shown, "end_promotion", valid_until="2099-12-31")
    assert "31 December 2099" in seller.get(shown).words or "31 Dec 2099" in seller.get(shown).words
