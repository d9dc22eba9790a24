"""What the customer's page says about an order: read from every room, in words."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.artwork.services.output import VisibleVersion, newest_versions, slots_of, visible
from app.artwork.states import FILE_WANTED, NEEDS_FILE, TO_SIGN
from app.core.db import db
from app.core.events import KINDS, Event
from app.core.translations import _
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.orders.models import Order, OrderLine, Quote
from app.orders.progress import stage_of
from app.orders.services import newest_quote
from app.orders.states import PLACED
from app.portal.now import Now, now_of
from app.portal.words import coming, line_words
from app.production import queries as production
from app.production.models import Job
from app.production.states import CANCELLED, NOT_RELEASED
from app.reports.order_progress import quantities_of

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

    now: Now
    quote: Quote | None
    lines: list[LineStatus]
    shipments: Sequence[Shipment]
    history: list[tuple[str, Any]]
    coming: list[tuple[str, str]]
    is_released: bool
    is_unfinished: bool

    @property
    def title(self) -> str:
        """The first product, and how many more there are."""
        first, more = self.lines[0].line.product_name, len(self.lines) - 1
        return _("%(names)s and %(count)s more", names=first, count=more) if more else first

    @property
    def names(self) -> dict[uuid.UUID, str]:
        """Line id → what was ordered there."""
        return {one.line.id: one.line.product_name for one in self.lines}

    @property
    def decisions(self) -> list[LineStatus]:
        """The lines whose proof waits for the customer's answer."""
        return [one for one in self.lines if one.slot and one.slot.state in TO_SIGN]

    @property
    def files_missing(self) -> list[LineStatus]:
        """The lines that can't go on without a file of the customer."""
        return [one for one in self.lines if one.slot and one.slot.state in NEEDS_FILE]

    @property
    def files_wanted(self) -> list[LineStatus]:
        """The lines that take a file of the customer."""
        return [one for one in self.lines if one.slot and one.slot.state in FILE_WANTED]


def status_of(order: Order) -> OrderStatus:
    """Return what the customer of `order` is told now."""
    slots = {slot.id: slot for slot in slots_of(order.id)}
    versions = newest_versions(slots.keys())
    assets = [version.asset_id for version in versions.values()]
    small = select(Preview).where(Preview.asset_id.in_(assets), Preview.kind == "thumb")
    thumbs = {row.asset_id: row for row in db.session.scalars(small)}
    made = production.progress(order.id)
    first = select(Job).where(Job.order_id == order.id, Job.parent_id.is_(None))
    jobs = {job.line_id: job for job in db.session.scalars(first.order_by(Job.number))}
    lines = []
    for line in order.lines:
        slot = slots.get(line.artwork_slot_id) if line.artwork_slot_id else None
        version = versions.get(slot.id) if slot else None
        figures = made.lines[line.id]
        lines.append(
            LineStatus(
                line,
                slot,
                visible(slot, version) if slot and version else None,
                thumbs.get(version.asset_id) if version else None,
                figures.good,
                *line_words(order, line, slot, jobs.get(line.id), figures),
            )
        )
    parcels = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
    shipments = db.session.scalars(parcels).all()
    quantities = quantities_of(
        made.order, [row.state for row in shipments], [job.state for job in jobs.values()]
    )
    quote = newest_quote(order.id)
    return OrderStatus(
        now=now_of(order, lines, stage_of(order.state, quantities), shipments, quote),
        quote=quote,
        lines=lines,
        shipments=shipments,
        history=_history(order),
        coming=coming(order, lines, shipments, quantities),
        is_unfinished=quantities.open > 0,
        is_released=any(job.state not in NOT_RELEASED | CANCELLED for job in jobs.values())
        or (order.state in PLACED and production.is_released(order.id)),
    )


def _history(order: Order) -> list[tuple[str, Any]]:
    labels = {name: k.customer_label for name, k in KINDS.items() if k.customer_label}
    shown = select(Event.name, Event.subject_id, Event.at)
    query = shown.where(Event.stream_id == order.id, Event.name.in_(labels))
    newest = query.order_by(Event.stream_seq.desc()).limit(EVENTS_SHOWN)
    several = len(order.lines) > 1
    names = {line.artwork_slot_id: f": {line.product_name}" for line in order.lines if several}
    return [
        (f"{labels[event.name]}{names.get(event.subject_id, '')}", event)
        for event in db.session.execute(newest)
    ]
