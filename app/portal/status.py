"""What the customer's page says about an order: read from every room, in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.artwork import services as artwork
from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK
from app.core.db import db
from app.core.events import Event
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order, OrderLine, Quote
from app.orders.services import newest_quote
from app.orders.states import ORDER
from app.production import queries as production
from app.production.models import Job
from app.production.states import JOB

HAPPENED = {
    "order.requested": "You asked for a quote",
    "order.asked": "We asked you something",
    "order.answered": "You answered",
    "quote.sent": "We sent you the quote",
    "quote.superseded": "The quote was taken back to be worked out again",
    "quote.accepted": "You accepted our quote",
    "quote.rejected": "You said no to the quote",
    "quote.expired": "The quote ran out",
    "artwork.file_received": "Your file arrived",
    "artwork.checked": "Your file was checked",
    "artwork.on_hold": "Something in your file needs a look",
    "proof.sent": "We sent you the proof",
    "proof.signed": "You signed",
    "artwork.changes_requested": "You asked for changes",
    "job.ready": "Everything is ready to make it",
    "job.started": "We started to make it",
    "job.finished": "It is made",
    "shipment.packed": "It is packed",
    "shipment.shipped": "It left us",
    "shipment.ready_for_pickup": "It is ready to be collected",
    "shipment.delivered": "It arrived",
    "shipment.collected": "You collected it",
    "order.cancelled": "The order was cancelled",
    "order.declined": "We had to decline",
}


@dataclass
class LineStatus:
    """One line: its slot and file, its job's progress, and the words for both."""

    line: OrderLine
    slot: ArtworkSlot | None
    shown: Any
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
    decisions: list[LineStatus] = field(default_factory=list)
    files_wanted: list[LineStatus] = field(default_factory=list)

    @property
    def title(self) -> str:
        names = [one.line.product_name for one in self.lines]
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def status_of(order: Order) -> OrderStatus:
    """Return what the customer of `order` is told now."""
    slots = {slot.id: slot for slot in artwork.slots_of(order.id)}
    made = production.progress(order.id)
    jobs = jobs_of(order.id)
    lines = [_line(order, line, slots, made.of_line(line.id), jobs) for line in order.lines]
    shipments = list(
        db.session.scalars(
            select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
        )
    )
    word, colour = _order_word(order, lines, shipments)
    return OrderStatus(
        word=word,
        colour=colour,
        quote=newest_quote(order.id),
        lines=lines,
        shipments=shipments,
        happened=_happened(order.id),
        decisions=[one for one in lines if one.slot and one.slot.state == "proof_sent"],
        files_wanted=[
            one
            for one in lines
            if one.slot and one.slot.state in {"awaiting_file", "changes_requested"}
        ],
    )


def jobs_of(order_id: uuid.UUID) -> dict[uuid.UUID, Job]:
    """Return the first job of each line."""
    rows = db.session.scalars(
        select(Job).where(Job.order_id == order_id, Job.parent_id.is_(None)).order_by(Job.number)
    )
    return {job.line_id: job for job in rows}


def _line(
    order: Order,
    line: OrderLine,
    slots: dict[uuid.UUID, ArtworkSlot],
    made: Any,
    jobs: dict[uuid.UUID, Job],
) -> LineStatus:
    slot = slots.get(line.artwork_slot_id) if line.artwork_slot_id else None
    shown = artwork.shown(slot.id) if slot else None
    job = jobs.get(line.id)
    word, colour, sentence = _line_words(order, line, slot, job, made.good)
    return LineStatus(line, slot, shown, _thumb(shown), made.good, word, colour, sentence)


def _line_words(
    order: Order, line: OrderLine, slot: ArtworkSlot | None, job: Job | None, good: int
) -> tuple[str, str, str]:
    pieces = f"{line.quantity:,} {'piece' if line.quantity == 1 else 'pieces'}"
    if slot is not None and slot.state != "approved":
        state = ARTWORK.table[slot.state]
        sentence = {
            "awaiting_file": f"{pieces}. We need your file before we can go on.",
            "checking": f"{pieces}. This usually takes less than a minute.",
            "on_hold": f"{pieces}. A person looks at your file and writes to you if needed.",
            "internal_review": f"{pieces}. We prepare what you will sign.",
            "proof_sent": f"{pieces}. Starts when you have signed.",
            "changes_requested": f"{pieces}. You get a new version to look at.",
        }[slot.state]
        return state.customer_word or state.word, state.customer_colour or state.colour, sentence
    if job is not None:
        entry = JOB.table[job.state]
        word = entry.customer_word or entry.word
        if job.state == "new":
            word = "We prepare it"
        sentence = f"{good:,} of {pieces} are made." if good else f"{pieces}."
        return word, entry.customer_colour or entry.colour, sentence
    entry = ORDER.table[order.state]
    return entry.customer_word or entry.word, entry.customer_colour or entry.colour, f"{pieces}."


def _order_word(
    order: Order, lines: list[LineStatus], shipments: list[Shipment]
) -> tuple[str, str]:
    state = ORDER.table[order.state]
    if order.state != "placed":
        return state.customer_word or state.word, state.customer_colour or state.colour
    if any(one.slot and one.slot.state == "proof_sent" for one in lines):
        return "We need you", "attention"
    if any(one.slot and one.slot.state == "awaiting_file" for one in lines):
        return "Please send your file", "attention"
    gone = [s for s in shipments if s.state in {"shipped", "delivered", "collected"}]
    if shipments and len(gone) == len(shipments):
        entry = SHIPMENT.table[gone[-1].state]
        return entry.customer_word or entry.word, entry.customer_colour or entry.colour
    if gone:
        return "Partly on its way", "working"
    if any(one.good or one.word == "Being made" for one in lines):
        return "Being made", "working"
    return state.customer_word or state.word, state.customer_colour or state.colour


def _thumb(shown: Any) -> Preview | None:
    if shown is None:
        return None
    query = select(Preview).where(
        Preview.asset_id == shown.version.asset_id, Preview.kind == "thumb"
    )
    return db.session.scalar(query.limit(1))


def _happened(stream_id: uuid.UUID) -> list[tuple[str, Event]]:
    query = (
        select(Event)
        .where(Event.stream_id == stream_id, Event.name.in_(HAPPENED))
        .order_by(Event.stream_seq.desc())
        .limit(40)
    )
    return [(HAPPENED[event.name], event) for event in db.session.scalars(query)]
