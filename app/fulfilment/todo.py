"""What waits at fulfilment: shipments to pack and to label, and those with a problem on their way."""

from typing import Any

from flask import url_for

from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.translations import _, _l
from app.core.web.formats import plural
from app.fulfilment.models import Shipment
from app.fulfilment.states import PACKED, SHIPMENT, TO_PACK, WITH_PROBLEM
from app.orders.cells import with_order
from app.orders.models import PREFIX, Order


def _shipments() -> Rows:
    query = with_order(Shipment.order_id, Shipment)
    return query.order_by(Order.promised_on.nulls_last(), Shipment.id)


def _item(row: Any, title: str, more: str) -> TodoItem:
    shipment: Shipment = row[0]
    details = tuple(part for part in (f"{PREFIX}{row.number}", row.name, more) if part)
    return TodoItem(
        title, details, shipment.updated_at,
        SHIPMENT.badge(shipment.state),
        url_for("shipment_page.page", ref=shipment.ref), row.order_id,
    )  # fmt: skip


def _to_pack(row: Any) -> TodoItem:
    shipment: Shipment = row[0]
    facts = {"shipment": shipment.ref, "name": row.name}
    if shipment.state not in PACKED:
        title = _("Pack %(shipment)s for %(name)s", **facts)
    elif not shipment.is_pickup:
        title = _("Label and ship %(shipment)s for %(name)s", **facts)
    else:
        title = _("Set out %(shipment)s for pickup by %(name)s", **facts)
    return _item(row, title, plural(shipment.pieces, "piece"))


def _problem(row: Any) -> TodoItem:
    shipment: Shipment = row[0]
    title = _("The carrier reported a problem with %(shipment)s", shipment=shipment.ref)
    return _item(row, title, shipment.problem[:120])


TODOS = (
    Todo(
        "shipments_to_pack",
        "shipment.pack",
        _to_pack,
        query=_shipments,
        where=(Shipment.state.in_(TO_PACK),),
        button=_l("Open shipment"),
        icon="truck",
        page="shipments",
        counted=Shipment,
    ),
    Todo(
        "shipment_problems",
        "shipment.deliver",
        _problem,
        query=_shipments,
        where=(Shipment.state.in_(WITH_PROBLEM),),
        urgency=Urgency.FAILED,
        button=_l("Open shipment"),
        icon="truck",
        page="shipments",
        counted=Shipment,
    ),
)
