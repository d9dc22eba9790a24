"""The verbs of fulfilment. Each locks the shipment, records its event, never commits."""

from __future__ import annotations

from app.fulfilment.services.create import create_shipment
from app.fulfilment.services.label import buy_label, give_up_label
from app.fulfilment.services.move import (
    mark_collected,
    mark_delivered,
    mark_returned,
    mark_shipped,
    report_problem,
)
from app.fulfilment.services.pack import pack, ready_for_pickup, start_picking

__all__ = [
    "buy_label",
    "create_shipment",
    "give_up_label",
    "mark_collected",
    "mark_delivered",
    "mark_returned",
    "mark_shipped",
    "pack",
    "ready_for_pickup",
    "report_problem",
    "start_picking",
]
