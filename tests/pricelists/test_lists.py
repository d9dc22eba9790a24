"""Price lists: who pays what on which day, two never hold at once, and nothing half said is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.catalog.models import Product
from app.catalog.pricing import price_line
from app.catalog.properties import Break
from app.catalog.services import effective_properties
from app.core.actor import system
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed
from app.core.events import Event
from app.core.shop.region import region
from app.customers import verbs as customer_verbs
from app.customers.models import Customer, CustomerGroup
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.line_prices import suggest
from app.pricelists import verbs
from app.pricelists.models import PriceList
from app.pricelists.terms import terms_for
from tests.order_rows import staff_actor
from tests.orders.conftest import ask, catalogue

__all__ = ["ask", "catalogue"]
pytestmark = pytest.mark.usefixtures("session")
BOSS = system()
CARD = "INV-A6"


def day(ahead: int = 0) -> date:
    return shop_day() + timedelta(days=ahead)


@pytest.fixture
def trade() -> CustomerGroup:
    return customer_verbs.create_group(None, "trade", "Trade", actor=BOSS)


@pytest.fixture
def buyer(trade: CustomerGroup) -> Customer:
    row = Customer(name="Fernbank Weddings", group=trade)
    db.session.add(row)
    db.session.flush()
    return row


def create(audience: str = "everyone", percent: Any = "-10", **more: Any) -> PriceList:
    name = more.pop("name", f"{audience} list")
    return verbs.create_price_list(
        None, name, audience, region().currency, percent=percent, actor=BOSS, **more
    )


def publish(*args: Any, **more: Any) -> PriceList:
    row = create(*args, **more)
    verbs.publish_price_list(row.id, actor=BOSS)
    return row


def card() -> Product:
    return db.session.scalars(select(Product).where(Product.sku == CARD)).one()


def list_of(customer: Customer | None, ahead: int = 0) -> str | None:
    """The name of the list that makes the card's price."""
    product = card()
    wanted = [(product, effective_properties(product).properties)]
    (terms,) = terms_for(wanted, day(ahead), customer.id if customer else None)
    return terms.price_list.name if terms.price_list else None


def test_the_nearest_list_makes_the_price(
    catalogue: None, buyer: Customer, trade: CustomerGroup
) -> None:
    assert list_of(buyer) is None
    publish()
    assert list_of(buyer) == list_of(None) == "everyone list"
    publish("group", group=trade)
    assert (list_of(buyer), list_of(None)) == ("group list", "everyone list")
    publish("customer", customer=buyer)
    assert list_of(buyer) == "customer list"


def test_a_list_that_says_nothing_of_a_product_lets_the_next_one_say(
    catalogue: None, buyer: Customer
) -> None:
    publish()
    own = create("customer", "0", customer=buyer)
    verbs.set_list_price(own.id, family="posters", percent="-30", actor=BOSS)
    verbs.publish_price_list(own.id, actor=BOSS)
    assert list_of(buyer) == "everyone list"


def test_a_list_of_another_currency_makes_no_price(catalogue: None) -> None:
    row = verbs.create_price_list(None, "Yen", "everyone", "JPY", percent="-10", actor=BOSS)
    verbs.publish_price_list(row.id, actor=BOSS)
    assert list_of(None) is None


def test_next_years_list_waits_for_its_day(catalogue: None) -> None:
    publish(name="This year", valid_until=day(30))
    publish(name="Next year", percent="-5", valid_from=day(31))
    assert [list_of(None, ahead) for ahead in (0, 30, 31, 400)] == [
        "This year", "This year", "Next year", "Next year",
    ]  # fmt: skip


def test_drafts_and_archived_lists_make_no_price(catalogue: None) -> None:
    row = create()
    assert list_of(None) is None
    verbs.publish_price_list(row.id, actor=BOSS)
    assert list_of(None) == "everyone list"
    verbs.archive_price_list(row.id, actor=BOSS)
    assert list_of(None) is None


def test_own_breaks_and_percent_make_the_price_and_name_the_list(catalogue: None) -> None:
    product = card()
    properties = effective_properties(product).properties
    options = {option.key: option.choices[0].key for option in properties.options}

    def priced() -> Any:
        (terms,) = terms_for([(product, properties)], day())
        return price_line(properties, options, 250, on=day(), terms=terms)

    before = priced().net_minor
    row = publish(name="Autumn", valid_until=day(60))
    found = priced()
    (by_list,) = (one for one in found.rows if one.key == "price_list")
    assert by_list.amount_minor == -round(before / 10)
    assert "Autumn, valid until" in by_list.how
    breaks = [Break(from_quantity=1, unit_minor=99), Break(from_quantity=200, unit_minor=50)]
    verbs.set_list_price(row.id, sku=CARD, breaks=breaks, actor=BOSS)
    pieces = next(one for one in priced().rows if one.key == "pieces")
    assert pieces.amount_minor == 250 * 50
    assert "(price list Autumn)" in pieces.how


def test_the_lists_of_one_audience_never_hold_on_the_same_day(trade: CustomerGroup) -> None:
    first = publish("group", group=trade, name="Trade 2026")
    publish(name="Shop")
    second = create("group", group=trade, name="Trade 2027", valid_from=day(10))
    with pytest.raises(BadInput, match="“Trade 2026” already applies to Trade") as caught:
        verbs.publish_price_list(second.id, actor=BOSS)
    assert caught.value.field == "valid_from"
    with pytest.raises(IntegrityError, match="ex_price_lists_validity"), db.session.begin_nested():
        db.session.execute(
            update(PriceList).where(PriceList.id == second.id).values(state="published")
        )
    db.session.expire_all()
    verbs.change_price_list(first.id, "Trade 2026", "-10", None, day(9), actor=BOSS)
    verbs.publish_price_list(second.id, actor=BOSS)
    with pytest.raises(BadInput, match="“Trade 2027” already applies"):
        verbs.change_price_list(first.id, "Trade 2026", "-10", None, day(10), actor=BOSS)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"percent": "-200"}, "percent"), ({"percent": "abc"}, "percent"),
        ({"percent": "1.23456"}, "percent"), ({"audience": "group"}, "group"),
        ({"audience": "customer"}, "customer"), ({"audience": "friends"}, "audience"),
        ({"currency": "QQQ"}, "currency"), ({"name": ""}, "name"),
        ({"valid_from": -1}, "valid_from"), ({"valid_until": -1}, "valid_until"),
        ({"valid_from": 5, "valid_until": 4}, "valid_until"),
    ],
)  # fmt: skip
def test_a_list_that_can_not_be_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    usual = {"name": "Trade", "audience": "everyone", "currency": "GBP"}
    given = {name: day(one) if isinstance(one, int) else one for name, one in given.items()}
    with pytest.raises(BadInput) as caught:
        verbs.create_price_list(None, actor=BOSS, **usual | given)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sku": "NO-SUCH", "percent": "-5"}, "sku"), ({"percent": "-5"}, "sku"),
        ({"sku": CARD, "family": "cards", "percent": "-5"}, "sku"),
        ({"family": "no-such", "percent": "-5"}, "family"), ({"sku": CARD}, "percent"),
        ({"sku": CARD, "percent": "-101"}, "percent"),
        ({"sku": CARD, "breaks": [(10, 5), (10, 4)]}, "breaks"),
        ({"family": "cards", "breaks": [(10, 5)]}, "breaks"),
    ],
)  # fmt: skip
def test_a_price_that_can_not_be_is_refused_at_its_field(
    catalogue: None, given: dict[str, Any], field: str
) -> None:
    breaks = [Break(from_quantity=a, unit_minor=b) for a, b in given.pop("breaks", ())]
    with pytest.raises(BadInput) as caught:
        verbs.set_list_price(create().id, actor=BOSS, breaks=breaks, **given)
    assert caught.value.field == field


def test_an_empty_list_is_not_published_nor_left_empty(catalogue: None) -> None:
    row = create(percent="0")
    with pytest.raises(BadInput, match="is empty") as caught:
        verbs.publish_price_list(row.id, actor=BOSS)
    assert caught.value.field == "percent"
    verbs.set_list_price(row.id, sku=CARD, percent="-5", actor=BOSS)
    with pytest.raises(AlreadyDone):
        verbs.set_list_price(row.id, sku=CARD, percent="-5", actor=BOSS)
    verbs.publish_price_list(row.id, actor=BOSS)
    with pytest.raises(BadInput, match="is empty"):
        verbs.remove_list_price(row.id, sku=CARD, actor=BOSS)


def test_a_copy_is_a_draft_with_the_same_prices(catalogue: None, trade: CustomerGroup) -> None:
    row = publish("group", group=trade)
    verbs.set_list_price(row.id, sku=CARD, percent="-5", actor=BOSS)
    copy = verbs.copy_price_list(row.id, "Trade 2028", actor=BOSS)
    assert (copy.state, copy.group, copy.percent) == ("draft", trade, Decimal(-10))
    assert copy.entries == row.entries


def test_the_history_says_what_changed(catalogue: None) -> None:
    row = publish()
    verbs.set_list_price(row.id, sku=CARD, percent="-5", actor=BOSS)
    verbs.change_price_list(row.id, "Renamed", "-12", actor=BOSS)
    query = select(Event).where(Event.subject_id == row.id).order_by(Event.stream_seq)
    events = list(db.session.scalars(query))
    assert [one.name for one in events] == [
        "price_list.created", "price_list.published", "price_list.price_set", "price_list.changed",
    ]  # fmt: skip
    assert set(events[-1].after or {}) == {"name", "percent"}


def test_only_who_may_edits_price_lists() -> None:
    with pytest.raises(NotAllowed):
        verbs.create_price_list(None, "T", "everyone", "GBP", actor=staff_actor("planner"))


def test_a_quote_is_priced_by_the_customers_list_and_keeps_it(
    ask: Callable[..., Order], trade: CustomerGroup
) -> None:
    order = ask()
    (usual,) = suggest(order.lines).values()
    customer_verbs.set_group(order.customer_id, "trade", actor=BOSS)
    row = publish("group", group=trade)
    (priced,) = suggest(order.lines).values()
    assert priced.net_minor < usual.net_minor
    order_verbs.start_estimate(order.id, actor=BOSS)
    quote = order_verbs.send_quote(order.id, actor=BOSS)
    assert quote.net_minor == priced.net_minor
    verbs.archive_price_list(row.id, actor=BOSS)
    terms = quote.lines[0].inputs.terms if quote.lines[0].inputs else None
    assert terms is not None and terms.price_list is not None
    assert terms.price_list.name == "group list"


def test_a_customer_leaves_a_group_and_an_archived_one_takes_nobody(
    buyer: Customer, trade: CustomerGroup
) -> None:
    customer_verbs.set_group(buyer.id, "", actor=BOSS)
    assert buyer.group is None
    with pytest.raises(AlreadyDone):
        customer_verbs.set_group(buyer.id, "", actor=BOSS)
    customer_verbs.archive_group(trade.id, actor=BOSS)
    with pytest.raises(BadInput, match="no customer group") as caught:
        customer_verbs.set_group(buyer.id, "trade", actor=BOSS)
    assert caught.value.field == "group"
