"""One order's taxes are the same on its quote, on the order, in the books and in the API, in any currency."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.orders import whole_order
from app.catalog import verbs as catalog
from app.core.actor import system
from app.core.clock import now
from app.core.errors import AlreadyDone, BadInput
from app.core.invariants import INVARIANTS, find_break
from app.core.postal_address import PostalAddress
from app.core.shop.verbs import save_section
from app.customers.verbs import set_tax_status
from app.integrations.accounting import Sale
from app.integrations.accounting.journal import entry
from app.integrations.accounting.posting import sale_of
from app.notify.context import quote_context
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order, Quote
from app.tax import verbs as tax
from app.tax.usual import ensure_usual
from tests.order_rows import SHIP_TO
from tests.orders.conftest import REQUESTER, VISITOR, customer_of, events

BOSS = system()
HOME = PostalAddress.of(SHIP_TO)
PARIS = PostalAddress.of(
    {"name": "Zoé", "line_1": "1 rue A", "city": "Paris", "postcode": "75001", "country": "FR"}
)
# odd unit prices, whose taxes fall between two minor units
LINES = (
    ("mug", "standard", 333, 1),
    ("leaflet", "reduced", 111, 3),
    ("book", "zero", 207, 2),
    ("jar", "standard", 333, 1),
)


@pytest.fixture
def shop(session: Any) -> None:
    ensure_usual(BOSS)


def save(**values: Any) -> None:
    save_section("tax", values=values, actor=BOSS)


def order_of(currency: str, ship_to: PostalAddress = HOME, lines: Any = LINES) -> Order:
    """Ask for one piece line of each class, priced in `currency`."""
    family = catalog.create_family(
        None, f"things-{currency.lower()}", "Things", {"price": {"currency": currency}}, actor=BOSS
    )
    wanted = []
    for name, tax_class, unit_minor, count in lines:
        slug = f"{name}-{currency.lower()}"
        properties = {
            "tax_class": tax_class,
            "price": {"unit_breaks": [{"from_quantity": 1, "unit_minor": unit_minor}]},
        }
        product = catalog.create_product(None, slug, slug.upper(), name, family=family,
                                         properties=properties, actor=BOSS)  # fmt: skip
        product.state = "active"  # how it is made is nothing to its tax
        wanted.append(orders.RequestedLine(slug, count))
    return order_verbs.request_order(
        None, REQUESTER, wanted, actor=VISITOR, owner_key="visitor:test", ship_to=ship_to
    )


def quote_for(order: Order) -> Quote:
    order_verbs.start_estimate(order.id, actor=BOSS)
    return order_verbs.send_quote(order.id, actor=BOSS)


def booked(order: Order, quote: Quote) -> Sale:
    order_verbs.accept_quote(order.id, quote.version, "Ada Example", actor=customer_of(order))
    order.ended_at = now()
    sale = sale_of(order)
    assert sale is not None
    return sale


@pytest.mark.parametrize("currency", ["GBP", "JPY", "KWD", "CHF"])
@pytest.mark.parametrize("rounding", ["line", "document"])
@pytest.mark.parametrize("entered", ["net", "gross"])
def test_an_order_of_several_rates_has_the_same_sums_everywhere(
    shop: None, currency: str, rounding: str, entered: str
) -> None:
    save(rounding=rounding, entered=entered)
    order = order_of(currency)
    quote = quote_for(order)
    by_rate = {row.label: row.tax_minor for row in quote.tax_rows}
    # net: 20 % of 333 and 333, 5 % of 333; gross: what is in them
    expected = {
        ("net", "line"): {"VAT 20 %": 134, "VAT 5 %": 17, "VAT 0 %": 0},
        ("net", "document"): {"VAT 20 %": 133, "VAT 5 %": 17, "VAT 0 %": 0},
        ("gross", "line"): {"VAT 20 %": 112, "VAT 5 %": 16, "VAT 0 %": 0},
        ("gross", "document"): {"VAT 20 %": 111, "VAT 5 %": 16, "VAT 0 %": 0},
    }[entered, rounding]
    assert by_rate == expected
    typed = sum(unit * count for _name, _class, unit, count in LINES)
    assert (quote.total_minor if entered == "gross" else quote.net_minor) == typed
    assert quote.total_minor == quote.net_minor + quote.tax_minor
    for line in quote.lines:
        assert sum(row.amount_minor for row in line.rows) == line.net_minor
    sale = booked(order, quote)
    assert sum(line.price_minor or 0 for line in order.lines) == quote.net_minor == sale.net_minor
    assert (sale.total_minor, sale.currency) == (quote.total_minor, currency)
    assert sale.net_minor + sum(one.amount_minor for one in sale.taxes) == sale.total_minor
    told = whole_order(order, BOSS)
    assert (told.net_minor, told.tax_minor, told.total_minor) == (
        quote.net_minor, quote.tax_minor, quote.total_minor,
    )  # fmt: skip
    assert sum(one.tax_minor for one in told.taxes) == quote.tax_minor
    for name in (
        "A quote's total is the sum of its lines",
        "Each stored quote re-computes to itself",
    ):
        assert name not in INVARIANTS or find_break(name) is None


def test_the_books_write_each_currency_with_its_own_decimals(shop: None) -> None:
    written = {}
    for currency in ("GBP", "JPY", "KWD"):
        order = order_of(currency, lines=LINES[:1])
        written[currency] = entry(booked(order, quote_for(order)))
    assert "GBP 4.00" in written["GBP"]
    assert "JPY 400\n" in written["JPY"]
    assert "KWD 0.400" in written["KWD"]


def test_goods_that_leave_the_country_bear_no_tax_and_say_why(shop: None) -> None:
    quote = quote_for(order_of("GBP", PARIS))
    assert quote.tax_minor == 0
    assert {row.kind for row in quote.tax_rows} == {"export"}
    assert all("section 30(6)" in row.note for row in quote.tax_rows)


def test_an_exempt_customer_pays_no_tax_and_the_quote_prints_the_reason(shop: None) -> None:
    order = order_of("GBP")
    set_tax_status(order.customer_id, "exempt", "", "Charity", "C-7", actor=BOSS)
    quote = quote_for(order)
    assert quote.tax_minor == 0
    assert [row.note for row in quote.tax_rows] == ["Exempt from tax: Charity, certificate C-7."]
    letter = quote_context(events(order, "quote.sent")[-1], recipient(order))
    assert letter["tax_notes"] == ["Exempt from tax: Charity, certificate C-7."]
    sale = booked(order, quote)
    assert [one.note for one in sale.taxes] == ["Exempt from tax: Charity, certificate C-7."]


def test_prices_typed_with_tax_lose_it_where_none_is_paid(shop: None) -> None:
    save(entered="gross")
    quote = quote_for(order_of("GBP", PARIS, lines=(("mug", "standard", 1200, 1),)))
    assert (quote.net_minor, quote.tax_minor, quote.total_minor) == (1000, 0, 1000)


def test_a_quote_says_for_which_country_it_was_calculated(shop: None) -> None:
    quote = quote_for(order_of("GBP", PostalAddress()))
    assert quote.tax_place is not None
    assert (quote.tax_place.country, quote.tax_place.is_estimated) == ("GB", True)


def test_a_class_without_a_rate_keeps_the_quote_from_going_out(shop: None) -> None:
    tax.create_class(None, "alcohol", "Alcohol", actor=BOSS)
    order = order_of("GBP", lines=(("gin", "alcohol", 1000, 1),))
    with pytest.raises(BadInput, match="no tax rate for “Alcohol” in United Kingdom"):
        quote_for(order)


def test_a_class_that_there_is_not_is_refused_at_its_field(shop: None) -> None:
    with pytest.raises(BadInput, match="no tax class “luxury”") as caught:
        order_of("GBP", lines=(("yacht", "luxury", 1000, 1),))
    assert caught.value.field == "properties.tax_class"


def recipient(order: Order) -> Any:
    from app.notify.context import Recipient

    return Recipient(order.contact_id, "Ada", "ada@example.com", order=order)


def test_a_quote_whose_tax_another_address_changes_is_replaced_and_says_why(shop: None) -> None:
    order = order_of("GBP", PostalAddress())
    quote_for(order)
    order_verbs.set_delivery(order.id, "carrier", HOME, actor=customer_of(order))
    assert order.state == "quoted"  # as it was estimated
    order_verbs.set_delivery(order.id, "carrier", PARIS, actor=customer_of(order))
    assert order.state == "estimating"
    (event,) = events(order, "quote.superseded")
    assert "VAT 0 % (export) instead of VAT 20 %" in str(event.data)
    again = order_verbs.send_quote(order.id, actor=BOSS)
    assert again.tax_minor == 0


def test_the_tax_of_a_placed_order_that_goes_elsewhere_waits_for_a_review(shop: None) -> None:
    order = order_of("GBP")
    quote = quote_for(order)
    booked(order, quote)
    order.ended_at = None
    order_verbs.set_delivery(order.id, "carrier", PARIS, actor=customer_of(order))
    assert (
        order.state == "placed" and quote.total_minor == orders.newest_quote(order.id).total_minor
    )
    assert "VAT 0 % (export) instead of VAT 20 %" in (order.tax_to_review or "")
    order_verbs.set_delivery(order.id, "carrier", HOME, actor=customer_of(order))
    assert order.tax_to_review is None
    order_verbs.set_delivery(order.id, "carrier", PARIS, actor=customer_of(order))
    with pytest.raises(BadInput):
        order_verbs.review_tax(order.id, " ", actor=BOSS)
    order_verbs.review_tax(order.id, "Credit note agreed by phone.", actor=BOSS)
    assert order.tax_to_review is None
    with pytest.raises(AlreadyDone):
        order_verbs.review_tax(order.id, "Again.", actor=BOSS)
