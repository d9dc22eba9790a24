"""The pages of rates: create one, see what a new value changes, set it; and the to-dos that come of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.catalog.models import Product
from app.core.actor import system
from app.core.clock import shop_day
from app.core.db import db
from app.core.events import Event
from app.core.shop.region import region
from app.orders import verbs as order_verbs
from app.orders.models import Order, QuoteLoss
from app.orders.services.rate_losses import losing_quotes
from app.rates import verbs
from app.rates.models import MaterialRate
from app.rates.services import rates_on
from app.reactions import REACTIONS
from tests.backoffice.conftest import Person

Enter = Callable[..., Person]
BOSS = system()
SENT = {"value": "75", "source": "LBMA"}


def react() -> None:
    """Do what follows from the newest rate.set, as a worker would."""
    query = select(Event).where(Event.name == "rate.set").order_by(Event.id.desc())
    event = db.session.scalars(query).first()
    for reaction in REACTIONS["rate.set"]:
        assert reaction.do is not None
        reaction.do(event)


@pytest.fixture
def gold(session: Any) -> MaterialRate:
    since = shop_day() - timedelta(days=30)
    return verbs.create_rate(
        None, "gold", "Gold", region().currency, "60", "LBMA", "g", since, actor=BOSS
    )


@pytest.fixture
def quote_out(gold: MaterialRate, ask: Callable[..., Order]) -> Order:
    """A quote for 250 cards with foil by the rate of gold, at 15 pence a card."""
    card = db.session.scalars(select(Product).where(Product.slug == "invitation-card-a6")).one()
    formula = {"key": "foil", "label": "Foil", "expression": "rate.gold / 400", "per": "piece"}
    card.properties = {
        **card.properties,
        "price": {"currency": region().currency, "formulas": [formula]},
    }
    order = ask()
    order_verbs.start_estimate(order.id, actor=BOSS)
    order_verbs.send_quote(order.id, actor=BOSS)
    return order


def test_a_rate_is_created_in_the_back_office(somebody: Enter) -> None:
    seller = somebody("sales")
    form = seller.get("/admin/rates/new/").document.forms[-1]
    given = {
        "key": "silver", "name": "Silver", "currency": "gbp", "unit": "g", "value": "0.82",
        "source": "LBMA",
    }  # fmt: skip
    wrong = seller.send("/admin/rates/new/", dict(form.form_values()) | given | {"value": "nil"})
    assert "is not an amount" in wrong.said(".error")
    seller.send("/admin/rates/new/", dict(form.form_values()) | given)
    found = rates_on(shop_day())["silver"]
    assert (found.value, found.currency, found.unit) == (Decimal("0.82"), "GBP", "g")


def test_a_new_value_is_shown_with_what_it_changes_before_it_is_set(
    somebody: Enter, quote_out: Order, gold: MaterialRate
) -> None:
    seller, place = somebody("sales"), f"/admin/rates/details/?id={gold.id}"
    asked = seller.get(place).form("preview")
    shown = seller.send(asked.pop(""), asked | SENT)
    quote = quote_out.quotes[0]
    assert "Personalised invitation card A6" in shown.words and f"{quote_out.ref} v1" in shown.words
    assert rates_on(shop_day())["gold"].value == 60
    confirmed = shown.form("set_rate")
    seller.send(confirmed.pop(""), confirmed)
    assert rates_on(shop_day())["gold"].value == 75
    assert quote.net_minor == order_verbs.find_order(quote_out.ref).quotes[0].net_minor
    assert f"75 {gold.per}" in seller.get(place).words


def test_a_value_that_can_not_be_is_said_at_its_field(somebody: Enter, gold: MaterialRate) -> None:
    seller, place = somebody("sales"), f"/admin/rates/details/?id={gold.id}"
    asked = seller.get(place).form("preview")
    shown = seller.send(asked.pop(""), asked | {"value": "0", "valid_from": "2001-01-01"})
    assert shown.status == 422
    assert "above zero" in shown.said(".error") and "has passed" in shown.said(".error")
    assert shown.form("preview")["value"] == "0"


def test_what_a_quote_was_priced_with_names_the_rate_its_day_and_its_source(
    quote_out: Order, gold: MaterialRate
) -> None:
    (line,) = quote_out.quotes[0].lines
    row = next(row for row in line.rows if row.key == "formula.foil")
    assert row.amount_minor == 250 * 15
    assert "LBMA" in row.how
    assert line.inputs is not None and line.inputs.terms.rates["gold"].value == 60


def test_quotes_that_would_lose_money_become_to_dos_until_the_rate_falls(
    quote_out: Order, gold: MaterialRate
) -> None:
    day, quote = shop_day(), quote_out.quotes[0]
    (one,) = losing_quotes(gold.as_of(Decimal(68), day, "LBMA"))
    assert (one.quoted_minor, one.now_minor) == (quote.net_minor, quote.net_minor + 250 * 2)
    assert losing_quotes(gold.as_of(Decimal(59), day, "LBMA")) == []
    verbs.set_rate(gold.id, "68", "LBMA", actor=BOSS)
    react()
    (row,) = db.session.scalars(select(QuoteLoss))
    assert (row.quote_id, row.now_minor) == (quote.id, quote.net_minor + 250 * 2)
    verbs.set_rate(gold.id, "55", "LBMA", actor=BOSS)
    react()
    assert list(db.session.scalars(select(QuoteLoss))) == []


def test_sales_see_the_losing_quote_on_the_dashboard_until_it_is_revised(
    somebody: Enter, quote_out: Order, gold: MaterialRate
) -> None:
    verbs.set_rate(gold.id, "68", "LBMA", actor=BOSS)
    react()
    seller = somebody("sales")
    assert f"Quote {quote_out.ref} v1 would lose money" in seller.get("/admin/").words
    order_verbs.revise_quote(quote_out.id, actor=BOSS)
    assert "would lose money" not in somebody("sales").get("/admin/").words
