"""Everything the page of one shipment shows, and what this person may do with it now."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.catalog.labels import personalised
from app.core.actor import Actor
from app.core.db import db, get
from app.core.events import Event
from app.core.outbound.intent import OutboundIntent
from app.fulfilment import queries
from app.fulfilment.carriers import Carrier, carriers
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order, OrderLine

#: The form's address → the chart's trigger, for what the chart alone decides.
TRIGGERS = {
    "pick": "start_picking",
    "pack": "pack",
    "ship": "ship",
    "deliver": "deliver",
    "ready": "ready",
    "collect": "collect",
    "problem": "report_problem",
    "return": "return",
}
STEPS = {
    "carrier": ("pending", "picking", "packed", "labelled", "shipped", "delivered"),
    "pickup": ("pending", "picking", "packed", "ready_for_pickup", "collected"),
}


@dataclass(frozen=True)
class Packed:
    """One line in the parcel: pieces, what it is, and the choices to check it by."""

    line: OrderLine
    quantity: int
    words: str
    written: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShipmentView:
    """The whole page. `buying` is true from the wish for a label until the carrier answered."""

    shipment: Shipment
    order: Order
    contents: tuple[Packed, ...]
    intent: OutboundIntent | None
    events: tuple[Event, ...]
    verbs: frozenset[str]
    carriers: tuple[type[Carrier], ...]
    carrier_name: str
    tracking_url: str | None
    address: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def buying(self) -> bool:
        return bool(
            self.intent
            and self.intent.state in ("intended", "sending")
            and self.shipment.state == "packed"
        )

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The shipment's way as (label, note, how)."""
        way = STEPS[self.shipment.method]
        state = {"exception": "shipped", "returned": "shipped"}.get(
            self.shipment.state, self.shipment.state
        )
        at = way.index(state) if state in way else 0
        over = state in ("delivered", "collected")
        return [
            (
                SHIPMENT.word(name),
                "",
                "done" if place < at or over else "now" if place == at else "",
            )
            for place, name in enumerate(way)
        ]


def read(shipment: Shipment, actor: Actor) -> ShipmentView:
    """Return the page of `shipment`, in a number of queries that does not grow with its lines."""
    order = get(Order, shipment.order_id)
    intent = queries.label_intent(shipment.id)
    known = carriers()
    adapter = known.get(shipment.carrier_key or "")
    number = shipment.tracking_number
    return ShipmentView(
        shipment=shipment,
        order=order,
        contents=_contents(shipment, order),
        intent=intent,
        events=_events(shipment),
        verbs=allowed(shipment, intent, actor),
        carriers=tuple(known[key] for key in sorted(known)),
        carrier_name=adapter.name if adapter else "",
        tracking_url=adapter.track(number) if adapter and number else None,
        address=tuple(shipment.address.printed()),
        lacking=tuple(shipment.address.missing()) if shipment.method == "carrier" else (),
    )


def allowed(shipment: Shipment, intent: OutboundIntent | None, actor: Actor) -> frozenset[str]:
    """Return the verbs that `actor` may do with the shipment now, as the services would let it."""
    moves = SHIPMENT.allowed(shipment.state, actor, stream_id=shipment.order_id)
    triggers = {move.trigger for move in moves}
    found = {verb for verb, trigger in TRIGGERS.items() if trigger in triggers}
    if shipment.method != "pickup":
        found.discard("ready")
    elif shipment.state == "packed":
        found.discard("ship")
    if actor.may("shipment.label") and shipment.method == "carrier" and shipment.state == "packed":
        if intent is None or intent.state == "failed":
            found.add("label")
        elif intent.state == "unknown":
            found.add("no-label")
    return frozenset(found)


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
