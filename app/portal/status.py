"""What the customer's page says about an order: read from every room, in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.artwork.services.output import VisibleVersion, slots_of
from app.artwork.states import FILE_WANTED
from app.core.db import db
from app.core.events import Event, customer_labels
from app.core.translations import _
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.orders.models import Order, OrderLine, Quote
from app.orders.progress import stage_of
from app.orders.services import newest_quote
from app.portal.shown import shown_of, thumbs_of
from app.portal.status_words import coming, line_words, order_word
from app.production import queries as production
from app.production.models import Job
from app.reports.order_quantities import quantities_of

EVENTS_SHOWN = 40


@dataclass
class LineStatus:
    """One line: its slot and file, its job's progress, and the words for both."""

    line: OrderLine
    slot: ArtworkSlot | None
    shown: VisibleVersion | None
    thumb: Preview | None
    good: int
    word: str
    colour: str
    sentence: str


@dataclass
class OrderStatus:
    """Everything the page shows, read in a number of queries that does not grow with the order."""

    word: str
    colour: str
    quote: Quote | None
    lines: list[LineStatus]
    shipments: list[Shipment]
    happened: list[tuple[str, Event]]
    coming: list[tuple[str, str]]
    is_released: bool = False
    decisions: list[LineStatus] = field(default_factory=list)
    files_wanted: list[LineStatus] = field(default_factory=list)

    @property
    def title(self) -> str:
        names = [one.line.product_name for one in self.lines]
        return (
            names[0]
            if len(names) == 1
            else _("%(names)s and %(count)s more", names=names[0], count=len(names) - 1)
        )

    @property
    def names(self) -> dict[uuid.UUID, str]:
        """Line id → what was ordered there."""
        return {one.line.id: one.line.product_name for one in self.lines}


def status_of(order: Order) -> OrderStatus:
    """Return what the customer of `order` is told now."""
    slots = {slot.id: slot for slot in slots_of(order.id)}
    shown = shown_of(slots.values())
    thumbs = thumbs_of(shown.values())
    made = production.progress(order.id)
    jobs = jobs_of(order.id)
    lines = []
    for line in order.lines:
        slot = slots.get(line.artwork_slot_id) if line.artwork_slot_id else None
        seen = shown.get(slot.id) if slot else None
        thumb = thumbs.get(seen.version.asset_id) if seen else None
        good = made.of_line(line.id).good
        words = line_words(order, line, slot, jobs.get(line.id), good)
        lines.append(LineStatus(line, slot, seen, thumb, good, *words))
    shipments = list(
        db.session.scalars(
            select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
        )
    )
    made_states = [shipment.state for shipment in shipments]
    quantities = quantities_of(made.order, made_states, [job.state for job in jobs.values()])
    word, colour = order_word(order, lines, stage_of(order.state, quantities))
    return OrderStatus(
        word=word,
        colour=colour,
        quote=newest_quote(order.id),
        lines=lines,
        shipments=shipments,
        happened=_happened(order),
        coming=coming(order, lines, shipments),
        is_released=order.state == "placed" and production.is_released(order.id),
        decisions=[one for one in lines if one.slot and one.slot.state == "proof_sent"],
        files_wanted=[one for one in lines if one.slot and one.slot.state in FILE_WANTED],
    )


def jobs_of(order_id: uuid.UUID) -> dict[uuid.UUID, Job]:
    """Return the first job of each line."""
    rows = db.session.scalars(
        select(Job).where(Job.order_id == order_id, Job.parent_id.is_(None)).order_by(Job.number)
    )
    return {job.line_id: job for job in rows}


def _happened(order: Order) -> list[tuple[str, Event]]:
    query = (
        select(Event)
        .where(Event.stream_id == order.id, Event.name.in_(customer_labels()))
        .order_by(Event.stream_seq.desc())
        .limit(EVENTS_SHOWN)
    )
    of_slot = {line.artwork_slot_id: line.product_name for line in order.lines}
    told = []
    for event in db.session.scalars(query):
        words = customer_labels()[event.name]
        name = of_slot.get(event.subject_id)
        told.append((f"{words}: {name}" if name and len(order.lines) > 1 else words, event))
    return told
