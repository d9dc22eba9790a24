"""What production says to the verbs of an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.accounts.matrix import customer_permissions
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.production.models import Job
from tests.order_rows import staff_actor

CUSTOMER = Actor("customer", None, "Ada Example", "link", customer_permissions())


@pytest.fixture
def order_of(session: Any) -> Callable[[Job], Order]:
    """The order that a job belongs to."""
    return lambda job: db.session.get_one(Order, job.order_id)


def test_cancelling_an_order_in_production_is_refused_with_what_to_do(
    ready_job: Callable[..., Job], order_of: Callable[[Job], Order]
) -> None:
    ready = ready_job()
    order = order_of(ready)
    ready.operations[0].started_at = now()
    with pytest.raises(WrongState, match="in production") as refused:
        order_verbs.cancel(order.id, "Too late.", actor=staff_actor("sales"))
    assert "Put the order on hold" in refused.value.next_step
    assert order.state == "placed"


def test_after_the_release_a_customer_asks_and_sales_can_still_cancel(
    ready_job: Callable[..., Job], order_of: Callable[[Job], Order]
) -> None:
    ready = ready_job()
    order = order_of(ready)
    customer = replace(CUSTOMER, streams=frozenset({order.id}))
    with pytest.raises(WrongState, match="started preparing") as refused:
        order_verbs.cancel(order.id, "Late.", actor=customer)
    assert "reply to any of our e-mails" in refused.value.next_step
    assert order.state == "placed"
    order_verbs.cancel(order.id, "They asked.", actor=staff_actor("sales"))
    assert order.state == "cancelled"
