"""What the shop set about itself, as customers read it."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.actor import system
from app.core.errors import BadInput
from app.core.shop.verbs import save_section
from app.orders import verbs as orders
from tests.portal.conftest import Portal, quoted


def save(key: str, **values: Any) -> None:
    save_section(key, values=values, actor=system("cli"))


def test_a_quote_shows_the_shop_s_terms_and_vat_number(portal: Portal) -> None:
    save("quotes", terms="Payment within 14 days.")
    save("shop", vat_number="GB 980 7806 84")
    words = portal.open(quoted()).words
    assert "Payment within 14 days." in words and "Our VAT number: GB 980 7806 84" in words


def test_an_order_that_waits_for_payment_shows_where_to_pay(portal: Portal) -> None:
    save("bank", holder="Corner & Sons", iban="GB82WEST12345698765432")
    order = quoted()
    version = order.quotes[-1].version
    orders.accept_quote(order.id, version=version, typed_name="Ada Example", actor=system("cli"))
    assert "GB82 WEST 1234 5698 7654 32" in portal.open(order).words


def test_a_quote_is_valid_for_as_long_as_the_shop_says(portal: Portal) -> None:
    save("quotes", valid_days=30)
    quote = quoted().quotes[-1]
    assert (quote.valid_until - quote.created_at.date()).days in (29, 30, 31)


def test_the_currency_stays_once_a_quote_was_sent(portal: Portal) -> None:
    save("region", currency="USD")
    quoted()
    with pytest.raises(BadInput, match=r"Quotes were sent in GBP") as caught:
        save("region", currency="JPY")
    assert caught.value.field == "currency"
