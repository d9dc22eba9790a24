"""A shipment at any point of its way, and the people around it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.events import Event
from app.core.outbound import driver
from app.core.outbound import intent as intents
from app.fulfilment import services, verbs
from app.fulfilment.models import Shipment
from app.orders.models import Order
from tests.order_rows import placed_order, staff_actor


@pytest.fixture
def people() -> SimpleNamespace:
    """Those who may, and one who may not."""
    return SimpleNamespace(
        warehouse=staff_actor("warehouse"),
        operator=staff_actor("operator"),
        sales=staff_actor("sales"),
    )


def all_good(order: Order) -> dict[Any, int]:
    """Every piece of the order is made."""
    return {line.id: line.quantity for line in order.lines}


WAY = ("pending", "picking", "packed", "labelled", "shipped")
PICKUP = ("pending", "picking", "packed", "ready_for_pickup")


@pytest.fixture
def shipment_in(session: Any, people: SimpleNamespace) -> Callable[..., Shipment]:
    """Make a shipment and take it to a state of its way."""

    def make(state: str, *, method: str = "carrier") -> Shipment:
        order = placed_order([10])
        shipment = services.create_shipment(
            order.id, good_by_line=all_good(order), actor=people.warehouse, method=method
        )
        steps = {
            "picking": lambda: verbs.start_picking(shipment.id, actor=people.warehouse),
            "packed": lambda: verbs.pack(shipment.id, 640, actor=people.warehouse),
            "labelled": lambda: get_label(shipment, people),
            "shipped": lambda: verbs.mark_shipped(shipment.id, actor=people.warehouse),
            "ready_for_pickup": lambda: verbs.mark_ready_for_pickup(
                shipment.id, actor=people.warehouse
            ),
        }
        way = PICKUP if method == "pickup" else WAY
        for step in way[1 : way.index(state) + 1]:
            steps[step]()
        return shipment

    return make


def get_label(shipment: Shipment, people: SimpleNamespace) -> None:
    """Ask for a label and write one down as the carrier would give it, without drawing it."""
    intent = verbs.buy_label(shipment.id, actor=people.warehouse)
    outcome = {
        "tracking_number": f"TEST{intent.payload['sequence']}",
        "storage_key": "papers/test.pdf",
        "sha256": "0" * 64,
        "cost_minor": 0,
        "currency": "",
    }
    settle(driver.claim(*intents.lock(intent.id)), driver.Result("accept", outcome))


def settle(work: driver.Work, result: driver.Result) -> None:
    """Write down how a purchase ended, as the outbound driver does."""
    driver.save(Event(), work, result)


def names(shipment: Shipment) -> list[str]:
    """The names of the order's events, oldest first."""
    query = select(Event.name).where(Event.stream_id == shipment.order_id)
    return list(db.session.scalars(query.order_by(Event.stream_seq)))


def last(shipment: Shipment, name: str) -> Event:
    """The newest event called `name` in the order's chain."""
    query = select(Event).where(Event.stream_id == shipment.order_id, Event.name == name)
    return db.session.scalars(query.order_by(Event.stream_seq.desc())).first()
