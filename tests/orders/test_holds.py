"""Holds as records: owner, follow-up, who releases; the page, the to-do and the proof."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, NotAllowed
from app.core.holds import open_hold
from app.orders import verbs as order_verbs
from app.orders.invariants import holds_match
from app.orders.todo import TODOS
from tests.order_rows import placed_order, staff_actor

FOLLOW_UP = next(todo for todo in TODOS if todo.key == "holds")


def test_a_hold_says_who_owns_it_when_to_follow_up_and_who_releases_it(session: Any) -> None:
    order = placed_order()
    order_verbs.hold(
        order.id,
        "Deposit is missing.",
        follow_up_on=today(),
        release_permission="payment.confirm",
        actor=staff_actor("prepress"),
    )
    hold = open_hold(order)
    assert hold is not None
    assert (hold.reason, hold.follow_up_on) == ("Deposit is missing.", today())
    assert hold.owner_label == staff_actor("prepress").label
    with pytest.raises(NotAllowed):
        order_verbs.resume(order.id, actor=staff_actor("prepress"))
    order_verbs.resume(order.id, actor=staff_actor("finance"))
    assert (open_hold(order), order.hold_reason) == (None, None)
    assert hold.released_by_label == staff_actor("finance").label


def test_who_may_release_it_is_one_of_the_options(session: Any) -> None:
    order = placed_order()
    with pytest.raises(BadInput, match="Choose one"):
        order_verbs.hold(
            order.id, "Why.", release_permission="staff.manage", actor=staff_actor("sales")
        )
    assert open_hold(order) is None


def test_a_hold_is_to_be_followed_up_from_its_day_on(app: Flask, session: Any) -> None:
    due, later, undated = placed_order(), placed_order(), placed_order()
    for order, day in ((due, today()), (later, today() + timedelta(2)), (undated, None)):
        order_verbs.hold(order.id, "Why.", follow_up_on=day, actor=staff_actor("sales"))
    with app.test_request_context():
        found = FOLLOW_UP.find(10)
    assert [item.order_id for item in found.items] == [due.id]


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE orders SET hold_reason = NULL",
        "UPDATE orders SET hold_reason = 'Another.'",
        "UPDATE holds SET released_at = now()",
    ],
)
def test_an_order_and_its_open_hold_never_differ(session: Any, spoil: str) -> None:
    order = placed_order()
    order_verbs.hold(order.id, "Why.", actor=staff_actor("sales"))
    assert list(holds_match()) == []
    db.session.execute(text(spoil))
    assert len(list(holds_match())) == 1
