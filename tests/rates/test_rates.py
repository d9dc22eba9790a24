"""Rates: each value holds from its day on, what it changes is shown before, and open quotes follow as to-dos."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.catalog.models import Product, ProductFamily
from app.catalog.services.rate_preview import preview_rate
from app.core.actor import system
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.core.events import Event
from app.rates import verbs
from app.rates.models import MaterialRate, RateValue
from app.rates.services import rates_on
from tests.order_rows import staff_actor

pytestmark = pytest.mark.usefixtures("session")
BOSS = system()


def day(ahead: int = 0) -> date:
    return shop_day() + timedelta(days=ahead)


@pytest.fixture
def gold() -> MaterialRate:
    return verbs.create_rate(None, "gold", "Gold", "gbp", "60", "LBMA", "g", day(-30), actor=BOSS)


def rings(formula: str = "rate.gold * 2", count: int = 1) -> list[Product]:
    price = {
        "unit_breaks": [{"from_quantity": 1, "unit_minor": 1000}],
        "formulas": [{"key": "metal", "label": "Metal", "expression": formula, "per": "piece"}],
    }
    family = ProductFamily(slug="rings", name="Rings", properties={"price": price})
    rows = [
        Product(slug=f"ring-{n}", sku=f"RING-{n}", name=f"Ring {n}", family=family, state="active")
        for n in range(count)
    ]
    db.session.add_all([family, *rows])
    db.session.flush()
    return rows


def test_the_newest_value_that_began_holds(gold: MaterialRate) -> None:
    verbs.set_rate(gold.id, "62.5", "LBMA", day(3), actor=BOSS)
    verbs.set_rate(gold.id, "61", "LBMA", actor=BOSS)
    assert [rates_on(day(n))["gold"].value for n in (-1, 0, 2, 3)] == [
        60, 61, 61, Decimal("62.5"),
    ]  # fmt: skip
    assert rates_on(day(-31)) == {}
    found = rates_on(day())["gold"]
    assert (found.currency, found.unit, found.source, found.on) == ("GBP", "g", "LBMA", day())


def test_of_two_values_of_one_day_the_later_one_holds(gold: MaterialRate) -> None:
    for value in ("61", "59"):
        verbs.set_rate(gold.id, value, "LBMA", actor=BOSS)
    assert rates_on(day())["gold"].value == 59


def test_a_value_is_never_rewritten(gold: MaterialRate) -> None:
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("UPDATE rate_values SET value = 1"))
    verbs.set_rate(gold.id, "61", "LBMA", actor=BOSS)
    assert len(db.session.scalars(select(RateValue)).all()) == 2
    events = select(Event.name).where(Event.subject_id == gold.id).order_by(Event.stream_seq)
    assert list(db.session.scalars(events)) == ["rate.created", "rate.set", "rate.set"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": "0"}, "value"), ({"value": "-3"}, "value"), ({"value": "abc"}, "value"),
        ({"value": "1.2345678"}, "value"), ({"value": "9999999999999"}, "value"),
        ({"source": ""}, "source"), ({"valid_from": "yesterday"}, "valid_from"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_refused_at_its_field(
    gold: MaterialRate, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        verbs.set_rate(gold.id, actor=BOSS, **{"value": "61", "source": "LBMA"} | given)
    assert caught.value.field == field


def test_a_rate_is_not_set_for_a_day_that_has_passed(gold: MaterialRate) -> None:
    with pytest.raises(BadInput, match="has passed") as caught:
        verbs.set_rate(gold.id, "61", "LBMA", day(-1), actor=BOSS)
    assert caught.value.field == "valid_from"


@pytest.mark.parametrize(
    ("given", "field"),
    [({"key": "Gold!"}, "key"), ({"key": "gold"}, "key"), ({"currency": "QQQ"}, "currency")],
)
def test_a_rate_that_can_not_be_is_refused_at_its_field(
    gold: MaterialRate, given: dict[str, Any], field: str
) -> None:
    usual = {"key": "silver", "name": "Silver", "currency": "GBP", "value": "1", "source": "LBMA"}
    with pytest.raises(BadInput) as caught:
        verbs.create_rate(None, actor=BOSS, **usual | given)
    assert caught.value.field == field


def test_the_same_value_again_changes_nothing(gold: MaterialRate) -> None:
    with pytest.raises(AlreadyDone):
        verbs.set_rate(gold.id, "60", "LBMA", actor=BOSS)


def test_only_who_may_sets_a_rate(gold: MaterialRate) -> None:
    with pytest.raises(NotAllowed):
        verbs.set_rate(gold.id, "61", "LBMA", actor=staff_actor("planner"))
    verbs.set_rate(gold.id, "61", "LBMA", actor=staff_actor("sales"))


def test_a_preview_says_which_prices_move_by_how_much(gold: MaterialRate) -> None:
    rings(count=2)
    found = preview_rate(gold.as_of(Decimal(66), day(), "LBMA"), day())
    assert (found.moved, found.up, found.down) == (2, 2, 0)
    move = found.shown[0]
    assert (move.before_minor, move.after_minor) == (13000, 14200)
    assert (move.percent, move.percent_words) == (Decimal("9.2"), "+9.2 %")
    assert rates_on(day())["gold"].value == 60


def test_a_preview_leaves_out_what_does_not_name_the_rate(gold: MaterialRate) -> None:
    rings("rate.gold_plated * 2")
    verbs.create_rate(None, "gold_plated", "Plate", "GBP", "1", "Own", actor=BOSS)
    assert preview_rate(gold.as_of(Decimal(66), day(), "LBMA"), day()).moved == 0


def test_a_rate_that_formulas_name_is_not_archived(gold: MaterialRate) -> None:
    (ring,) = rings()
    with pytest.raises(WrongState, match="Ring 0"):
        verbs.archive_rate(gold.id, actor=BOSS)
    ring.state = "archived"
    db.session.flush()
    verbs.archive_rate(gold.id, actor=BOSS)
    assert rates_on(day()) == {}
    verbs.restore_rate(gold.id, actor=BOSS)
    assert "gold" in rates_on(day())
