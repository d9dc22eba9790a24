"""Prices on the portal: with tax or without as the shop has set, by where it goes and who buys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.core.shop.verbs import save_section
from app.customers.models import Customer
from app.orders.models import Order
from tests.portal.conftest import Portal
from tests.portal.test_catalogue import price
from tests.portal.test_request import ask

NUMBER = "DE136695976"


def save(section: str, **values: Any) -> None:
    save_section(section, values=values, actor=system())


def test_a_shop_may_show_its_prices_without_tax(portal: Portal) -> None:
    save("tax", shown="net")
    found = price(portal)
    assert "£429.00 plus VAT 20 %, £1.72 for each of 250; £514.80 with tax" in found.words
    assert found.said("#paybar-price") == ["£429.00"]
    assert "from £0.96 each, plus VAT 20 %" in portal.get("/").words


def test_prices_that_are_typed_with_tax_are_what_is_paid(portal: Portal) -> None:
    save("tax", entered="gross")
    found = price(portal)
    assert "£429.00 with VAT 20 %" in found.words
    assert "Total £429.00 of which VAT 20 % £71.50" in found.words
    assert "from £0.96 each, with VAT 20 %" in portal.get("/").words


def test_the_price_follows_where_it_goes(portal: Portal) -> None:
    unknown = price(portal, delivery="")
    assert "Tax is estimated for delivery to United Kingdom" in unknown.words
    abroad = price(portal, delivery="carrier", ship__country="FR")
    assert "£429.00 with VAT 0 % (export)" in abroad.words
    assert "section 30(6)" in abroad.words


def test_a_company_of_another_member_state_sees_the_reverse_charge(portal: Portal) -> None:
    save("shop", line_1="Rue A 1", city="Paris", postcode="75001", country="FR")
    from app.tax.usual import add_usual_rates

    add_usual_rates(None, system(), "FR")
    to_berlin = {"delivery": "carrier", "ship__country": "DE"}
    assert "VAT 20 %" in price(portal, **to_berlin).words
    theirs = price(portal, vat_number=NUMBER, **to_berlin)
    assert "VAT 0 % (reverse charge)" in theirs.words and "Article 138(1)" in theirs.words


def test_a_new_companys_vat_number_is_kept_and_sales_are_told(portal: Portal) -> None:
    assert ask(portal, vat_number="DE 136 695 976", company="Neu GmbH").status == 200
    order = db.session.scalars(select(Order).order_by(Order.id.desc())).first()
    assert order is not None and f"VAT number: {NUMBER}" in order.note
    assert db.session.get_one(Customer, order.customer_id).vat_number == NUMBER


def test_a_number_that_can_not_be_one_is_told_at_its_field(portal: Portal) -> None:
    page = ask(portal, vat_number="DE136695977")
    assert page.status == 422
    assert "is not a VAT number of Germany" in page.words
