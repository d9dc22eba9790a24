"""Promotion codes: what they take off, who may enter one, and that each use is counted exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.actor import system
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import Event
from app.core.shop.region import region
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.services.line_prices import suggest
from app.pricelists import promotion_verbs as verbs
from app.pricelists.promotion_models import PromotionCode, PromotionUse
from app.pricelists.services.promotions import NotForCustomer, promotion_of
from app.reactions import REACTIONS
from tests.orders.conftest import REQUESTER, ask, catalogue, customer_of

__all__ = ["ask", "catalogue"]
pytestmark = pytest.mark.usefixtures("session")
BOSS = system()
OTHER = replace(REQUESTER, email="bea@example.com")


def day(ahead: int) -> date:
    return shop_day() + timedelta(days=ahead)


def create(**more: Any) -> PromotionCode:
    given = {"code": "autumn10", "label": "Autumn sale", "currency": region().currency}
    off = {} if "fixed" in more else {"percent": "10"}
    return verbs.create_promotion(None, actor=BOSS, **given | off | more)


def taken_off(order: Order) -> int:
    (price,) = suggest(order.lines).values()
    return -sum(row.amount_minor for row in price.rows if row.key == "promotion")


def react(order: Order, name: str) -> None:
    """Do what follows from the order's newest event of this name."""
    query = select(Event).where(Event.stream_id == order.id, Event.name == name)
    event = db.session.scalars(query.order_by(Event.id.desc())).first()
    for reaction in REACTIONS[name]:
        if reaction.name == "release_promotion":
            assert reaction.do is not None
            reaction.do(event)


def test_a_code_is_entered_in_any_spelling_and_explained(ask: Callable[..., Order]) -> None:
    create()
    order, without = ask(promotion_code=" Autumn10 "), ask(requester=OTHER)
    (usual,) = suggest(without.lines).values()
    (price,) = suggest(order.lines).values()
    row = next(row for row in price.rows if row.key == "promotion")
    assert row.amount_minor == -round(usual.net_minor / 10)
    assert "AUTUMN10, entered on" in row.how and row.label == "Autumn sale"


def test_a_fixed_amount_never_makes_a_price_negative(ask: Callable[..., Order]) -> None:
    create(fixed="5000")
    (price,) = suggest(ask(promotion_code="AUTUMN10").lines).values()
    assert price.net_minor == 0


def test_a_code_that_an_order_entered_in_time_holds_after_its_last_day(
    ask: Callable[..., Order],
) -> None:
    row = create(valid_until=day(1))
    order = ask(promotion_code="autumn10")
    row.valid_until = day(-1)
    row.archived_at = order.created_at
    db.session.flush()
    assert promotion_of(order.id) is not None
    with pytest.raises(BadInput, match="don't know the code"):
        ask(requester=OTHER, promotion_code="autumn10")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"valid_from": 2}, "starts on"), ({"currency": "JPY"}, "for prices in JPY"),
        ({"families": ["posters"]}, "not for this product"),
    ],
)  # fmt: skip
def test_a_code_that_does_not_apply_is_refused_at_its_field(
    ask: Callable[..., Order], given: dict[str, Any], sentence: str
) -> None:
    create(**{name: day(one) if isinstance(one, int) else one for name, one in given.items()})
    with pytest.raises(BadInput, match=sentence) as caught:
        ask(promotion_code="AUTUMN10")
    assert caught.value.field == "promotion_code"


def test_a_limit_in_total_counts_and_an_order_that_ends_gives_it_back(
    ask: Callable[..., Order],
) -> None:
    create(total_limit=1)
    first = ask(promotion_code="AUTUMN10")
    with pytest.raises(BadInput, match="used up"):
        ask(requester=OTHER, promotion_code="AUTUMN10")
    order_verbs.cancel(first.id, "Changed my mind", actor=BOSS)
    react(first, "order.cancelled")
    react(first, "order.cancelled")
    assert taken_off(ask(requester=OTHER, promotion_code="AUTUMN10")) > 0
    released = db.session.scalars(
        select(PromotionUse.released_at).order_by(PromotionUse.created_at, PromotionUse.id)
    ).all()
    assert [one is None for one in released] == [False, True]


@pytest.mark.parametrize("name", ["order.declined", "quote.rejected", "quote.expired"])
def test_every_end_without_an_order_gives_the_code_back(name: str) -> None:
    assert "release_promotion" in {reaction.name for reaction in REACTIONS[name]}


def test_a_strangers_request_is_not_told_that_the_address_ordered_before(
    ask: Callable[..., Order],
) -> None:
    create(customer_limit=1)
    ask(promotion_code="AUTUMN10")
    again = ask(promotion_code="AUTUMN10")
    assert promotion_of(again.id) is None
    query = select(Event).where(
        Event.stream_id == again.id, Event.name == "order.promotion_refused"
    )
    (event,) = db.session.scalars(query)
    assert "as often as it allows" in (event.data or {})["why"]
    with pytest.raises(NotForCustomer) as caught:
        order_verbs.add_promotion(again.id, "AUTUMN10", actor=BOSS)
    assert caught.value.field == "promotion_code"


def test_a_code_for_a_first_order_is_refused_once_one_was_placed(
    ask: Callable[..., Order],
) -> None:
    create(first_order_only=True)
    first = ask()
    order_verbs.start_estimate(first.id, actor=BOSS)
    quote = order_verbs.send_quote(first.id, actor=BOSS)
    order_verbs.accept_quote(first.id, quote.version, "Ada Example", actor=customer_of(first))
    second = ask()
    with pytest.raises(NotForCustomer, match="for a first order"):
        order_verbs.add_promotion(second.id, "AUTUMN10", actor=BOSS)


def test_staff_add_change_and_remove_a_code(ask: Callable[..., Order]) -> None:
    create(total_limit=1)
    create(code="spring20", percent="20")
    order = ask()
    order_verbs.add_promotion(order.id, "AUTUMN10", actor=BOSS)
    with pytest.raises(AlreadyDone):
        order_verbs.add_promotion(order.id, "autumn10", actor=BOSS)
    ten = taken_off(order)
    order_verbs.add_promotion(order.id, "spring20", actor=BOSS)
    assert taken_off(order) in (2 * ten - 1, 2 * ten, 2 * ten + 1)
    order_verbs.remove_promotion(order.id, actor=BOSS)
    assert taken_off(order) == 0
    order_verbs.add_promotion(ask(requester=OTHER).id, "AUTUMN10", actor=BOSS)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"percent": "200"}, "percent"), ({"percent": "0"}, "percent"),
        ({"percent": "10", "fixed": "5"}, "percent"), ({"fixed": "-5"}, "fixed"),
        ({"fixed": "1.001"}, "fixed"), ({"code": "a!"}, "code"), ({"skus": "NO-SUCH"}, "skus"),
        ({"families": ["no-such"]}, "families"), ({"total_limit": 0}, "total_limit"),
        ({"valid_until": -1}, "valid_until"),
    ],
)  # fmt: skip
def test_a_code_that_can_not_be_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    given = {n: day(one) if n == "valid_until" else one for n, one in given.items()}
    with pytest.raises(BadInput) as caught:
        create(**given)
    assert caught.value.field == field


def test_a_code_is_taken_in_any_spelling() -> None:
    create()
    with pytest.raises(BadInput, match="already is a code") as caught:
        create(code="Autumn10")
    assert caught.value.field == "code"


def test_the_database_counts_an_order_once(ask: Callable[..., Order]) -> None:
    row = create()
    order = ask(promotion_code="AUTUMN10")
    again = PromotionUse(
        promotion=row, order_id=order.id, customer_id=order.customer_id, entered_on=day(0)
    )
    with (
        pytest.raises(IntegrityError, match="uq_promotion_uses_order_id"),
        db.session.begin_nested(),
    ):
        db.session.add(again)
        db.session.flush()
