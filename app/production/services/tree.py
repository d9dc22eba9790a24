"""Splits and reprints take over pieces of their parent; as verbs, on a locked and checked job tree."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from app.catalog.breakdown import breakdown_words, minus, part_of
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, get
from app.core.errors import BadInput
from app.core.events import record
from app.core.translations import _
from app.core.web.formats import plural
from app.orders.models import OrderLine
from app.production.job_tree import JobInTree, JobTree
from app.production.models import Job, JobGate, Operation
from app.production.services.create import announce
from app.production.services.run import proceed, write
from app.production.states import OPERATION, STEP_STARTED

ROUTE = (
    *("position", "key", "name", "work_centre", "setup_minutes", "minutes_per_unit"),
    "is_quality_check",
)
GATE = ("key", "is_open", "waits_for", "cause", "opened_at")
Copied = TypeVar("Copied", Job, JobGate, Operation)
_shipped: list[Callable[[uuid.UUID, uuid.UUID], int]] = []


def count_shipped_with(count: Callable[[uuid.UUID, uuid.UUID], int]) -> None:
    """Let a room above say how many pieces of an order's line were shipped: ``count(order, line)``."""
    _shipped.append(count)


def reprintable(found: JobInTree) -> int:
    """Return how many pieces a reprint may take: open ones, and good ones that are still here."""
    job, tree = found.job, found.tree
    made = sum(tree.own(one).good for one in tree.jobs.values() if one.line_id == job.line_id)
    here = made - sum(count(job.order_id, job.line_id) for count in _shipped)
    return tree.own_open(job) + max(0, min(tree.own(job).good, here))


def split_job(
    found: JobInTree,
    actor: Actor,
    quantities: Sequence[int] = (),
    breakdowns: Sequence[Mapping[str, int]] = (),
) -> list[Job]:
    """Split a job that has not begun into parts whose quantities sum to its own; return the parts.

    For a product with variants `breakdowns` says the pieces of each variant in each part. The parts stand
    where the job stood, with its gates and route; the job becomes their sum. Raises BadInput (sum, fewer
    than two). Records job.split.
    """
    job, tree = found.job, found.tree
    whole = tree.own_open(job)
    parts_of = _parts_by_variant(found, breakdowns)
    quantities = [sum(part.values()) for part in parts_of] or quantities
    if len(quantities) < 2 or 0 in quantities or sum(quantities) != whole:
        raise BadInput(
            _("Enter two or more quantities that add up to %(whole)s.", whole=whole),
            field="quantities",
        )
    parts = [
        _child(tree, job, "split", f"{job.suffix}-{place}", quantity, breakdown=breakdown)
        for place, (quantity, breakdown) in enumerate(
            zip(quantities, parts_of or [{}] * len(quantities), strict=True), start=1
        )
    ]
    for step in job.operations:
        OPERATION.fire(step, "skip_operation")
        step.reason = _("Split into parts")
    after = {"parts": {part.number: part.quantity for part in parts}}
    record("job.split", job, actor, before={"quantity": job.quantity}, after=after)
    for part in parts:
        announce(part, actor, parent=job.number)
    return parts


def _parts_by_variant(
    found: JobInTree, breakdowns: Sequence[Mapping[str, int]]
) -> list[dict[str, int]]:
    """Return the breakdown of each part, which together are the job's; empty for a product without variants."""
    left = found.tree.own_breakdown(found.job)
    if not left:
        return []
    if not breakdowns:
        raise _which_variants("breakdowns")
    product, parts = get(OrderLine, found.job.line_id).specification, []
    for breakdown in breakdowns:
        parts.append(part_of(product, left, breakdown, "breakdowns"))
        left = minus(left, parts[-1])
    if left:
        rest = breakdown_words(product, left)
        raise BadInput(_("These are in no part yet: %(rest)s.", rest=rest), field="breakdowns")
    return parts


def _which_variants(field: str) -> BadInput:
    return BadInput(_("Enter how many pieces of each variant."), field=field)


def reprint_job(
    found: JobInTree,
    actor: Actor,
    quantity: int,
    cause: str,
    breakdown: Mapping[str, int] | None = None,
) -> Job:
    """Create a job for pieces of this one that were spoiled, or found bad later; return it.

    Open pieces are taken first; what is missing is taken from the good ones that were not shipped,
    which then count as spoiled. For a product with variants `breakdown` says which pieces. The reprint starts
    with the gates as they are; an operation that only waited for these pieces is done. Raises BadInput (more
    than there are). Records job.reprinted.
    """
    job, tree = found.job, found.tree
    most = reprintable(found)
    if not 0 < quantity <= most:
        raise BadInput(
            _("A reprint of %(job)s can have 1 to %(most)s pieces.", job=job, most=most),
            field="quantity",
        )
    variants = _reprinted(found, breakdown or {}, quantity)
    found_bad = max(0, quantity - tree.own_open(job))
    if found_bad:
        write(tree, job, actor, good=-found_bad, spoiled=found_bad, cause=cause)
    count = sum(child.kind == "reprint" for child in tree.children(job))
    suffix = f"{job.suffix}R{count + 1 if count else ''}"
    child = _child(tree, job, "reprint", suffix, quantity, cause, variants)
    after = {"reprint": child.number, "quantity": quantity}
    data = {"job_id": child.id, "cause": cause, "found_bad": found_bad}
    record("job.reprinted", job, actor, after=after, data=data)
    announce(child, actor, parent=job.number, cause=cause)
    if tree.own_open(job) == 0:
        last = job.operations[-1]
        if [left.operation for left in found.left] == [last] and last.state in STEP_STARTED:
            OPERATION.fire(last, "finish_operation")
            last.finished_at = now()
        proceed(found, actor)
    return child


def _reprinted(found: JobInTree, breakdown: Mapping[str, int], quantity: int) -> dict[str, int]:
    own = found.tree.own_breakdown(found.job)
    if not own:
        return {}
    if not breakdown:
        raise _which_variants("breakdown")
    product = get(OrderLine, found.job.line_id).specification
    variants = part_of(product, own, breakdown, "breakdown")
    if sum(variants.values()) != quantity:
        raise BadInput(
            _("The variants add up to %(total)s pieces, not %(quantity)s.",
              total=sum(variants.values()), quantity=quantity),
            field="breakdown",
        )  # fmt: skip
    return variants


def _child(
    tree: JobTree,
    job: Job,
    kind: str,
    suffix: str,
    quantity: int,
    cause: str = "",
    breakdown: Mapping[str, int] | None = None,
) -> Job:
    if len(suffix) > 60:
        rest = plural(quantity, "piece")
        raise BadInput(
            _("%(rest)s can't be split off: the job has been split too many times.", rest=rest)
        )
    is_open = all(gate.is_open for gate in job.gates)
    child = copied(
        job,
        *("serial", "order_id", "line_id", "title", "due_on", "approved_sha256"),
        suffix=suffix,
        parent_id=job.id,
        kind=kind,
        cause=cause,
        quantity=quantity,
        breakdown=dict(breakdown or {}),
        state=job.state if kind == "split" else "ready" if is_open else "new",
        state_since=now(),
        scheduled_on=job.scheduled_on if kind == "split" else None,
        operations=[copied(step, *ROUTE) for step in job.operations],
        gates=[copied(gate, *GATE) for gate in job.gates],
    )
    db.session.add(child)
    db.session.flush()
    tree.add(child)
    return child


def copied(row: Copied, *columns: str, **values: Any) -> Copied:
    """Return a new row with these columns of `row`, and `values`."""
    return type(row)(**{name: getattr(row, name) for name in columns}, **values)
