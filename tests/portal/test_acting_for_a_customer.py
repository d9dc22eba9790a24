"""Somebody who acts for a customer may do with its orders what a link to one of them allows."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask, g
from werkzeug.exceptions import HTTPException

from app.accounts.matrix import customer_permissions
from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.core.actor import Actor
from app.core.db import db, get
from app.core.errors import NotAllowed
from app.customers.models import Customer
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.portal import orders as pages
from tests.portal.conftest import Portal, quoted, to_sign


def acting_for(*customer_ids: uuid.UUID, streams: tuple[uuid.UUID, ...] = ()) -> Actor:
    return Actor(
        "customer",
        uuid.uuid4(),
        "Ada Example",
        "portal",
        customer_permissions(),
        frozenset(streams),
        frozenset(customer_ids),
    )


def found(app: Flask, order: Order, actor: Actor) -> Actor:
    """Open the order's page as `actor` and return whom the rooms below see then."""
    with app.test_request_context():
        g.actor = actor
        assert pages.find(order.ref).id == order.id
        return g.actor


def test_a_right_is_by_customer_or_by_link() -> None:
    order, other, customer = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    by_customer, by_link = acting_for(customer), acting_for(streams=(order,))
    for stream_id, customer_id, allowed in (
        (order, customer, (True, True)),
        (order, None, (False, True)),
        (other, customer, (True, False)),
        (other, uuid.uuid4(), (False, False)),
    ):
        said = [
            actor.may("order.view", stream_id=stream_id, customer_id=customer_id)
            for actor in (by_customer, by_link)
        ]
        assert tuple(said) == allowed
    assert not by_customer.may("order.estimate", customer_id=customer)


def test_it_opens_the_customer_s_orders_and_no_others(app: Flask, portal: Portal) -> None:
    order, other = quoted(), quoted()
    other.customer_id = _another_customer()
    actor = acting_for(order.customer_id)
    assert order.id in found(app, order, actor).streams
    with app.test_request_context():
        g.actor = actor
        with pytest.raises(HTTPException) as refused:
            pages.find(other.ref)
        assert refused.value.get_response().status_code == 404
        assert g.actor is actor


def test_a_link_still_opens_its_order_alone(app: Flask, portal: Portal) -> None:
    order, other = quoted(), quoted()
    actor = acting_for(streams=(order.id,))
    assert found(app, order, actor).streams == {order.id}
    with app.test_request_context():
        g.actor = actor
        with pytest.raises(HTTPException) as refused:
            pages.find(other.ref)
        assert refused.value.get_response().status_code == 404


def test_a_quote_is_accepted_for_one_s_own_customer_only(portal: Portal) -> None:
    order = quoted()
    with pytest.raises(NotAllowed):
        order_verbs.accept_quote(order.id, 1, "Ada Example", actor=acting_for(uuid.uuid4()))
    order_verbs.accept_quote(order.id, 1, "Ada Example", actor=acting_for(order.customer_id))
    assert order.state == "placed"


def test_rooms_that_know_the_order_s_id_alone_follow(app: Flask, portal: Portal) -> None:
    order = to_sign()
    slot_id = order.lines[0].artwork_slot_id
    actor = acting_for(order.customer_id)
    with pytest.raises(NotAllowed):
        artwork_verbs.request_changes(slot_id, "Larger, please", actor=actor)
    artwork_verbs.request_changes(slot_id, "Larger, please", actor=found(app, order, actor))
    assert get(ArtworkSlot, slot_id).state == "changes_requested"


def _another_customer() -> uuid.UUID:
    customer = Customer(name="Somebody Else")
    db.session.add(customer)
    db.session.flush()
    return customer.id
