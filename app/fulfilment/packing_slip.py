"""The packing slip: what is in a parcel, piece by piece and variant by variant."""

from dataclasses import dataclass

from flask import current_app

from app.catalog.breakdown import BreakdownRow, breakdown_rows
from app.catalog.labels import personalised
from app.core.clock import now
from app.core.db import get
from app.core.shop.details import shop_details
from app.fulfilment.models import Shipment
from app.orders.models import Order, OrderLine


@dataclass(frozen=True)
class SlipLine:
    """One line of the paper: its pieces here and of how many, its choices, what is written on it, its variants."""

    name: str
    sku: str
    quantity: int
    ordered: int
    choices: list[tuple[str, str]]
    written: list[tuple[str, str]]
    variants: list[BreakdownRow]


def slip_lines(shipment: Shipment) -> list[SlipLine]:
    """Return what is in the shipment, in the order of the order's lines."""
    found = []
    lines = {entry.line_id: get(OrderLine, entry.line_id) for entry in shipment.lines}
    for entry in sorted(shipment.lines, key=lambda one: lines[one.line_id].position):
        line = lines[entry.line_id]
        terms, made = line.specification, line.configuration
        found.append(
            SlipLine(
                name=line.product_name,
                sku=line.sku,
                quantity=entry.quantity,
                ordered=line.quantity,
                choices=[(o.label, c.label) for o, c in terms.chosen(made.options)],
                written=personalised(terms, made),
                variants=breakdown_rows(terms, shipment.breakdowns.get(str(line.id), {})),
            )
        )
    return found


def packing_slip_html(shipment: Shipment) -> str:
    """Return the page to draw, A5. It asks for no asset. No price is on it: a parcel may be a present."""
    order = get(Order, shipment.order_id)
    return current_app.jinja_env.get_template("papers/packing_slip.html").render(
        shipment=shipment,
        order=order,
        lines=slip_lines(shipment),
        address=shipment.address.printed(),
        shop_name=shop_details().name,
        made_at=now(),
    )
