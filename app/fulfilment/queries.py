"""What pages and callers ask fulfilment. Reads only."""

import uuid
from collections.abc import Collection

from sqlalchemy import func, select

from app.core.db import db
from app.core.errors import NotFound
from app.core.translations import _
from app.fulfilment.models import Shipment, ShipmentLine
from app.fulfilment.states import RETURNED, SHIPMENT, SHIPPED

TAKEN = frozenset(SHIPMENT.states) - RETURNED


def pieces_by_line(order_id: uuid.UUID, states: Collection[str] = TAKEN) -> dict[uuid.UUID, int]:
    """Return line id → pieces that are in shipments of these states (default: all but returned)."""
    rows = db.session.execute(
        select(ShipmentLine.line_id, func.sum(ShipmentLine.quantity))
        .join(Shipment, Shipment.id == ShipmentLine.shipment_id)
        .where(Shipment.order_id == order_id, Shipment.state.in_(states))
        .group_by(ShipmentLine.line_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def gone_by_line(order_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return line id → pieces that were shipped and did not come back."""
    return pieces_by_line(order_id, SHIPPED)


def available(order_id: uuid.UUID, good_by_line: dict[uuid.UUID, int]) -> dict[uuid.UUID, int]:
    """Return line id → good pieces that are in no shipment yet; lines without any are left out."""
    taken = pieces_by_line(order_id)
    left = {line_id: good - taken.get(line_id, 0) for line_id, good in good_by_line.items()}
    return {line_id: count for line_id, count in left.items() if count > 0}


def shipments_of(order_id: uuid.UUID) -> list[Shipment]:
    """Return the order's shipments by number."""
    query = select(Shipment).where(Shipment.order_id == order_id)
    return list(db.session.scalars(query.order_by(Shipment.number)))


def find_shipment(code: str) -> Shipment:
    """Return the shipment by its number (``S-5001``) or tracking number; raise NotFound."""
    wanted = code.strip().upper().replace(" ", "")
    digits = wanted.removeprefix("S-").removeprefix("S")
    is_it = Shipment.tracking_number == wanted
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        is_it |= Shipment.number == int(digits)
    found = db.session.scalars(select(Shipment).where(is_it).order_by(Shipment.number)).first()
    if found is None:
        raise NotFound(
            _("There is no such shipment."), next_step=_("Check the number on the label.")
        )
    return found
