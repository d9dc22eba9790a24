"""What needs somebody while things are made and sent: short material, spoiled pieces, checks, packing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from sqlalchemy import exists, select

from app.backoffice.needs import BLOCKED, PER_SOURCE, ROUTINE, WRONG, Found, Need, found
from app.backoffice.needs_selling import TOTAL
from app.core.db import db
from app.customers.models import Customer
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import PREFIX, Order
from app.production.cards import JobCard, cards
from app.production.filters import is_split
from app.production.models import Job, JobGate, QuantityEvent
from app.production.states import ENDED, JOB, STEP_ENDED

TO_PACK = ("pending", "picking", "packed")
LOOKED_AT = 40


def _jobs(*more: Any) -> Any:
    columns = (
        Job.serial, Job.suffix, Job.title, Job.state_since, Job.due_on, Job.quantity,
        Order.id.label("order_id"), Order.number, Customer.name, TOTAL,
    )  # fmt: skip
    query = select(*columns, *more).join(Order, Order.id == Job.order_id)
    return query.join(Customer, Customer.id == Order.customer_id)


def _number(row: Any) -> str:
    return f"J-{row.serial}{row.suffix}"


def short_material() -> Found:
    """Jobs that wait for material which is not there."""
    query = (
        _jobs(JobGate.waits_for)
        .join(JobGate, JobGate.job_id == Job.id)
        .where(
            Job.state.not_in(ENDED),
            JobGate.key == "material",
            ~JobGate.is_open,
            JobGate.waits_for.like("%available%"),
        )
        .order_by(Job.due_on.nulls_last(), Job.id)
    )

    def make(row: Any) -> Need:
        return Need(
            BLOCKED, f"Material is short for {row.title}",
            (_number(row), f"{PREFIX}{row.number}", row.waits_for), row.state_since,
            ("Material short", "attention"), url_for("stock_items.index_view"), "Open stock",
            "boxes", row.order_id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def lost(card: JobCard) -> int:
    """Return the open pieces that no step will make any more, so that somebody has to decide.

    All steps before the first one that is not done are over: it can only work on what lies there.
    """
    if card.is_split or not card.figures.spoiled or not card.steps:
        return 0
    left = [step for step in card.steps if step.state not in STEP_ENDED]
    return left[0].open - left[0].countable if left else card.steps[-1].open


def spoiled() -> Found:
    """Jobs with spoiled pieces that are open again and that no step will make by itself."""
    bad = select(QuantityEvent.job_id).where(QuantityEvent.spoiled > 0)
    query = select(Job.serial).where(Job.state.not_in(ENDED), Job.id.in_(bad), ~is_split())
    serials = list(db.session.scalars(query.order_by(Job.due_on, Job.id).limit(LOOKED_AT)))
    built = cards(serials).values() if serials else ()
    stuck = [card for card in built if card.state not in ENDED and lost(card) > 0]

    def make(card: JobCard) -> Need:
        bad, left = card.figures.spoiled, lost(card)
        title = f"{bad:,} of {card.title} spoiled, {left:,} open: reprint or finish short?"
        return Need(
            BLOCKED, title,
            (card.number, card.order_number, card.customer_name), card.state_since,
            ("Decide", "attention"), url_for("job_page.page", number=card.number), "Decide",
            "flag", card.order_id,
        )  # fmt: skip

    return Found([make(card) for card in stuck[:PER_SOURCE]], len(stuck))


def _in_state(state: str, title: str, button: str, icon: str) -> Callable[[], Found]:
    def make(row: Any) -> Need:
        pieces = f"{row.quantity:,} piece{'' if row.quantity == 1 else 's'}"
        return Need(
            ROUTINE, title.format(row.title), (_number(row), row.name, pieces), row.state_since,
            (JOB.word(state), JOB.colour(state)), url_for("job_page.page", number=_number(row)),
            button, icon, row.order_id,
        )  # fmt: skip

    def read() -> Found:
        closed = exists().where(JobGate.job_id == Job.id, ~JobGate.is_open)
        query = _jobs().where(Job.state == state, ~closed, ~is_split(), Order.hold_reason.is_(None))
        query = query.order_by(Order.rush.desc(), Job.due_on.nulls_last(), Job.id)
        return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)

    return read


def _shipments(states: tuple[str, ...]) -> Any:
    query = (
        select(Shipment, Order.id.label("order_id"), Order.number, Customer.name, TOTAL)
        .join(Order, Order.id == Shipment.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Shipment.state.in_(states))
        .order_by(Order.promised_on.nulls_last(), Shipment.id)
    )
    return db.session.execute(query.limit(PER_SOURCE)).all()


def _shipment(row: Any, rank: int, title: str, why: str, button: str) -> Need:
    shipment: Shipment = row[0]
    more = tuple(part for part in (f"{PREFIX}{row.number}", row.name, why) if part)
    badge = (SHIPMENT.word(shipment.state), SHIPMENT.colour(shipment.state))
    url = url_for("shipment_page.page", number=shipment.ref)
    since = shipment.updated_at
    return Need(rank, title, more, since, badge, url, button, "truck", row.order_id)


def to_pack() -> Found:
    """Shipments that are to be packed or still lack their label."""

    def make(row: Any) -> Need:
        pieces = sum(line.quantity for line in row[0].lines)
        what = f"{pieces:,} piece{'' if pieces == 1 else 's'}"
        verb = "Label and send" if row[0].state == "packed" else "Pack"
        return _shipment(row, ROUTINE, f"{verb} {row[0].ref} for {row.name}", what, verb)

    return found(_shipments(TO_PACK), make)


def stranded() -> Found:
    """Shipments with a problem at the carrier."""
    return found(
        _shipments(("exception",)),
        lambda row: _shipment(
            row, WRONG, f"{row[0].ref} has a problem at the carrier", row[0].problem[:120], "Look"
        ),
    )


SOURCES = (
    ("stock.move", short_material),
    ("job.reprint", spoiled),
    ("job.quality", _in_state("quality_check", "Check {}", "Open the job", "quality")),
    ("job.plan", _in_state("ready", "{} is ready to be made", "Plan it", "ticket")),
    ("shipment.pack", to_pack),
    ("shipment.deliver", stranded),
)
