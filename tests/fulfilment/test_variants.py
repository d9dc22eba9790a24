"""Shipments of items with variants: which pieces are in the parcel, whole or in part."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.actor import system
from app.core.errors import BadInput
from app.fulfilment import invariants, services, verbs
from app.fulfilment.models import Shipment
from app.fulfilment.verbs import SUBJECT, PackInput
from app.orders import verbs as order_verbs
from app.orders.models import Order
from tests.variant_orders import MATRIX, put_on_offer, quoted

BOSS = system("backoffice")


@pytest.fixture
def order(preset_products: None, session: Any) -> Order:
    """A placed order of four S, ten M and six L."""
    put_on_offer()
    made = quoted()
    order_verbs.accept_quote(made.id, 1, typed_name="Ada Example", actor=BOSS)
    return made


def ship(order: Order, count: int) -> Shipment:
    (line,) = order.lines
    shipment = services.create_shipment(
        order.id, {line.id: count}, good_by_line={line.id: 20}, method="pickup", actor=BOSS
    )
    verbs.start_picking(shipment.id, actor=BOSS)
    return shipment


def pack(shipment: Shipment, **variants: int) -> Shipment:
    (entry,) = shipment.lines
    said = {key.replace("_", "-"): count for key, count in variants.items()}
    return verbs.pack(shipment.id, 500, breakdowns={str(entry.line_id): said}, actor=BOSS)


def broken() -> list[str]:
    return [*invariants.no_more_of_a_variant(), *invariants.variants_make_the_shipment()]


def test_a_shipment_of_a_whole_line_knows_its_variants(order: Order) -> None:
    shipment = ship(order, 20)
    assert shipment.breakdowns == {str(order.lines[0].id): MATRIX}
    verbs.pack(shipment.id, 500, actor=BOSS)
    assert broken() == []


def test_the_variants_of_a_part_are_said_at_packing_and_the_rest_is_known(order: Order) -> None:
    first = ship(order, 7)
    assert first.breakdowns == {}
    pack(first, s_navy=4, m_navy=3)
    assert first.breakdowns == {str(order.lines[0].id): {"s-navy": 4, "m-navy": 3}}
    rest = ship(order, 13)
    assert rest.breakdowns == {str(order.lines[0].id): {"m-navy": 7, "l-navy": 6}}
    assert broken() == []


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({}, "Enter which 7 pieces of “T-shirt” are in the parcel; these are 0."),
        ({"s_navy": 4}, "these are 4."),
        ({"s_navy": 5, "m_navy": 2}, "There are only 4 of “S / NAVY”."),
        ({"xl_navy": 7}, "There are only 0 of “XL / NAVY”."),
        ({"s_navy": -1}, "Enter a whole number of pieces"),
    ],
)
def test_a_parcel_whose_variants_are_wrong_is_not_packed(
    order: Order, said: dict[str, int], says: str
) -> None:
    shipment = ship(order, 7)
    with pytest.raises(BadInput) as problem:
        pack(shipment, **said)
    assert says in str(problem.value)
    assert shipment.state == "picking"


def test_a_form_says_the_variants_by_line(order: Order) -> None:
    shipment = ship(order, 7)
    line = str(order.lines[0].id)
    typed = {"weight_g": "500", f"variants.{line}.s-navy": "4", f"variants.{line}.m-navy": ""}
    given = PackInput.from_form(typed, SUBJECT.find(shipment.ref))
    assert given == {"weight_g": "500", "breakdowns": {line: {"s-navy": "4"}}}
