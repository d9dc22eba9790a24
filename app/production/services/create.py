"""Jobs are created: one for each line of a placed order, with the work centres that its route names."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.presets import WorkCentre as PresetCentre
from app.catalog.properties import Step
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import BadInput
from app.core.events import record, record_change
from app.core.ids import new_id
from app.core.keys import free_key
from app.core.translations import _
from app.orders.models import Order
from app.production.models import Job, JobGate, Operation, WorkCentre
from app.production.services.gates import make_ready
from app.production.states import GATES


@dataclass(frozen=True)
class LineToMake:
    """What production must know of one order line. `gates` maps each gate to who it waits for, `breakdown`
    each variant to its pieces."""

    line_id: uuid.UUID
    title: str
    quantity: int
    route: Sequence[Step]
    gates: Mapping[str, str] = field(default_factory=dict)
    due_on: date | None = None
    breakdown: Mapping[str, int] = field(default_factory=dict)


def create_jobs_for_order(
    order_id: uuid.UUID, lines: Sequence[LineToMake], *, actor: Actor
) -> list[Job]:
    """Make the first job of each line, its route copied and its gates closed; return them in order.

    Safe to call again: a line that has its job keeps it. A job without gates is ready at once.
    Locks the order's row. Raises NotAllowed, NotFound, BadInput (no step, unknown gate, quantity).
    """
    order = locked(Order, order_id)
    require(actor, "job.plan", stream_id=order.id)
    first = select(Job).where(Job.order_id == order.id, Job.kind == "first")
    existing = {job.line_id: job for job in db.session.scalars(first)}
    centres = for_route(step.work_centre for line in lines for step in line.route)
    return [existing.get(line.line_id) or _create(order, line, centres, actor) for line in lines]


def _create(order: Order, line: LineToMake, centres: dict[str, WorkCentre], actor: Actor) -> Job:
    if not line.route:
        raise BadInput(
            _("“%(line)s” has no route.", line=line.title),
            next_step=_("Add an operation to the product's route."),
        )
    if line.quantity < 1:
        raise BadInput(_("“%(line)s” has no quantity.", line=line.title), field="quantity")
    if unknown := sorted(set(line.gates) - set(GATES)):
        raise BadInput(_("There is no gate “%(unknown)s”.", unknown=unknown[0]), field="gates")
    job = Job(
        order_id=order.id,
        line_id=line.line_id,
        title=line.title[:200],
        quantity=line.quantity,
        breakdown=dict(line.breakdown),
        due_on=line.due_on,
        state="new",
        state_since=now(),
        operations=[
            Operation(
                position=position,
                key=step.key,
                name=step.name,
                work_centre=centres[step.work_centre],
                setup_minutes=step.setup_minutes,
                minutes_per_unit=step.minutes_per_unit,
                is_quality_check=step.quality_check,
            )
            for position, step in enumerate(line.route, start=1)
        ],
        gates=[
            JobGate(key=key, cause=GATES[key], waits_for=line.gates[key][:200])
            for key in sorted(line.gates)
        ],
    )
    db.session.add(job)
    db.session.flush()
    announce(job, actor)
    make_ready(job, actor)
    return job


def announce(job: Job, actor: Actor, **data: object) -> None:
    """Record that `job` was made."""
    after = {"number": job.number, "quantity": job.quantity, "state": job.state}
    facts = {"title": job.title, "line_id": job.line_id, "kind": job.kind, **data}
    record("job.created", job, actor, after=after, data=facts)


def create_work_centre(
    none_yet: None, actor: Actor, name: str, key: str = "", instructions: str = ""
) -> WorkCentre:
    """Create a work centre; without a `key` it is made from the name. Runs as a verb. Records
    work_centre.created. Raises BadInput for a key that is taken."""
    taken = set(db.session.scalars(select(WorkCentre.key)))
    if key in taken:
        sentence = _("The key “%(key)s” is taken. Choose another.", key=key)
        raise BadInput(sentence, field="key")
    key = key or free_key(name, taken, otherwise="centre")
    values = {"key": key, "name": name, "instructions": instructions}
    centre = WorkCentre(**values)
    db.session.add(centre)
    db.session.flush()
    record("work_centre.created", centre, actor, after=values)
    return centre


def change_work_centre(
    centre: WorkCentre, actor: Actor, name: str, instructions: str = ""
) -> WorkCentre:
    """Change a work centre; its key stays, as routes name it. Runs as a verb. Records work_centre.changed."""
    values = {"name": name, "instructions": instructions}
    record_change("work_centre.changed", centre, actor, values)
    return centre


def load_preset(section: Sequence[PresetCentre]) -> list[WorkCentre]:
    """Add the preset's work centres and return them; one that exists keeps what the shop wrote."""
    for centre in section:
        _add(centre.key, centre.name, centre.instructions)
    found = by_key(centre.key for centre in section)
    return [found[centre.key] for centre in section]


def by_key(keys: Iterable[str]) -> dict[str, WorkCentre]:
    """Return key → work centre for those that exist."""
    rows = db.session.scalars(select(WorkCentre).where(WorkCentre.key.in_(set(keys))))
    return {row.key: row for row in rows}


def for_route(keys: Iterable[str]) -> dict[str, WorkCentre]:
    """Return key → work centre; what is missing is added, so that no accepted order gets stuck."""
    wanted = set(keys)
    found = by_key(wanted)
    for key in sorted(wanted - set(found)):
        _add(key, key.replace("_", " ").capitalize(), "")
    return found if wanted == set(found) else by_key(wanted)


def _add(key: str, name: str, instructions: str) -> None:
    values = {"id": new_id(), "key": key, "name": name, "instructions": instructions}
    db.session.execute(
        insert(WorkCentre).values(values).on_conflict_do_nothing(index_elements=["key"])
    )
