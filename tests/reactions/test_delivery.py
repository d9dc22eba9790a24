"""What follows when somebody says where an order goes, or says it anew."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.postal_address import PostalAddress
from app.fulfilment.models import Shipment
from app.orders import verbs as order_verbs
from tests.due_reactions import run_due_reactions
from tests.order_rows import TO_GO_TO, staff_actor
from tests.orders.conftest import customer_of
from tests.reactions.life import broken_invariants
from tests.reactions.test_way import Asked, ask_with_a_file, make, place, shop, sign

__all__ = ["shop"]
pytestmark = pytest.mark.usefixtures("session")


def shipments(order: Asked) -> list[Shipment]:
    db.session.expire_all()
    return list(db.session.scalars(select(Shipment).where(Shipment.order_id == order.id)))


def set_delivery(app: Flask, order: Asked, method: str, ship_to: PostalAddress | None) -> None:
    order_verbs.set_delivery(order.id, method, ship_to, actor=customer_of(order))  # type: ignore[arg-type]
    db.session.commit()
    run_due_reactions(app)


def test_nothing_is_sent_before_somebody_says_where_and_then_it_follows(shop: Flask) -> None:
    order = ask_with_a_file(shop, ship_to={})
    place(shop, order)
    sign(shop, order)
    order_verbs.confirm_payment(order.id, "", actor=staff_actor("finance"))
    db.session.commit()
    run_due_reactions(shop)
    make(shop, order)
    assert shipments(order) == []
    assert list(broken_invariants()) == []

    set_delivery(shop, order, "carrier", TO_GO_TO)
    (shipment,) = shipments(order)
    assert (shipment.method, shipment.address) == ("carrier", TO_GO_TO)

    elsewhere = TO_GO_TO.model_copy(update={"line_1": "9 New Street"})
    set_delivery(shop, order, "carrier", elsewhere)
    assert [one.address for one in shipments(order)] == [elsewhere]

    set_delivery(shop, order, "pickup", None)
    assert [(one.method, bool(one.address)) for one in shipments(order)] == [("pickup", False)]
    assert list(broken_invariants()) == []
