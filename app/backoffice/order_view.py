"""Everything the order page shows, read in a number of queries that does not grow with the order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.accounts import services as accounts
from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.states import ARTWORK
from app.backoffice.words import ROUTINE
from app.catalog.properties import Properties
from app.core import chain
from app.core.db import db
from app.core.events import Event
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.notify import services as notify
from app.orders.models import QUOTE_WORDS, Order, OrderLine, Quote
from app.orders.services.pricing import Suggestion, suggest
from app.orders.states import ORDER, STEPS
from app.production import queries as production
from app.production.cards import JobCard

TIMELINE = 14
WHOLE = 2000


@dataclass
class LineView:
    """One line with its artwork beside its proof, its figures and its job."""

    line: OrderLine
    terms: Properties
    slot: ArtworkSlot | None
    version: ArtworkVersion | None
    thumb: Preview | None
    proof_thumb: Preview | None
    figures: Any
    job: JobCard | None
    suggestion: Suggestion | None

    @property
    def words(self) -> str:
        """The configuration in one line."""
        chosen = self.terms.chosen(self.line.configuration.get("options", {}))
        return " · ".join(f"{option.label}: {choice.label}" for option, choice in chosen)

    @property
    def written(self) -> list[tuple[str, str]]:
        """What the customer wrote, field by field."""
        given = self.line.configuration.get("personalisation", {})
        return [(f.label, given[f.key]) for f in self.terms.personalisation if given.get(f.key)]


@dataclass
class OrderView:
    """The whole page."""

    order: Order
    word: str
    colour: str
    lines: list[LineView]
    quotes: list[Quote]
    jobs: Sequence[JobCard]
    figures: Any
    shipments: list[Shipment]
    messages: list[Any]
    events: list[Event]
    event_count: int
    links: list[Any]
    broken: str | None

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The order's way as (label, note, how)."""
        return _steps(self)

    @property
    def can_price(self) -> bool:
        return self.order.state == "estimating"


def read(order: Order, *, whole_timeline: bool = False) -> OrderView:
    """Return what the page of `order` shows; its newest events, or all of them (up to 2,000)."""
    lines = order.lines
    slots = _slots(lines)
    versions = _versions(slots)
    thumbs = _thumbs(versions)
    made = production.progress(order.id)
    jobs = production.jobs_of_order(order.id)
    first = {job.line_id: job for job in jobs if job.parent_id is None}
    views = []
    for line in lines:
        slot = slots.get(line.artwork_slot_id) if line.artwork_slot_id else None
        version = versions.get(slot.id) if slot else None
        proof = version.proof if version else None
        views.append(
            LineView(
                line=line,
                terms=Properties.model_validate(line.terms),
                slot=slot,
                version=version,
                thumb=thumbs.get(version.asset_id) if version else None,
                proof_thumb=thumbs.get(proof.asset_id) if proof else None,
                figures=made.of_line(line.id),
                job=first.get(line.id),
                suggestion=suggest(line) if order.state == "estimating" else None,
            )
        )
    shipments = list(
        db.session.scalars(
            select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
        )
    )
    word, colour = state_of(order, made.order, shipments)
    return OrderView(
        order=order,
        word=word,
        colour=colour,
        lines=views,
        quotes=list(order.quotes),
        jobs=jobs,
        figures=made.order,
        shipments=shipments,
        messages=notify.of_stream(order.id),
        events=_events(order.id, whole=whole_timeline),
        event_count=_event_count(order.id),
        links=accounts.links_of(order.id),
        broken=chain.verify(order.id),
    )


def _slots(lines: Sequence[OrderLine]) -> dict[uuid.UUID, ArtworkSlot]:
    ids = [line.artwork_slot_id for line in lines if line.artwork_slot_id]
    rows = db.session.scalars(select(ArtworkSlot).where(ArtworkSlot.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _versions(slots: dict[uuid.UUID, ArtworkSlot]) -> dict[uuid.UUID, ArtworkVersion]:
    rows = db.session.scalars(
        select(ArtworkVersion)
        .where(ArtworkVersion.slot_id.in_(list(slots)))
        .order_by(ArtworkVersion.number)
    )
    return {row.slot_id: row for row in rows}


def _thumbs(versions: dict[uuid.UUID, ArtworkVersion]) -> dict[uuid.UUID, Preview]:
    assets = [version.asset_id for version in versions.values()]
    assets += [version.proof.asset_id for version in versions.values() if version.proof]
    query = select(Preview).where(Preview.asset_id.in_(assets), Preview.kind == "thumb")
    return {row.asset_id: row for row in db.session.scalars(query)}


def _events(stream_id: uuid.UUID, *, whole: bool) -> list[Event]:
    query = select(Event).where(Event.stream_id == stream_id)
    if not whole:
        query = query.where(Event.name.not_in(ROUTINE))
    limit = WHOLE if whole else TIMELINE
    return list(db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(limit)))


def _event_count(stream_id: uuid.UUID) -> int:
    query = select(func.count()).where(Event.stream_id == stream_id)
    return int(db.session.scalar(query) or 0)


def state_of(order: Order, figures: Any, shipments: Sequence[Shipment]) -> tuple[str, str]:
    """Return the staff's word and colour; of a placed order they come from its quantities."""
    if order.state != "placed":
        return ORDER.word(order.state), ORDER.colour(order.state)
    gone = [one for one in shipments if one.state in {"shipped", "delivered", "collected"}]
    if gone and len(gone) == len(shipments) and not figures.open:
        return "Shipped", "good"
    if gone:
        return "Partly shipped", "working"
    if figures.good or figures.spoiled:
        return "In production", "working"
    return "Placed", "waiting"


def _steps(view: OrderView) -> list[tuple[str, str, str]]:
    order, figures = view.order, view.figures
    reached = {
        "requested": 0,
        "needs_info": 1,
        "estimating": 1,
        "quoted": 2,
        "placed": 3,
        "closed": 6,
    }.get(order.state, 0)
    shipped = [one for one in view.shipments if one.state in {"shipped", "delivered", "collected"}]
    if order.state == "placed" and view.jobs:
        reached = 5 if shipped else 4 if figures.good or figures.spoiled else 3
    from app.core.web.formats import day

    notes = {
        0: day(order.created_at),
        2: f"v{view.quotes[0].version}" if view.quotes else "",
        3: day(order.placed_at) if order.placed_at else "",
        4: f"{figures.good:,} of {figures.ordered:,} finished" if view.jobs else "",
        5: f"{len(shipped)} of {len(view.shipments)}" if view.shipments else "",
        6: day(order.ended_at) if order.state == "closed" and order.ended_at else "",
    }
    over = order.state == "closed"
    return [
        (
            label,
            notes.get(at, ""),
            "done" if at < reached or over else "now" if at == reached else "",
        )
        for at, (_, label) in enumerate(STEPS)
    ]


def artwork_word(slot: ArtworkSlot) -> tuple[str, str]:
    """Return the staff's word and colour of a slot."""
    return ARTWORK.word(slot.state), ARTWORK.colour(slot.state)


def quote_word(quote: Quote) -> tuple[str, str]:
    """Return the word and colour of a quote version."""
    return QUOTE_WORDS[quote.state]
