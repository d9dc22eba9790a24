"""A shipment comes into being: pieces that are good and in no other shipment."""

import uuid
from collections.abc import Mapping

from app.core.actor import Actor, require
from app.core.db import db, locked
from app.core.errors import BadInput, WrongState
from app.core.events import record
from app.core.postal_address import PostalAddress
from app.core.translations import _
from app.fulfilment.models import Shipment, ShipmentLine
from app.fulfilment.queries import available
from app.fulfilment.states import METHODS
from app.fulfilment.variants import known_breakdowns
from app.orders.models import Order
from app.orders.verbs import set_delivery


def create_shipment(
    order_id: uuid.UUID,
    lines: Mapping[uuid.UUID, int] | None = None,
    *,
    good_by_line: Mapping[uuid.UUID, int],
    actor: Actor,
    method: str = "carrier",
) -> Shipment:
    """Put pieces of an order's lines into a new shipment; without `lines`, all that can go.

    `good_by_line` is handed down by the caller, who knows what was made. `method` is ``carrier`` or
    ``pickup``. Which variants go is known where all that is left of a line does; else it is said at packing.
    Locks the order, so that two people
    never pack the same piece. Raises NotAllowed, NotFound, WrongState (order not placed or on hold),
    BadInput (more than is good and unshipped, or a carrier and no address to go to).
    """
    order = locked(Order, order_id)
    require(actor, "shipment.pack", stream_id=order.id)
    _refuse_order(order)
    if method not in METHODS:
        raise BadInput(_("Choose carrier or pickup."), field="method")
    if method == "carrier" and not order.ship_to:
        raise BadInput(
            _("%(ref)s has no delivery address.", ref=order.ref),
            next_step=_("Use “%(verb)s” on the order first.", verb=set_delivery.label),
            field="address",
        )
    free = available(order.id, dict(good_by_line))
    wanted = _wanted(order, free if lines is None else lines, free)
    shipment = Shipment(
        order_id=order.id,
        state="pending",
        method=method,
        address=order.ship_to if method == "carrier" else PostalAddress(),
        lines=[ShipmentLine(line_id=line_id, quantity=count) for line_id, count in wanted.items()],
        breakdowns=known_breakdowns(
            {line: wanted[line.id] for line in order.lines if line.id in wanted}
        ),
    )
    db.session.add(shipment)
    db.session.flush()
    after = {"number": shipment.ref, "state": shipment.state, "method": method}
    data = {"lines": {str(line_id): count for line_id, count in wanted.items()}}
    record("shipment.created", shipment, actor, after=after, data=data)
    return shipment


def _refuse_order(order: Order) -> None:
    if not order.is_placed:
        raise WrongState(_("%(ref)s is not placed yet, so it can't be shipped.", ref=order.ref))
    if order.hold_reason:
        raise WrongState(
            _("%(ref)s is on hold: %(hold_reason)s", ref=order.ref, hold_reason=order.hold_reason),
            next_step=_("Resume the order first."),
        )


def _wanted(
    order: Order, lines: Mapping[uuid.UUID, int], free: Mapping[uuid.UUID, int]
) -> dict[uuid.UUID, int]:
    names = {line.id: line.product_name for line in order.lines}
    wanted: dict[uuid.UUID, int] = {}
    for line_id, count in lines.items():
        if line_id not in names:
            raise BadInput(_("This item doesn't belong to %(ref)s.", ref=order.ref), field="lines")
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            raise BadInput(_("Enter a whole number of pieces."), field="lines")
        left, item = free.get(line_id, 0), names[line_id]
        if count > left:
            raise BadInput(
                _("Only %(left)s of “%(item)s” are good and not yet packed.", left=left, item=item),
                next_step=_("Ship what is available now and the rest later."),
                field="lines",
            )
        if count:
            wanted[line_id] = count
    if not wanted:
        raise BadInput(_("Nothing is ready to be packed."), field="lines")
    return wanted
