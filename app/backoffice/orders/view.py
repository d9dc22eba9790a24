"""Everything the order page shows, read in a number of queries that does not grow with the order."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.services.links import links_of
from app.artwork.models import Approval, ArtworkSlot, ArtworkVersion, Proof
from app.artwork.states import ARTWORK, FILE_WANTED, UNDECIDED
from app.catalog.labels import personalised
from app.catalog.pricing import ItemisedPrice
from app.catalog.properties import Properties
from app.core.chain_checks import ChainCheck
from app.core.clock import today
from app.core.db import db
from app.core.events import Event, routine
from app.core.holds import Hold, open_hold
from app.core.settings import current
from app.core.translations import _
from app.core.web.formats import day, quantity
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.notify import services as notify
from app.orders.models import QUOTE_WORDS, Order, OrderLine, Quote
from app.orders.progress import STEPS, Quantities, Stage, stage_of
from app.orders.services.pricing import suggest
from app.orders.states import OPEN
from app.production import queries as production
from app.production.cards import JobCard
from app.reports.order_quantities import quantities_of

TIMELINE = 9
WHOLE = 2000
ADDRESS = ("name", "company", "line_1", "line_2", "city", "region", "postcode", "country")


@dataclass
class LineView:
    """One line with its artwork beside its proof, its figures and its job."""

    line: OrderLine
    terms: Properties
    slot: ArtworkSlot | None
    version: ArtworkVersion | None
    proof: Proof | None
    signed: Approval | None
    thumb: Preview | None
    proof_thumb: Preview | None
    figures: Any
    job: JobCard | None
    suggestion: ItemisedPrice | None
    price_minor: int | None

    @property
    def words(self) -> str:
        """The configuration in one line."""
        chosen = self.terms.chosen(self.line.configuration.options)
        return " · ".join(f"{option.label}: {choice.label}" for option, choice in chosen)

    @property
    def written(self) -> list[tuple[str, str]]:
        """What the customer wrote, field by field."""
        return personalised(self.terms, self.line.configuration)


@dataclass
class OrderView:
    """The whole page."""

    order: Order
    stage: Stage
    quantities: Quantities
    lines: list[LineView]
    quotes: list[Quote]
    jobs: Sequence[JobCard]
    figures: Any
    shipments: list[Shipment]
    messages: list[Any]
    events: list[Event]
    event_count: int
    links: list[Any]
    chain: ChainCheck | None
    hold: Hold | None
    whole_timeline: bool

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The order's way as (label, note, how)."""
        return _steps(self)

    @property
    def ship_to(self) -> str:
        """The address in one line, in the order of an envelope; empty where none was said."""
        given = self.order.ship_to
        return ", ".join(part for key in ADDRESS if (part := getattr(given, key)))

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed while pieces are still here."""
        promised = self.order.promised_on
        return (
            promised is not None
            and self.order.state in OPEN
            and promised < today(current().timezone)
        )

    @property
    def takes_files(self) -> bool:
        """Whether a file that comes now is still of use: an order that ended needs none."""
        return self.order.state in OPEN

    @property
    def by_rules(self) -> tuple[int, int] | None:
        """Net and tax of all lines by the price rules; None where a person must price one."""
        found = [one.suggestion for one in self.lines if one.suggestion]
        if not found or any(one.needs_person for one in found):
            return None
        return sum(one.net_minor for one in found), sum(one.tax_minor for one in found)

    @property
    def to_review(self) -> list[LineView]:
        """The lines whose artwork waits for somebody of the shop."""
        return [one for one in self.lines if one.slot and one.slot.state in UNDECIDED]

    @property
    def without_file(self) -> list[LineView]:
        """The lines whose artwork waits for the customer's file."""
        return [one for one in self.lines if one.slot and one.slot.state in FILE_WANTED]

    @property
    def top_jobs(self) -> list[JobCard]:
        """The jobs made for the lines, without their parts and reprints."""
        return [job for job in self.jobs if job.parent_id is None]

    def open_gates(self, key: str) -> int:
        """How many of the top jobs have their gate `key` open, or have no such gate."""
        shut = [job for job in self.top_jobs if any(gate.key == key for gate in job.waits_for)]
        return len(self.top_jobs) - len(shut)

    @property
    def missing(self) -> str:
        """What the order does not have yet, in words: ``No quote, job or shipment yet.``"""
        words = [
            word
            for word, rows in (
                ("quote", self.quotes),
                ("job", self.jobs),
                ("message", self.messages),
                ("shipment", self.shipments),
            )
            if not rows
        ]
        if not words:
            return ""
        return _(
            "No %(value)s yet.",
            value=" or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words),
        )


def read(order: Order, *, whole_timeline: bool = False) -> OrderView:
    """Return what the page of `order` shows; its newest events, or all of them (up to 2,000)."""
    made = production.progress(order.id)
    jobs = production.jobs_of_order(order.id)
    quotes = list(order.quotes)
    query = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
    shipments = list(db.session.scalars(query))
    states = [shipment.state for shipment in shipments]
    quantities = quantities_of(made.order, states, [job.state for job in jobs])
    return OrderView(
        order=order,
        stage=stage_of(order.state, quantities),
        quantities=quantities,
        lines=_lines(order, made, jobs, quotes),
        quotes=quotes,
        jobs=jobs,
        figures=made.order,
        shipments=shipments,
        messages=notify.of_stream(order.id),
        events=_events(order.id, whole=whole_timeline),
        event_count=_event_count(order.id),
        links=links_of(order.id),
        chain=db.session.get(ChainCheck, order.id),
        hold=open_hold(order) if order.hold_reason else None,
        whole_timeline=whole_timeline,
    )


def _lines(
    order: Order, made: production.Progress, jobs: Sequence[JobCard], quotes: Sequence[Quote]
) -> list[LineView]:
    slots = _slots(order.lines)
    versions = _versions(slots)
    thumbs = _thumbs(versions)
    signed = _signed(versions)
    first = {job.line_id: job for job in jobs if job.parent_id is None}
    suggested = suggest(order.lines) if order.state == "estimating" else {}
    is_out = order.state == "quoted" and quotes
    asked = {row.line_id: row.net_minor for row in quotes[0].lines} if is_out else {}
    views = []
    for line in order.lines:
        slot = slots.get(line.artwork_slot_id) if line.artwork_slot_id else None
        version = versions.get(slot.id) if slot else None
        proof = version.proof if version else None
        agreed = line.price_minor
        views.append(
            LineView(
                line=line,
                terms=line.specification,
                slot=slot,
                version=version,
                proof=proof,
                signed=signed.get(version.id) if version else None,
                thumb=thumbs.get(version.asset_id) if version else None,
                proof_thumb=thumbs.get(proof.asset_id) if proof else None,
                figures=made.of_line(line.id),
                job=first.get(line.id),
                suggestion=suggested.get(line.id),
                price_minor=agreed if agreed is not None else asked.get(line.id),
            )
        )
    return views


def _slots(lines: Sequence[OrderLine]) -> dict[uuid.UUID, ArtworkSlot]:
    ids = [line.artwork_slot_id for line in lines if line.artwork_slot_id]
    rows = db.session.scalars(select(ArtworkSlot).where(ArtworkSlot.id.in_(ids))) if ids else ()
    return {row.id: row for row in rows}


def _versions(slots: dict[uuid.UUID, ArtworkSlot]) -> dict[uuid.UUID, ArtworkVersion]:
    """Return slot id → its newest version, with its file and proofs."""
    if not slots:
        return {}
    rows = db.session.scalars(
        select(ArtworkVersion)
        .where(ArtworkVersion.slot_id.in_(list(slots)))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
        .options(joinedload(ArtworkVersion.asset), selectinload(ArtworkVersion.proofs))
    )
    return {row.slot_id: row for row in rows}


def _signed(versions: dict[uuid.UUID, ArtworkVersion]) -> dict[uuid.UUID, Approval]:
    """Return version id → the customer's signature under it; unsigned ones are left out."""
    rows = db.session.scalars(
        select(Approval)
        .where(
            Approval.version_id.in_([version.id for version in versions.values()]),
            Approval.stage == "customer",
            Approval.answer == "approved",
        )
        .order_by(Approval.position)
    )
    return {row.version_id: row for row in rows}


def _thumbs(versions: dict[uuid.UUID, ArtworkVersion]) -> dict[uuid.UUID, Preview]:
    assets = [version.asset_id for version in versions.values()]
    assets += [version.proof.asset_id for version in versions.values() if version.proof]
    query = select(Preview).where(Preview.asset_id.in_(assets), Preview.kind == "thumb")
    return {row.asset_id: row for row in db.session.scalars(query)}


def _events(stream_id: uuid.UUID, *, whole: bool) -> list[Event]:
    query = select(Event).where(Event.stream_id == stream_id)
    if not whole:
        query = query.where(Event.name.not_in(routine()))
    limit = WHOLE if whole else TIMELINE
    return list(db.session.scalars(query.order_by(Event.stream_seq.desc()).limit(limit)))


def _event_count(stream_id: uuid.UUID) -> int:
    query = select(func.count()).where(Event.stream_id == stream_id)
    return int(db.session.scalar(query) or 0)


def _steps(view: OrderView) -> list[tuple[str, str, str]]:
    order, figures, shipped = view.order, view.figures, view.quantities
    notes = {
        0: day(order.created_at),
        2: f"v{view.quotes[0].version}" if view.quotes else "",
        3: day(order.placed_at) if order.placed_at else "",
        4: _(
            "%(good)s of %(ordered)s made",
            good=quantity(figures.good),
            ordered=quantity(figures.ordered),
        )
        if view.jobs
        else "",
        5: _("%(shipped)s of %(shipments)s", shipped=shipped.shipped, shipments=shipped.shipments)
        if shipped.shipments
        else "",
        6: day(order.ended_at) if order.state == "closed" and order.ended_at else "",
    }
    reached, over = view.stage.step, order.state == "closed"
    return [
        (
            label,
            notes.get(at, ""),
            "done" if at < reached or over else "now" if at == reached else "",
        )
        for at, label in enumerate(STEPS)
    ]


def artwork_word(slot: ArtworkSlot) -> tuple[str, str]:
    """Return the staff's word and colour of a slot."""
    return ARTWORK.word(slot.state), ARTWORK.colour(slot.state)


def quote_word(quote: Quote) -> tuple[str, str]:
    """Return the word and colour of a quote version."""
    return QUOTE_WORDS[quote.state]
