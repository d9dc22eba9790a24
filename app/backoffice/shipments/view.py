"""Everything the page of one shipment shows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.catalog.labels import personalised
from app.core.db import db, get
from app.core.events import Event
from app.core.outbound.chart import UNDER_WAY
from app.core.outbound.intent import OutboundIntent
from app.fulfilment.carriers import Carrier, carriers
from app.fulfilment.models import Shipment, ShipmentWithLabel
from app.fulfilment.states import ARRIVED, PACKED, SHIPMENT, STEPS
from app.orders.models import Order, OrderLine


@dataclass(frozen=True)
class Packed:
    """One line in the parcel: pieces, what it is, and the choices to check it by."""

    line: OrderLine
    quantity: int
    words: str
    written: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShipmentView:
    """The whole page. `buying` is true from the request for a label until the carrier answered."""

    shipment: Shipment
    order: Order
    contents: tuple[Packed, ...]
    intent: OutboundIntent | None
    events: tuple[Event, ...]
    carriers: tuple[type[Carrier], ...]
    carrier_name: str
    tracking_url: str | None
    address: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def buying(self) -> bool:
        return bool(
            self.intent and self.intent.state in UNDER_WAY and self.shipment.state in PACKED
        )

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The shipment's progress as (label, note, how)."""
        way = STEPS[self.shipment.method]
        state = self.shipment.state
        at = way.index(state if state in way else "shipped")
        over = state in ARRIVED
        return [
            (
                SHIPMENT.word(name),
                "",
                "done" if place < at or over else "now" if place == at else "",
            )
            for place, name in enumerate(way)
        ]


def read(record: ShipmentWithLabel) -> ShipmentView:
    """Return the page of a shipment, in a number of queries that does not grow with its lines."""
    shipment = record.shipment
    order = get(Order, shipment.order_id)
    known = carriers()
    adapter = known.get(shipment.carrier_key or "")
    number = shipment.tracking_number
    return ShipmentView(
        shipment=shipment,
        order=order,
        contents=_contents(shipment, order),
        intent=record.label,
        events=_events(shipment),
        carriers=tuple(known[key] for key in sorted(known)),
        carrier_name=adapter.name if adapter else "",
        tracking_url=adapter.track(number) if adapter and number else None,
        address=tuple(shipment.address.printed()),
        lacking=tuple(shipment.address.missing()) if shipment.method == "carrier" else (),
    )


def _contents(shipment: Shipment, order: Order) -> tuple[Packed, ...]:
    lines = {line.id: line for line in order.lines}
    found = []
    for entry in shipment.lines:
        line = lines[entry.line_id]
        terms = line.specification
        chosen = terms.chosen(line.configuration.options)
        found.append(
            Packed(
                line=line,
                quantity=entry.quantity,
                words=" · ".join(choice.label for _, choice in chosen),
                written=tuple(personalised(terms, line.configuration)),
            )
        )
    return tuple(sorted(found, key=lambda one: one.line.position))


def _events(shipment: Shipment) -> tuple[Event, ...]:
    query = (
        select(Event)
        .where(Event.stream_id == shipment.order_id, Event.subject_id == shipment.id)
        .order_by(Event.stream_seq.desc())
        .limit(60)
    )
    return tuple(db.session.scalars(query))
