"""Shipments are found by number and tracking number."""

from typing import Any

from flask import url_for

from app.core.search import Hit, Searchable, Words
from app.core.translations import _l
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.cells import with_order
from app.orders.models import PREFIX


def _rows() -> Any:
    own = (Shipment.id, Shipment.number.label("own"), Shipment.state, Shipment.tracking_number)
    return with_order(Shipment.order_id, *own)


def _hit(row: Any) -> Hit:
    ref = f"S-{row.own}"
    parts = [row.tracking_number, f"{PREFIX}{row.number}", row.name]
    codes = (ref, row.tracking_number) if row.tracking_number else (ref,)
    return Hit(
        ref, " · ".join(part for part in parts if part), url_for("shipment_page.page", ref=ref),
        SHIPMENT.badge(row.state), codes, True,
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
