"""What waits at production: missing material, spoiled pieces, quality checks, jobs to schedule."""

from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.db import db
from app.core.holds import Hold, is_due, is_open
from app.core.translations import _, _l
from app.core.web.formats import plural, quantity
from app.orders.cells import with_order
from app.orders.models import PREFIX, Order
from app.production.cards import JobCard, cards
from app.production.models import Job, JobGate, QuantityEvent
from app.production.queries import HAS_CLOSED_GATE, is_split
from app.production.states import ENDED, IN_QUALITY, JOB, OPEN, READY, SHORT, STEP_ENDED

LOOKED_AT = 40
HELD = aliased(Order)
ORDER_HELD = exists().where(HELD.id == Job.order_id, HELD.hold_reason.is_not(None))
CAN_PROCEED = (~HAS_CLOSED_GATE, ~is_split(), Job.hold_reason.is_(None), ~ORDER_HELD)


def _jobs(*more: Any) -> Rows:
    query = with_order(
        Job.order_id, Job.serial, Job.suffix, Job.title, Job.state, Job.state_since, Job.due_on,
        Job.quantity, *more,
    )  # fmt: skip
    return query.order_by(Order.rush.desc(), Job.due_on.nulls_last(), Job.id)


def _job(row: Any, title: str) -> TodoItem:
    number = f"J-{row.serial}{row.suffix}"
    return TodoItem(
        str(title) % {"job": row.title}, (number, row.name, plural(row.quantity, "piece")),
        row.state_since, JOB.badge(row.state),
        url_for("job_page.page", ref=number), row.order_id,
    )  # fmt: skip


def _short(row: Any) -> TodoItem:
    return TodoItem(
        _("Not enough material for %(job)s", job=row.title),
        (f"J-{row.serial}{row.suffix}", f"{PREFIX}{row.number}", row.waits_for), row.state_since,
        (_("Material short"), "attention"), url_for("stock_items.index_view"), row.order_id,
    )  # fmt: skip


def _held(row: Any) -> TodoItem:
    return TodoItem(
        _("%(job)s is on hold: %(reason)s", job=row.title, reason=row.reason),
        (f"J-{row.serial}{row.suffix}", row.name, _("owner %(name)s", name=row.owner_label)),
        row.since, (_("On hold"), "held"),
        url_for("job_page.page", ref=f"J-{row.serial}{row.suffix}"), row.order_id, row.follow_up_on,
    )  # fmt: skip


def lost(card: JobCard) -> int:
    """Return the open pieces that no step will make any more, so that somebody has to decide.

    All steps before the first one that is not done are over: it can only work on what they passed.
    """
    if card.is_split or not card.figures.spoiled or not card.steps:
        return 0
    left = [step for step in card.steps if step.state not in STEP_ENDED]
    return left[0].open - left[0].countable if left else card.steps[-1].open


def _spoiled_jobs() -> list[JobCard]:
    """Return the jobs with spoiled pieces that no step will make again by itself."""
    bad = select(QuantityEvent.job_id).where(QuantityEvent.spoiled > 0)
    query = select(Job.serial).where(Job.state.not_in(ENDED), Job.id.in_(bad), ~is_split())
    serials = list(db.session.scalars(query.order_by(Job.due_on, Job.id).limit(LOOKED_AT)))
    built = cards(serials).values() if serials else ()
    return [card for card in built if card.state not in ENDED and lost(card) > 0]


def _spoiled(card: JobCard) -> TodoItem:
    return TodoItem(
        _(
            "%(job)s: %(spoiled)s spoiled, %(short)s short. Reprint or finish short?",
            job=card.title, spoiled=quantity(card.figures.spoiled), short=quantity(lost(card)),
        ),
        (card.number, card.order_number, card.customer_name), card.state_since,
        (_("Decision needed"), "attention"), url_for("job_page.page", ref=card.number),
        card.order_id,
    )  # fmt: skip


TODOS = (
    Todo(
        "job_holds",
        "job.hold",
        _held,
        query=lambda: _jobs(
            Hold.reason, Hold.owner_label, Hold.created_at.label("since"), Hold.follow_up_on
        ).join(Hold, is_open(Job)),
        where=(is_due(), Job.state.in_(OPEN)),
        urgency=Urgency.BLOCKING,
        button=_l("Follow up"),
        icon="pause",
    ),
    Todo(
        "short_material",
        "stock.move",
        _short,
        query=lambda: _jobs(JobGate.waits_for).join(Job.gates),
        where=(Job.state.not_in(ENDED), JobGate.cause.in_(SHORT)),
        urgency=Urgency.BLOCKING,
        button=_l("View inventory"),
        icon="boxes",
    ),
    Todo(
        "spoiled_pieces",
        "job.reprint",
        _spoiled,
        rows=_spoiled_jobs,
        urgency=Urgency.BLOCKING,
        button=_l("Decide"),
        icon="flag",
    ),
    Todo(
        "quality_checks",
        "job.quality",
        partial(_job, title=_l("Quality check: %(job)s")),
        query=_jobs,
        where=(Job.state.in_(IN_QUALITY), *CAN_PROCEED),
        button=_l("Open job"),
        icon="quality",
    ),
    Todo(
        "jobs_to_schedule",
        "job.plan",
        partial(_job, title=_l("%(job)s is ready to schedule")),
        query=_jobs,
        where=(Job.state.in_(READY), *CAN_PROCEED),
        button=_l("Schedule job"),
        icon="ticket",
        page="jobs",
        counted=Job,
    ),
)
