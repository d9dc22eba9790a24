"""A customer asks for something."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.matrix import ROLES, may
from app.artwork.models import ArtworkSlot
from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, NotAllowed, NotFound
from app.orders import services as orders
from app.orders.models import Order
from tests.order_rows import staff_actor
from tests.orders.conftest import CARD, REQUESTER, events

Ask = Callable[..., Order]


def test_a_request_makes_an_order_with_its_line_and_the_slot_for_its_file(ask: Ask) -> None:
    order = ask()
    line = order.lines[0]
    assert order.state == "requested"
    assert order.ref == f"MR-{order.number}"
    assert (line.product_name, line.quantity) == ("Personalised invitation card A6", 250)
    assert line.configuration.personalisation["names"] == "Ada & Grace"
    slot = db.session.get(ArtworkSlot, line.artwork_slot_id)
    assert slot is not None
    assert (slot.stream_id, slot.state) == (order.id, "awaiting_file")


def test_the_event_says_who_asked_for_what_through_which_door(ask: Ask) -> None:
    order = ask()
    (event,) = events(order, "order.requested")
    assert (event.actor_kind, event.door) == ("customer", "portal")
    assert event.after == {"state": "requested", "number": order.number}
    assert event.data is not None
    assert event.data["lines"][0]["quantity"] == 250


def test_a_second_click_on_the_same_form_gives_the_first_order(ask: Ask) -> None:
    key = uuid.uuid4()
    first, second = ask(idempotency_key=key), ask(idempotency_key=key)
    assert first.id == second.id
    assert len(events(first, "order.requested")) == 1


def test_staff_who_take_an_order_stand_in_its_event(ask: Ask) -> None:
    seller = staff_actor("sales")
    order = ask(actor=seller, owner_key=f"staff:{seller.id}")
    (event,) = events(order, "order.requested")
    assert (event.actor_kind, event.actor_id, event.door) == ("staff", seller.id, "backoffice")


def test_staff_who_may_not_take_an_order_make_none(ask: Ask) -> None:
    """Finance edits customers, which must not be enough."""
    for role in [role for role in ROLES if not may(role, "order.create")]:
        with pytest.raises(NotAllowed) as refused:
            ask(actor=staff_actor(role))
        assert refused.value.field == "order.create"
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_staff_who_may_not_take_an_order_do_not_reach_one_by_its_key(ask: Ask) -> None:
    key = uuid.uuid4()
    ask(idempotency_key=key, owner_key="one")
    with pytest.raises(NotAllowed):
        ask(idempotency_key=key, owner_key="one", actor=staff_actor("operator"))


def test_another_browser_with_the_same_form_key_does_not_reach_the_order(ask: Ask) -> None:
    key = uuid.uuid4()
    first = ask(idempotency_key=key)
    other = ask(idempotency_key=key, owner_key="visitor:somebody-else")
    assert other.id != first.id


def test_the_specification_of_a_line_does_not_follow_the_catalogue(ask: Ask) -> None:
    order = ask()
    before = order.lines[0].specification.price
    from sqlalchemy import select

    from app.catalog.models import Product

    product = db.session.scalars(select(Product).where(Product.slug == CARD.product_slug)).one()
    product.properties = {**product.properties, "price": {"setup_minor": 99_999}}
    db.session.flush()
    db.session.expire_all()
    assert order.lines[0].specification.price == before
    assert ask().lines[0].specification.price.setup_minor == 99_999


def test_a_contact_that_asks_again_is_the_same_customer(ask: Ask) -> None:
    first, second = ask(), ask(requester=replace(REQUESTER, email="ADA@example.com"))
    assert first.customer_id == second.customer_id
    assert second.number == first.number + 1


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (replace(CARD, quantity="seven"), "quantity"),
        (replace(CARD, quantity=1), "quantity"),
        (replace(CARD, options={"paper": "leather"}), "options.paper"),
        (replace(CARD, personalisation={"names": "x" * 5000}), "personalisation.names"),
    ],
)
def test_what_the_product_does_not_offer_is_refused_with_its_field(
    ask: Ask, wanted: orders.RequestedLine, field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        ask(wanted=[wanted])
    assert refused.value.field == field


def test_a_bad_address_a_long_note_and_a_day_in_the_past_are_refused(ask: Ask) -> None:
    with pytest.raises(BadInput, match="not an e-mail"):
        ask(requester=replace(REQUESTER, email="ada at example"))
    with pytest.raises(BadInput, match="Shorten"):
        ask(details={"note": "n" * 4001})
    with pytest.raises(BadInput, match="passed"):
        ask(details={"wanted_on": today() - timedelta(days=2)})
    with pytest.raises(BadInput, match="Choose a product"):
        ask(wanted=[])


def test_a_product_that_is_no_longer_made_is_not_found(ask: Ask) -> None:
    with pytest.raises(NotFound):
        ask(wanted=[replace(CARD, product_slug="gone")])


def test_an_upload_of_another_browser_is_not_taken_over(ask: Ask) -> None:
    with pytest.raises(NotFound):
        ask(wanted=[replace(CARD, upload_id=uuid.uuid4())])
