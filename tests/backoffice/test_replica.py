"""Pages work on a connection that may only read, as to a replica."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update
from sqlalchemy.exc import InternalError
from sqlalchemy.orm import Session

from app.accounts.models import OrderLink, StaffSession
from app.accounts.services.links import issue_link
from app.core.chain import ChainCheck, check_chain
from app.core.clock import now
from app.core.db import db
from app.orders.models import Order
from tests.backoffice.conftest import Person
from tests.backoffice.orders_in_state import ME, order_in_state, place

Enter = Callable[..., Person]
Ask = Callable[..., Order]


@pytest.fixture
def replica(session: Any) -> Iterator[Callable[[], None]]:
    """Return what turns the connection into one that may only read, until the test ends."""

    def refuse_writes(_session: Any, _transaction: Any, connection: Any) -> None:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    def begin() -> None:
        db.session.execute(update(StaffSession).values(last_seen_at=now() - timedelta(hours=1)))
        db.session.commit()
        event.listen(Session, "after_begin", refuse_writes)

    yield begin
    if event.contains(Session, "after_begin", refuse_writes):
        event.remove(Session, "after_begin", refuse_writes)


def test_what_is_called_a_replica_here_refuses_to_write(replica: Callable[[], None]) -> None:
    replica()
    with pytest.raises(InternalError, match="read-only transaction"):
        db.session.execute(update(StaffSession).values(ip=""))


@pytest.mark.parametrize("state", ["requested", "quoted", "placed", "closed"])
def test_an_order_page_writes_nothing(
    somebody: Enter, ask: Ask, replica: Callable[[], None], state: str
) -> None:
    person = somebody("owner")
    order = order_in_state(state, ask)
    person.get("/admin/")
    replica()
    assert person.get(place(order)).status == 200


@pytest.mark.parametrize(
    "path",
    ["/admin/", "/admin/orders/", "/admin/jobs/", "/admin/board/", "/admin/shipments/",
     "/admin/messages/", "/admin/customers/", "/admin/products/", "/admin/stock/",
     "/admin/events/", "/admin/proofs/", "/admin/connections/", "/admin/search/?q=card"],
)  # fmt: skip
def test_a_page_of_the_back_office_writes_nothing(
    somebody: Enter, replica: Callable[[], None], path: str
) -> None:
    person = somebody("owner")
    replica()
    assert person.get(path).status == 200


def test_the_page_says_when_the_chain_was_verified(somebody: Enter, ask: Ask) -> None:
    person = somebody("owner")
    order = order_in_state("requested", ask)
    assert "Not verified yet" in person.get(place(order)).said("#timeline .end")
    check_chain(order.id, whole=True).checked_at = now() - timedelta(hours=3)
    db.session.flush()
    assert person.get(place(order)).said("#timeline .end") == "Verified 3 h ago"


def test_a_broken_chain_is_said_in_a_sentence(somebody: Enter, ask: Ask) -> None:
    person = somebody("owner")
    order = order_in_state("requested", ask)
    db.session.add(
        ChainCheck(
            stream_id=order.id, checked_at=now(), broken=f"Chain {order.id}: event 2 is missing."
        )
    )
    db.session.flush()
    page = person.get(place(order))
    assert page.said("#timeline .end") == "Audit trail broken"
    assert "event 2 is missing" in page.words


def test_the_portal_opens_a_link_without_writing(
    app: Flask, ask: Ask, replica: Callable[[], None]
) -> None:
    order = order_in_state("quoted", ask)
    secret = issue_link(order.id, "Juno", actor=ME)
    replica()
    browser = app.test_client()
    opened = browser.get(f"/t/{secret}")
    assert opened.status_code in (302, 303)
    assert browser.get(opened.location).status_code == 200
    assert db.session.query(OrderLink.opened_count).filter_by(order_id=order.id).order_by(
        OrderLink.id.desc()
    ).first() == (0,)
