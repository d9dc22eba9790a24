"""Shipments are found by number and tracking number."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.customers.models import Customer
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import PREFIX, Order


def _rows() -> Any:
    query = select(
        Shipment.id, Shipment.number.label("own"), Shipment.state, Shipment.tracking_number,
        Order.number, Customer.name,
    )  # fmt: skip
    query = query.join(Order, Order.id == Shipment.order_id)
    return query.join(Customer, Customer.id == Order.customer_id)


def _hit(row: Any) -> Hit:
    ref = f"S-{row.own}"
    parts = [row.tracking_number, f"{PREFIX}{row.number}", row.name]
    codes = (ref, row.tracking_number) if row.tracking_number else (ref,)
    return Hit(
        ref, " · ".join(part for part in parts if part), url_for("shipment_page.page", ref=ref),
        (SHIPMENT.word(row.state), SHIPMENT.colour(row.state)), codes, True,
    )  # fmt: skip


Searchable(
    "shipment",
    Shipment,
    (Words(Shipment.tracking_number),),
    number=Shipment.number,
    prefix="S",
    name=_l("Shipments"),
    icon="truck",
    permission="shipment.view",
    rows=_rows,
    hit=_hit,
)
