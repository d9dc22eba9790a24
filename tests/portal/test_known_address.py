"""Who types somebody else's e-mail address gets nothing of theirs to see."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from app.core.db import db
from app.orders.models import Order
from tests.portal.conftest import REQUEST, Portal, requested

PAGE = "/p/invitation-card-a6"


@pytest.fixture
def known(shop: None) -> Order:
    """An order of somebody who is a customer since yesterday."""
    order = requested()
    db.session.flush()
    db.session.execute(text("UPDATE contacts SET created_at = created_at - interval '1 day'"))
    db.session.commit()
    return order


def newest() -> Order:
    return db.session.scalars(select(Order).order_by(Order.number.desc()).limit(1)).one()


def test_a_new_customer_sees_the_order_at_once(portal: Portal) -> None:
    page = portal.send(portal.get(PAGE), "/request", REQUEST)
    assert page.path == f"/orders/{newest().ref}"


def test_a_known_address_gets_the_link_by_e_mail_alone(portal: Portal, known: Order) -> None:
    page = portal.send(portal.get(PAGE), "/request", {**REQUEST, "name": "Mallory"})
    order = newest()
    assert order.id != known.id
    assert order.contact_id == known.contact_id
    assert page.path == "/link/sent"
    assert "to your e-mail address" in page.words
    assert known.contact.name not in page.words
    assert portal.get(f"/orders/{order.ref}").status == 404


def test_a_second_click_of_it_leads_to_no_order_either(portal: Portal, known: Order) -> None:
    form = portal.get(PAGE)
    portal.send(form, "/request", REQUEST)
    assert portal.send(form, "/request", REQUEST).path == "/link/sent"
    assert db.session.scalar(select(db.func.count()).select_from(Order)) == 2


def test_a_browser_that_holds_a_link_of_that_person_is_let_in(portal: Portal, known: Order) -> None:
    portal.open(known)
    page = portal.send(portal.get(PAGE), "/request", REQUEST)
    assert page.path == f"/orders/{newest().ref}"


def test_a_link_of_somebody_else_is_none(portal: Portal, stranger: Portal, known: Order) -> None:
    from app.orders.services import Requester

    other = requested(requester=Requester(name="Mallory", email="mallory@example.com"))
    db.session.commit()
    stranger.open(other)
    page: Any = stranger.send(stranger.get(PAGE), "/request", REQUEST)
    assert page.path == "/link/sent"
