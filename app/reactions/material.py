"""From production to stock: material is reserved once the artwork is signed, and used at the start."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal

from sqlalchemy import select

from app.catalog.breakdown import share_out
from app.catalog.demand import material_demand
from app.catalog.facts import Facts
from app.core.actor import system
from app.core.db import db, get
from app.core.errors import AlreadyDone
from app.core.events import Event
from app.orders.models import Order, OrderLine
from app.orders.services.line_prices import line_facts
from app.production import services as production
from app.production.models import Job, JobGate, Operation
from app.production.states import CANCELLED, ENDED, NOT_RELEASED, SHORT
from app.reactions.making import gate_of
from app.stock import services as stock
from app.stock.errors import Short

RETRIED_AT_ONCE = 50


def demand(
    line: OrderLine, quantity: int | None = None, breakdown: Mapping[str, int] | None = None
) -> dict[str, Decimal]:
    """Return SKU → amount that `quantity` pieces (all of them) of the line need; `breakdown` says how many of
    these are of each variant."""
    return material_demand(
        line.specification,
        line.configuration.options,
        quantity or line.quantity,
        Facts.of(line_facts([line]).get(line.id)),
        line.configuration.quantities if breakdown is None else breakdown,
    )


def reserve_material(event: Event) -> None:
    """gate.opened and job.created: reserve once the job's artwork is signed (or it needs none)."""
    if event.name == "gate.opened" and (event.data or {}).get("key") != "artwork":
        return
    job = get(Job, event.subject_id)
    if job.kind == "first":
        reserve_for(job)


def reserve_for(job: Job) -> None:
    """Reserve the line's material and open the gate, or say at the gate what is short.

    Locks the order FOR SHARE, so that nothing is reserved for one that is being cancelled, then the
    stock, then the job tree. Raises WrongState where the job ended meanwhile: then nothing is reserved.
    """
    if not get(
        Order, job.order_id, with_for_update={"read": True}, populate_existing=True
    ).is_placed:
        return
    gate, artwork = gate_of(job, "material"), gate_of(job, "artwork")
    if gate is None or gate.is_open or job.state in ENDED:
        return
    if artwork is not None and not artwork.is_open:
        return
    line = get(OrderLine, job.line_id)
    if needed := demand(line):
        try:
            stock.reserve({line.id: needed}, stream_id=job.order_id, actor=system())
        except Short as short:
            production.update_gate(
                job.id, "material", cause="short_stock", waits_for=str(short), actor=system()
            )
            return
    with suppress(AlreadyDone):
        production.open_gate(job.id, "material", actor=system())


def retry_short(event: Event) -> None:
    """stock.moved and stock.released: jobs that waited for material may have it now, oldest due first."""
    is_short = (JobGate.cause.in_(SHORT), Job.kind == "first", Job.state.in_(NOT_RELEASED))
    query = select(Job).join(Job.gates).where(*is_short)
    by_date = query.order_by(Job.due_on.nulls_last(), Job.serial)
    for job in db.session.scalars(by_date.limit(RETRIED_AT_ONCE)):
        reserve_for(job)


def use_material(event: Event) -> None:
    """job.started: what was reserved leaves the shelf, once a line; a reprint takes its own share."""
    job = get(Job, event.subject_id)
    line = get(OrderLine, job.line_id)
    claim, quantity, breakdown, kind = line.id, line.quantity, None, "line"
    if job.kind == "reprint":
        claim, quantity, breakdown, kind = job.id, job.quantity, job.breakdown, "reprint"
    if needed := demand(line, quantity, breakdown):
        key = f"{kind}:{claim}"
        stock.consume(claim, needed, stream_id=job.order_id, actor=system(), once_key=key)


def use_material_again(event: Event) -> None:
    """operation.reopened: pieces that are made again from the first operation take their material anew."""
    data = event.data or {}
    if not data.get("is_first") or not data.get("pieces"):
        return
    job = get(Job, data["job_id"])
    if job.state in CANCELLED:
        return  # none of them was made again
    pieces = data["pieces"]
    breakdown = share_out(job.breakdown, pieces)  # which of them it was, nobody counted
    if needed := demand(get(OrderLine, job.line_id), pieces, breakdown):
        key = f"rework:{event.id}"
        stock.consume(job.id, needed, stream_id=job.order_id, actor=system(), once_key=key)


def release_material(event: Event) -> None:
    """order.cancelled: what its lines hold goes back."""
    for line in get(Order, event.subject_id).lines:
        stock.release(line.id, actor=system())


def release_for_job(event: Event) -> None:
    """job.cancelled: what its line holds goes back once no job of the line uses it, or ever began to."""
    line_id = get(Job, event.subject_id).line_id
    begun = Operation.started_at.is_not(None)
    in_use = select(Job.id).outerjoin(Job.operations).where(Job.line_id == line_id)
    if db.session.scalar(in_use.where(Job.state.not_in(list(ENDED)) | begun).limit(1)) is None:
        stock.release(line_id, actor=system())
