"""From orders to production: jobs for placed orders, the payment gate, cancelled jobs."""

import uuid
from contextlib import suppress

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db, get, locked
from app.core.errors import AlreadyDone
from app.core.events import Event
from app.core.translations import _, _l
from app.orders.models import Order, OrderLine
from app.production import services as production
from app.production import verbs as production_verbs
from app.production.job_tree import lock_job_tree
from app.production.models import Job, JobGate
from app.production.services.create import LineToMake
from app.production.states import ENDED

WAITS_FOR = {
    "artwork": _l("the customer's approval"),
    "material": _l("the approval, then stock"),
    "payment": _l("the payment"),
}


def make_jobs(event: Event) -> None:
    """order.placed: one job a line, with the route and the gates that its product asks for."""
    order = locked(Order, event.subject_id)
    if not order.is_placed:  # cancelled meanwhile
        return
    production.create_jobs_for_order(
        order.id, [_to_make(order, line) for line in order.lines], actor=system()
    )


def _to_make(order: Order, line: OrderLine) -> LineToMake:
    terms = line.specification
    keys = [key for key in terms.gates if key != "artwork" or line.artwork_slot_id]
    return LineToMake(
        line_id=line.id,
        title=line.product_name,
        quantity=line.quantity,
        route=terms.route_for(line.configuration.options, line.configuration.quantities),
        gates={key: WAITS_FOR[key] for key in keys},
        due_on=order.promised_on or order.wanted_on,
        breakdown=line.configuration.quantities,
    )


def first_jobs(order_id: uuid.UUID) -> list[Job]:
    """Return the first job of each line of the order that has one."""
    query = select(Job).where(Job.order_id == order_id, Job.kind == "first")
    return list(db.session.scalars(query.order_by(Job.id)))


def gate_of(job: Job, key: str) -> JobGate | None:
    """Return the job's gate `key`, None where its product has no such gate."""
    return next((gate for gate in job.gates if gate.key == key), None)


def open_gate(job: Job, key: str, *, approved_sha256: str | None = None) -> None:
    """Open the gate if the job has it, it is closed, and the job is still to be made; anything else is left
    alone. Locks the order FOR SHARE and the job tree."""
    if gate_of(job, key) is None:
        return
    found = lock_job_tree(job.id)
    if found.job.state in ENDED or found.tree.order(job).is_ended_early:
        return
    with suppress(AlreadyDone):
        production.open_gate(job.id, key, actor=system(), approved_sha256=approved_sha256)


def open_payment(event: Event) -> None:
    """job.created and order.payment_confirmed: open the payment gate once the terms are met.

    Both look: whichever comes second finds what the first one wrote.
    """
    order = get(Order, event.stream_id)
    if order.terms_met:
        for job in first_jobs(order.id):
            open_gate(job, "payment")


def cancel_jobs(event: Event) -> None:
    """order.cancelled: its jobs are cancelled; the door made sure that none had begun."""
    cause = str((event.data or {}).get("reason") or _("The order was cancelled."))
    for job in first_jobs(event.subject_id):
        if job.state not in ENDED:
            production_verbs.cancel_job(job.id, cause=cause[:500], actor=system())
