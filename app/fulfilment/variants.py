"""Which variants are in a shipment: known where all that is left of a line goes, said at packing where a part does."""

import uuid
from collections.abc import Mapping

from sqlalchemy import select

from app.catalog.breakdown import minus, part_of
from app.core.db import db, get
from app.core.errors import BadInput
from app.core.translations import _
from app.fulfilment.models import Shipment, ShipmentLine
from app.fulfilment.states import RETURNED
from app.orders.models import OrderLine

Breakdowns = Mapping[uuid.UUID, Mapping[str, int]]


def left_of(line: OrderLine, but: uuid.UUID | None = None) -> dict[str, int]:
    """Return the variants of a line that no shipment (other than `but`) says to hold; empty for a product without.

    One query.
    """
    left = dict(line.configuration.quantities)
    if not left:
        return {}
    query = select(Shipment.breakdowns).join(Shipment.lines)
    query = query.where(ShipmentLine.line_id == line.id, Shipment.state.not_in(RETURNED))
    if but is not None:
        query = query.where(Shipment.id != but)
    for breakdowns in db.session.scalars(query):
        left = minus(left, breakdowns.get(str(line.id), {}))
    return left


def known_breakdowns(lines: Mapping[OrderLine, int]) -> dict[str, dict[str, int]]:
    """Return line id → variants for those of the `lines` of which all that is left is taken."""
    found = {}
    for line, count in lines.items():
        left = left_of(line)
        if left and sum(left.values()) == count:
            found[str(line.id)] = left
    return found


def unknown_lines(shipment: Shipment) -> list[tuple[OrderLine, int]]:
    """Return the lines with variants, and their pieces, of which the shipment doesn't say which are in it."""
    found = []
    for entry in shipment.lines:
        line = get(OrderLine, entry.line_id)
        if line.configuration.quantities and str(line.id) not in shipment.breakdowns:
            found.append((line, entry.quantity))
    return found


def say_variants(shipment: Shipment, said: Breakdowns) -> None:
    """Note which variants are in the shipment, where that is not known. Raises BadInput, by
    ``breakdowns.LINE``, for too many of a variant and where they don't add up to the pieces."""
    found = dict(shipment.breakdowns)
    for line, count in unknown_lines(shipment):
        field = f"breakdowns.{line.id}"
        part = part_of(line.specification, left_of(line, shipment.id), said.get(line.id, {}), field)
        if (total := sum(part.values())) != count:
            fault = _("Enter which %(count)s pieces of “%(item)s” are in the parcel; these are %(total)s.",
                      count=count, item=line.product_name, total=total)  # fmt: skip
            raise BadInput(fault, field=field)
        found[str(line.id)] = part
    if found != shipment.breakdowns:
        shipment.breakdowns = found
