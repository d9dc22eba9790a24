"""Everything the order page shows, read in a number of queries that does not grow with the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.services.links import links_of
from app.artwork.models import Approval, ArtworkSlot
from app.artwork.services.output import newest_versions
from app.artwork.states import FILE_WANTED, IN_REVIEW, UNDECIDED
from app.catalog.labels import personalised
from app.catalog.properties import RushLevel
from app.core.chain import ChainCheck
from app.core.clock import shop_day
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.events import KINDS, Event, EventStream, timeline
from app.core.holds import open_hold
from app.core.inputs import form_fields
from app.core.translations import _
from app.core.web.formats import day, quantity
from app.files.models import Preview
from app.fulfilment.models import Shipment
from app.notify import services as notify
from app.orders.details import OrderDetails
from app.orders.models import QUOTE_WORDS, Order, OrderLine
from app.orders.progress import STEPS, stage_of
from app.orders.quoted import TaxRow, tax_rows
from app.orders.request_form import Form, delivery_form
from app.orders.services.life import rush_levels
from app.orders.services.line_prices import suggest
from app.orders.services.quoting import quoted_lines
from app.orders.states import OPEN
from app.orders.verbs import prices_in
from app.production import queries as production
from app.production.cards import JobCard
from app.reports.order_progress import quantities_of
from app.tax.rule import TaxRule

TIMELINE = 9
WHOLE = 2000


@dataclass(frozen=True)
class Total:
    """The sums of a quote, in minor units, each rate's tax apart; or the problem that keeps it from going out."""

    net_minor: int = 0
    taxes: Sequence[TaxRow] = ()
    place: TaxRule | None = None
    problem: str = ""

    @property
    def total_minor(self) -> int:
        return self.net_minor + sum(row.tax_minor for row in self.taxes)


def total_of(order: Order, form: Mapping[str, str]) -> Total:
    """Return what a quote comes to at the prices typed into `form`, by the same sums as a sent one."""
    try:
        lines = quoted_lines(order, prices_in(form, order))
    except BadInput as problem:
        return Total(problem=str(problem))
    place = next((line.tax for line in lines if line.tax), None)
    return Total(sum(line.net_minor for line in lines), tax_rows(lines), place)


class LineView:
    """One line with its artwork beside its proof, its figures and its job."""

    def __init__(self, line: OrderLine, around: _Around) -> None:
        self.line, self.terms = line, line.specification
        self.slot = around.slots.get(line.artwork_slot_id)
        self.version = around.versions.get(self.slot.id) if self.slot else None
        self.proof = self.version.proof if self.version else None
        self.signed = around.signed.get(self.version.id) if self.version else None
        self.thumb = around.thumbs.get(self.version.asset_id) if self.version else None
        self.proof_thumb = around.thumbs.get(self.proof.asset_id) if self.proof else None
        self.figures = around.made.lines[line.id]
        self.job = around.jobs.get(line.id)
        self.suggestion = around.suggested.get(line.id)
        agreed = line.price_minor
        self.price_minor = agreed if agreed is not None else around.asked.get(line.id)

    @property
    def can_be_approved(self) -> bool:
        """Whether what gets approved is there: the design itself, or a proof of the newest version."""
        is_design = bool(self.slot and self.slot.approval_kind == "design")
        return is_design or self.proof is not None or self.version is None

    @property
    def words(self) -> str:
        """The configuration in one line."""
        chosen = self.terms.chosen(self.line.configuration.options)
        return " · ".join(f"{option.label}: {choice.label}" for option, choice in chosen)

    @property
    def written(self) -> list[tuple[str, str]]:
        """What the customer wrote, field by field."""
        return personalised(self.terms, self.line.configuration)


class OrderView:
    """The page of one order; its newest events, or all of them (up to 2,000)."""

    quote_words = QUOTE_WORDS
    details = form_fields(OrderDetails)

    def __init__(self, order: Order, *, whole_timeline: bool = False) -> None:
        self.jobs = production.jobs_of_order(order.id)
        made = production.progress_of(self.jobs)
        self.order, self.figures = order, made.order
        self.quotes = list(order.quotes)
        query = select(Shipment).where(Shipment.order_id == order.id).order_by(Shipment.number)
        self.shipments = list(db.session.scalars(query))
        states = [shipment.state for shipment in self.shipments]
        self.quantities = quantities_of(made.order, states, [job.state for job in self.jobs])
        self.stage = stage_of(order.state, self.quantities)
        around = _Around(order, made, self.top_jobs)
        self.lines = [LineView(line, around) for line in order.lines]
        self.messages = notify.of_stream(order.id)
        self.whole_timeline = whole_timeline
        routine = [] if whole_timeline else [n for n, kind in KINDS.items() if kind.is_routine]
        most = WHOLE if whole_timeline else TIMELINE
        self.events = timeline(order.id, Event.name.not_in(routine), limit=most)
        self.links = links_of(order.id)
        head = select(EventStream.head_seq, ChainCheck).where(EventStream.stream_id == order.id)
        head = head.outerjoin(ChainCheck, ChainCheck.stream_id == EventStream.stream_id)
        found: Any = db.session.execute(head).one_or_none() or (0, None)
        self.event_count, self.chain = found
        self.hold = open_hold(order) if order.hold_reason else None

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """The order's way as (label, note, how)."""
        order, figures, shipped = self.order, self.figures, self.quantities
        notes = {
            0: day(order.created_at),
            2: f"v{self.quotes[0].version}" if self.quotes else "",
            3: day(order.placed_at) if order.placed_at else "",
            4: _(
                "%(good)s of %(ordered)s made",
                good=quantity(figures.good),
                ordered=quantity(figures.ordered),
            )
            if self.jobs
            else "",
            5: _(
                "%(shipped)s of %(shipments)s", shipped=shipped.shipped, shipments=shipped.shipments
            )
            if shipped.shipments
            else "",
            6: day(order.ended_at) if order.state == "closed" and order.ended_at else "",
        }
        reached = len(STEPS) if order.state == "closed" else self.stage.step
        hows = ["done"] * reached + ["now"] + [""] * len(STEPS)
        return [(label, notes.get(at, ""), hows[at]) for at, label in enumerate(STEPS)]

    def delivery_form(self, typed: Mapping[str, str], problem: Problem | None) -> Form:
        """Return the fields of where the order goes, with what was typed where it was refused."""
        return delivery_form(self.order, typed, problem)

    @property
    def is_late(self) -> bool:
        """Whether the promised day has passed while pieces are still here."""
        promised = self.order.promised_on
        return self.takes_files and promised is not None and promised < shop_day()

    @property
    def takes_files(self) -> bool:
        """Whether a file that comes now is still of use: an order that ended needs none."""
        return self.order.state in OPEN

    @property
    def rush_levels(self) -> list[RushLevel]:
        """The rush levels that its products offer."""
        return rush_levels(self.order)

    @property
    def rush_label(self) -> str:
        """The name of the rush level that was chosen, empty where none was named."""
        chosen = self.order.rush_level
        return next((str(one.label) for one in self.rush_levels if one.key == chosen), "")

    @property
    def total(self) -> Total:
        """What a quote by the price rules alone comes to."""
        return total_of(self.order, {})

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The questions that the customer was asked and what they answered, the newest first."""
        found = timeline(self.order.id, Event.name == "order.answered")
        told = [event.data or {} for event in found]
        return [(str(data.get("question") or _("Question")), str(data["answer"])) for data in told]

    @property
    def to_review(self) -> list[LineView]:
        """The lines whose artwork waits for somebody of the shop, and can be decided about now."""
        return [
            one
            for one in self.lines
            if one.slot
            and one.slot.state in UNDECIDED
            and (one.slot.state not in IN_REVIEW or one.can_be_approved)
        ]

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
        found = {
            "quote": self.quotes,
            "job": self.jobs,
            "message": self.messages,
            "shipment": self.shipments,
        }
        words = [word for word, rows in found.items() if not rows]
        if not words:
            return ""
        return _(
            "No %(value)s yet.",
            value=" or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words),
        )


class _Around:
    """What the lines of an order show besides themselves, read for all of them at once."""

    def __init__(self, order: Order, made: production.Progress, jobs: Sequence[JobCard]) -> None:
        self.made = made
        self.jobs = {job.line_id: job for job in jobs}
        quotes = order.quotes if order.state == "quoted" else []
        self.asked = {row.line_id: row.net_minor for row in quotes[0].lines} if quotes else {}
        self.suggested = suggest(order.lines) if order.state == "estimating" else {}
        ids = [line.artwork_slot_id for line in order.lines if line.artwork_slot_id]
        self.slots = _by(ArtworkSlot.id, ArtworkSlot.id.in_(ids)) if ids else {}
        self.versions = newest_versions(self.slots.keys())
        found = list(self.versions.values())
        signed = (Approval.stage == "customer", Approval.answer == "approved")
        signatures = Approval.version_id.in_([version.id for version in found])
        self.signed = _by(Approval.version_id, signatures, *signed)
        assets = [version.asset_id for version in found]
        assets += [version.proof.asset_id for version in found if version.proof]
        self.thumbs = _by(Preview.asset_id, Preview.asset_id.in_(assets), Preview.kind == "thumb")


def _by(key: InstrumentedAttribute[Any], *wanted: Any) -> dict[Any, Any]:
    """Return the value of `key` → its row; of several rows the newest."""
    rows = db.session.scalars(select(key.class_).where(*wanted).order_by(key.class_.id))
    return {getattr(row, key.key): row for row in rows}
