"""What a shop sets about tax: kept in its settings, read where a rule is found."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.actor import system
from app.core.errors import BadInput, NotAllowed
from app.core.shop.verbs import save_section
from app.tax.rule import Registration
from app.tax.settings import tax_settings
from tests.order_rows import staff_actor

pytestmark = pytest.mark.usefixtures("session")


def save(key: str = "tax", actor: Any = None, **values: Any) -> None:
    save_section(key, values=values, actor=actor or system())


def test_the_seller_is_where_the_shops_address_is() -> None:
    assert tax_settings().seller.country == "GB"  # of its locale, until an address is set
    save("shop", name="Druck", line_1="Allee 1", city="Berlin", postcode="10115", country="DE")
    assert tax_settings().seller.country == "DE"


def test_registrations_and_the_one_stop_shop_are_kept() -> None:
    save("shop", name="Druck", line_1="Allee 1", city="Berlin", postcode="10115", country="DE")
    save(oss=True, registrations=[{"country": "FR", "number": "FR40303265045"}])
    seller = tax_settings().seller
    assert seller.oss and seller.is_registered("FR") and not seller.is_registered("IT")
    assert seller.registrations == (Registration(country="FR", number="FR40303265045"),)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"oss": True}, "oss"),
        ({"registrations": [{"country": "FR", "number": "FR123"}]}, "registrations.0.number"),
        ({"registrations": [{"country": "", "number": "FR123"}]}, "registrations.0.country"),
        ({"rounding": "sometimes"}, "rounding"),
        ({"entered": "both"}, "entered"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(values: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as caught:
        save(**values)
    assert caught.value.field == field


def test_finance_may_set_it_and_sales_may_not() -> None:
    with pytest.raises(NotAllowed):
        save(actor=staff_actor("sales"), rounding="document")
    save(actor=staff_actor("finance"), rounding="document")
    assert tax_settings().rounding == "document"
