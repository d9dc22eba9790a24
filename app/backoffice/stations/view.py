"""What a station shows: the job on the table, what this person may do with it now, and why not."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, select

from app.artwork.proofing.wording import check_wording
from app.backoffice.pictures import Approved, approved
from app.backoffice.stations.station import read_station
from app.catalog.breakdown import breakdown_rows
from app.catalog.labels import personalised, wording
from app.core.actor import Actor
from app.core.backoffice.todo import until_next_event
from app.core.db import db, get
from app.core.translations import _
from app.core.verbs import offers
from app.core.web.formats import quantity
from app.inspection.file_facts import FileFacts
from app.orders.models import OrderLine
from app.production import queries, rules
from app.production.cards import JobCard, StepCard
from app.production.models import Job, Operation, QuantityEvent, WorkCentre
from app.production.queries import nothing_pending_before
from app.production.services.count import last_count
from app.production.states import (
    ENDED,
    IN_QUALITY,
    RELEASED,
    RUNNING,
    STEP_ENDED,
    STEP_PENDING,
    STEP_RUNNING,
    STEP_SKIPPED,
)
from app.production.verbs import work_permission
from app.stock import services as stock

CAUSES = 6
LATELY = 500
WORKING = {"start_operation", "resume_operation", "count_pieces", "pass_quality"}
# by whether the step is a quality check: there pieces pass or fail, elsewhere they are counted
NOT_AT = {True: {"count_pieces", "finish_operation"}, False: {"pass_quality", "fail_quality"}}


@dataclass(frozen=True)
class Why:
    """A sentence in place of buttons; `step` says where the work is instead, `parts` which jobs."""

    sentence: str
    step: StepCard | None = None
    parts: tuple[JobCard, ...] = ()
    to_job: bool = False


class Table:
    """The job on the table: the step of this station, the verbs it takes now, and what hinders."""

    def __init__(self, job: JobCard, key: str, actor: Actor, picture: Approved | None) -> None:
        self.job, self.picture = job, picture
        self.step = step_here(job, key)
        self.verbs = offered(job, self.step, actor) if self.step else frozenset()
        self.why = why(job, self.step, self.verbs, actor)
        self.materials = stock.open_claims(job.line_id)
        line = get(OrderLine, job.line_id)
        self.chosen = line.specification.chosen(line.configuration.options)
        self.variants = breakdown_rows(line.specification, job.breakdown)
        self.personalisation = personalised(line.specification, line.configuration)
        self.notes = check_wording(
            wording(line.specification, line.configuration), FileFacts()
        ).notes
        self.last_count = last_count(self.step) if self.step else None
        self.causes = _causes(self.step) if self.step else ()

    @property
    def next_steps(self) -> tuple[str, ...]:
        """The names of the steps that come after this one."""
        if self.step is None:
            return ()
        return tuple(
            step.name
            for step in self.job.steps
            if step.position > self.step.position and step.state not in STEP_ENDED
        )

    @property
    def mark(self) -> str:
        """Changes whenever a state or a count of the job changes."""
        steps = "".join(f"/{s.state},{s.counts.passed},{s.counts.spoiled}" for s in self.job.steps)
        figures = self.job.figures
        return f"{self.job.number}:{self.job.state}:{figures.good}:{figures.cancelled}{steps}"


class StationView:
    """One work centre: what lies on the table, what else runs here, what comes next.

    `job` lies on the table, else what runs here. The number of queries does not grow with jobs or
    steps. Raises NotFound for an unknown centre.
    """

    def __init__(self, key: str, job: JobCard | None, actor: Actor) -> None:
        self.station = station = read_station(key)
        if job is None:
            job = next((one for one in station.current if _runs_here(one, key)), None)
        on_table = [job] if job else []
        self.pictures = approved([*station.current, *station.next, *on_table])
        self.table = Table(job, key, actor, self.pictures.get(job.id)) if job else None
        here = {one.id for one in on_table}
        self.others = [one for one in station.current if one.id not in here]
        here |= {one.id for one in station.current}
        self.next = [one for one in station.next if one.id not in here]


def _runs_here(job: JobCard, key: str) -> bool:
    step = step_here(job, key)
    return step is not None and step.is_running


def step_here(job: JobCard, key: str) -> StepCard | None:
    """Return the step of `job` to work on at the centre `key`: what runs there, else the next."""
    here = [s for s in job.steps if s.work_centre.key == key and s.state not in STEP_ENDED]
    running = [step for step in here if step.is_running]
    return next(iter(running or here), None)


def offered(job: JobCard, step: StepCard, actor: Actor) -> frozenset[str]:
    """Return the verbs that `actor` may do with the step now, where there is a piece to do it to."""
    found = offers("operation", step, actor, "station")
    if step.is_quality_check:
        found |= offers("job", job, actor, "station")
    verbs = {key for key, offer in found.items() if offer.is_open} - NOT_AT[step.is_quality_check]
    if step.is_quality_check and job.state not in IN_QUALITY:
        verbs -= {"start_operation", "resume_operation"}
    if not step.countable:
        verbs -= {"count_pieces", "pass_quality", "fail_quality"}
    if step.is_last and step.open:
        verbs -= {"finish_operation"}
    return frozenset(verbs)


def before(job: JobCard, step: StepCard) -> StepCard | None:
    """Return the step before, those that were skipped left out."""
    earlier = [s for s in job.steps if s.position < step.position and s.state not in STEP_SKIPPED]
    return earlier[-1] if earlier else None


def why(job: JobCard, step: StepCard | None, verbs: frozenset[str], actor: Actor) -> Why | None:
    """Return what hinders the work on `job` here, None where nothing does."""
    if job.is_split:
        parts = tuple(one for one in queries.jobs_of_order(job.order_id) if one.parent_id == job.id)
        return Why(
            _("%(job_number)s was split. Each part is made separately.", job_number=job.number),
            parts=parts,
        )
    if job.state in ENDED:
        return Why(
            _(
                "%(job)s is %(word)s. There is nothing left to do.",
                job=job.job,
                word=job.word.lower(),
            ),
            to_job=True,
        )
    if step is None:
        now = job.step
        if now is None:
            return Why(
                _("Every operation of %(job_number)s is done.", job_number=job.number), to_job=True
            )
        return Why(
            _("%(job)s is not at this station now: “%(now)s” is next.", job=job.job, now=now.name),
            step=now,
        )
    return _hindered(job, step, actor) or _stuck(job, step, verbs, actor)


def _hindered(job: JobCard, step: StepCard, actor: Actor) -> Why | None:
    if problem := rules.not_held(step, actor):
        return Why(problem.sentence)
    if problem := rules.gates_open(step, actor):
        return Why(problem.sentence, to_job=True)
    sent_back = step.is_quality_check and step.is_paused and job.state in RUNNING
    if sent_back and job.step is not None and job.step.id != step.id:
        return Why(_("Pieces failed here and are being reprinted."), step=job.step)
    if step.is_pending:
        problem = rules.previous_started(step, actor)
        if step.is_quality_check and job.state not in IN_QUALITY:
            problem = problem or rules.previous_ended(step, actor)
        if problem:
            return Why(problem.sentence, step=job.step)
    return None


def _stuck(job: JobCard, step: StepCard, verbs: frozenset[str], actor: Actor) -> Why | None:
    if not actor.may(work_permission(step)):
        who = _("Quality") if step.is_quality_check else _("A floor operator")
        return Why(
            _(
                "%(who)s works on “%(step)s”. You can view it but not change it.",
                who=who,
                step=step.name,
            )
        )
    if verbs & WORKING or not step.open:
        return None
    earlier = before(job, step)
    if earlier is not None and earlier.state not in STEP_ENDED:
        return Why(
            _("No pieces have arrived yet; they come from “%(earlier)s”.", earlier=earlier.name),
            step=earlier,
        )
    count = (
        _("1 piece is") if step.open == 1 else _("%(open)s pieces are", open=quantity(step.open))
    )
    return Why(
        _(
            "%(count)s still open, and none is here. "
            "Ask a planner to create a reprint or to rework an earlier operation.",
            count=count,
        ),
        to_job=True,
    )


def _causes(step: StepCard) -> tuple[str, ...]:
    """The causes that were said lately at the step's work centre, the newest first."""
    at, q = QuantityEvent.created_at, QuantityEvent
    said = select(q.operation_id, q.cause, at).where(q.cause != "", q.spoiled > 0)
    newest = said.order_by(at.desc()).limit(LATELY).subquery()
    query = (
        select(newest.c.cause)
        .join(Operation, Operation.id == newest.c.operation_id)
        .join(WorkCentre, WorkCentre.id == Operation.work_centre_id)
        .where(WorkCentre.key == step.work_centre.key, func.length(newest.c.cause) <= 40)
        .group_by(newest.c.cause)
        .order_by(func.max(newest.c.created_at).desc())
        .limit(CAUSES)
    )
    return tuple(db.session.scalars(query))


def days_left(due_on: date, today: date) -> str:
    """Return ``3 days left``, ``today`` or ``2 days late``."""
    days = (due_on - today).days
    if days == 0:
        return str(_("today"))
    if days > 0:
        return str(ngettext("%(num)s day left", "%(num)s days left", days))
    return str(ngettext("%(num)s day late", "%(num)s days late", -days))


def centres() -> list[Any]:
    """Return (key, name, jobs running, jobs waiting) of all work centres by name, in one query."""
    may_start = (
        Operation.state.in_(STEP_PENDING) & Job.state.in_(RELEASED) & nothing_pending_before()
    )
    # what is over is not read: there is more of it every day
    unfinished = Operation.state.in_(STEP_PENDING | STEP_RUNNING)
    here = (Operation.work_centre_id == WorkCentre.id) & unfinished
    running = func.count().filter(Operation.state.in_(STEP_RUNNING)).label("running")
    waiting = func.count().filter(may_start).label("waiting")
    query = (
        select(WorkCentre.key, WorkCentre.name, running, waiting)
        .outerjoin(Operation, here)
        .outerjoin(Job, (Job.id == Operation.job_id) & Job.state.not_in(ENDED))
        .group_by(WorkCentre.id)
        .order_by(WorkCentre.name)
    )
    return until_next_event("stations", lambda: list(db.session.execute(query)))
