"""What can be done to jobs and operations, and what production says to the verbs of an order."""

import re
import uuid
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, create_model

from app.catalog.breakdown import minus
from app.core.actor import Actor
from app.core.db import find
from app.core.errors import BadInput, Problem, WrongState
from app.core.hold_verbs import hold_verbs
from app.core.inputs import Between, Day, Input, Text, WholeNumber, checked_by, fields
from app.core.numbers import read_whole
from app.core.permissions import permission
from app.core.shop.section import EDIT as EDIT_SETTINGS
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record, rows_of
from app.orders.models import Order
from app.orders.verbs import cancel as cancel_order
from app.production import job_tree, queries, rules, states
from app.production.job_tree import JobInTree, OperationInTree, read_job_tree
from app.production.models import Operation, WorkCentre
from app.production.services import count, create, plan, presets, run, tree
from app.production.states import JOB, OPERATION

VIEW = permission(
    "job.view", _l("View jobs"), "sales", "prepress", "planner", "operator", "quality", "warehouse"
)
PLAN = permission("job.plan", _l("Plan jobs"), "planner")
RUN = permission("job.run", _l("Run operations"), "planner", "operator")
QUALITY = permission("job.quality", _l("Record quality checks"), "quality")
HOLD = permission("job.hold", _l("Put jobs on hold"), "planner", "prepress", "quality")
REPRINT = permission("job.reprint", _l("Create reprints"), "planner", "quality")

AT_STATION = frozenset({"station", "api"})
Pieces = Annotated[
    WholeNumber, Between(0, 1_000_000, _l("Enter a whole number of pieces, 0 or more."))
]
Spoiled = Annotated[
    WholeNumber,
    Between(1, 1_000_000, _l("Enter how many pieces failed.")),
    Field(title=_l("Spoiled")),
]
Reason = Annotated[
    str, Text(_l("Enter the reason, in a few words."), is_printed=True), Field(title=_l("Reason"))
]


class SplitInput(Input):
    """The quantities of the parts, and for a product with variants those of each. A form names the first part's
    (``first``, ``first.VARIANT``); the second part has the rest."""

    quantities: list[Pieces] = []
    breakdowns: list[dict[str, Pieces]] = []

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: JobInTree) -> dict[str, Any]:
        """Read ``first``, or ``first.VARIANT``."""
        typed = super().from_form(form, record)
        if whole := record.tree.own_breakdown(record.job):
            first = pieces_by_variant(form, "first.")
            return typed | {"breakdowns": [first, minus(whole, first)]}
        part = read_whole(str(form.get("first", "")))
        if "quantities" in typed or part is None:
            return typed
        return {"quantities": [part, max(0, record.tree.own_open(record.job) - part)]}


def pieces_by_variant(form: Mapping[str, Any], prefix: str) -> dict[str, int]:
    """Return variant → pieces of the fields ``PREFIXVARIANT``; what is empty is left out. Raises BadInput for
    what is no number."""
    found = {}
    for name, text in form.items():
        if name.startswith(prefix) and text != "":
            number = read_whole(str(text))
            if number is None:
                raise BadInput(_("Enter a whole number of pieces, 0 or more."), field=name)
            found[name.removeprefix(prefix)] = number
    return found


class ReprintInput(Input):
    """The pieces to make again and why; for a product with variants those of each (``variant.KEY`` in a form)."""

    quantity: Annotated[Pieces, Field(title=_l("Quantity"))]
    cause: Reason
    breakdown: dict[str, Pieces] = {}

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: JobInTree) -> dict[str, Any]:
        """Read the fields of the variants, whose sum is the quantity."""
        typed = super().from_form(form, record)
        if record.tree.own_breakdown(record.job):
            breakdown = pieces_by_variant(form, "variant.")
            typed |= {"breakdown": breakdown, "quantity": sum(breakdown.values())}
        return typed


def find_job(ref: str) -> JobInTree:
    """Return the job ``J-2291`` in its tree; raise BadInput or NotFound for anything else."""
    job = queries.find_by_barcode(ref)
    return JobInTree(job, read_job_tree([job.serial]))


def find_operation(ref: str) -> OperationInTree:
    """Return the operation of that id in its job's tree; raise NotFound."""
    operation = find(Operation, ref)
    return OperationInTree(operation, operation.job, read_job_tree([operation.job.serial]))


JOBS: Subject[JobInTree] = Subject(
    kind="job",
    find=find_job,
    lock=job_tree.lock_job_tree,
    chart=JOB,
    row=lambda found: found.job,
    stream_id=lambda found: found.job.order_id,
)
OPERATIONS: Subject[OperationInTree] = Subject(
    kind="operation",
    find=find_operation,
    lock=job_tree.lock_operation,
    chart=OPERATION,
    row=lambda found: found.operation,
    stream_id=lambda found: found.job.order_id,
)


def work_permission(found: OperationInTree) -> str:
    """Return the permission that it takes to work on the operation."""
    return QUALITY if found.operation.is_quality_check else RUN


schedule_job = JOBS.verb(
    plan.schedule_job,
    _l("Schedule"),
    PLAN,
    fields(day=Annotated[Day, Field(title=_l("Production date"))]),
    can=rules.not_split,
    rules=[rules.order_goes_on],
    is_done=lambda found: False,
    done=_l("The job is scheduled."),
    icon="calendar",
)
split_job = JOBS.verb(
    tree.split_job,
    _l("Split job"),
    PLAN,
    SplitInput,
    states=states.NOT_STARTED,
    can=rules.not_split,
    rules=[rules.can_divide, rules.order_goes_on],
    is_done=lambda found: found.tree.is_split(found.job),
    done=_l("The job is split. Each part has its own ticket."),
    icon="swap",
)
reprint_job = JOBS.verb(
    tree.reprint_job,
    _l("Create reprint"),
    REPRINT,
    ReprintInput,
    states=states.STARTED,
    can=rules.not_split,
    rules=[rules.has_pieces_to_reprint, rules.order_goes_on],
    needs_key=True,
    done=_l("The reprint is created."),
    icon="refresh",
)
finish_short = JOBS.verb(
    plan.finish_short,
    _l("Finish short"),
    PLAN,
    fields(cause=Reason),
    trigger="finish",
    can=rules.not_split,
    done=_l("The job is finished with the good pieces."),
    icon="flag",
    danger=True,
)
cancel_job = JOBS.verb(
    plan.cancel_job,
    _l("Cancel job"),
    PLAN,
    fields(cause=Reason),
    done=_l("The job is cancelled."),
    icon="x",
    danger=True,
)
pass_quality = JOBS.verb(
    count.pass_quality,
    _l("Pass quality check"),
    QUALITY,
    fields(good=(Annotated[Pieces | None, Field(title=_l("Good"))], None)),
    states=states.IN_QUALITY,
    can=rules.in_quality_check,
    rules=[rules.gates_open],
    done=_l("Quality check passed."),
    entry=AT_STATION,
)
fail_quality = JOBS.verb(
    count.fail_quality,
    _l("Fail quality check"),
    QUALITY,
    fields(spoiled=Spoiled, cause=Reason, rework_from=(uuid.UUID | None, None)),
    states=states.IN_QUALITY,
    can=rules.in_quality_check,
    done=_l("The pieces are recorded as spoiled and need to be made again."),
    entry=AT_STATION,
)
start_operation = OPERATIONS.verb(
    run.start_operation,
    _l("Start"),
    work_permission,
    can=rules.not_split,
    rules=[
        rules.order_goes_on,
        rules.gates_open,
        rules.artwork_approved,
        rules.not_held,
        rules.previous_started,
        rules.job_released,
    ],
    done=_l("Started."),
    entry=AT_STATION,
)
pause_operation = OPERATIONS.verb(
    run.pause_operation,
    _l("Pause"),
    work_permission,
    fields(reason=(Annotated[str, Text(), Field(title=_l("Reason"))], "")),
    done=_l("Paused."),
    entry=AT_STATION,
)
resume_operation = OPERATIONS.verb(
    run.resume_operation,
    _l("Resume"),
    work_permission,
    rules=[rules.order_goes_on, rules.gates_open, rules.artwork_approved, rules.not_held],
    done=_l("Resumed."),
    entry=AT_STATION,
)
count_pieces = OPERATIONS.verb(
    count.count_pieces,
    _l("Count pieces"),
    work_permission,
    fields(
        good=(Annotated[Pieces, Field(title=_l("Good"))], 0),
        spoiled=(Annotated[Pieces, Field(title=_l("Spoiled"))], 0),
        cause=(Annotated[str, Text(), Field(title=_l("Cause"))], ""),
        entry_key=(Annotated[str, Text(most=80)] | None, None),
        is_sure=(bool, False),
    ),
    states=states.STEP_RUNNING,
    can=rules.is_running,
    is_done=lambda found: True,
    done=_l("Counted."),
    entry=AT_STATION,
)
correct_count = OPERATIONS.verb(
    count.correct_count,
    _l("Correct last count"),
    work_permission,
    fields(count_id=uuid.UUID),
    states=states.STEP_STARTED,
    can=rules.not_split,
    rules=[rules.has_count],
    done=_l("The count is reversed. Enter it again."),
    entry=AT_STATION,
)
finish_operation = OPERATIONS.verb(
    run.finish_operation,
    _l("Finish operation"),
    work_permission,
    fields(rest_good=(bool, False)),
    can=rules.not_split,
    rules=[rules.previous_ended],
    done=_l("The operation is finished."),
    entry=AT_STATION,
)
skip_operation = OPERATIONS.verb(
    run.skip_operation,
    _l("Skip operation"),
    PLAN,
    fields(reason=Reason),
    can=rules.not_split,
    rules=[rules.can_skip, rules.order_goes_on],
    done=_l("The operation is skipped."),
)
rework_operation = OPERATIONS.verb(
    plan.rework_operation,
    _l("Rework"),
    PLAN,
    fields(cause=Reason),
    can=rules.not_split,
    rules=[rules.can_rework, rules.order_goes_on],
    done=_l("The operation can be started again."),
)


def _key(value: str) -> str:
    if value and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        raise BadInput(_("A key has lower-case letters, digits and _, and begins with a letter."))
    return value


WORK_CENTRE = fields(
    name=Annotated[str, Text(_l("Enter a name."), most=120)],
    instructions=(Annotated[str, Text(most=20_000)], ""),
)
create_work_centre = new_record("new_work_centre").verb(
    create.create_work_centre,
    _l("Create work centre"),
    PLAN,
    create_model("NewWorkCentre", __base__=WORK_CENTRE, key=(Annotated[str, checked_by(_key)], "")),
    entry=frozenset(),
)
change_work_centre = rows_of("work_centre", WorkCentre).verb(
    create.change_work_centre, _l("Edit work centre"), PLAN, WORK_CENTRE, entry=frozenset()
)

hold_job, resume_job = hold_verbs(
    JOBS,
    _l("job"),
    _l("Enter why the job is on hold and what it is waiting for."),
    {
        HOLD: _l("Anyone who can put jobs on hold"),
        PLAN: _l("Planners only"),
        QUALITY: _l("Quality only"),
    },
    ("job.held", "job.resumed"),
    states=states.OPEN,
    stops=(split_job, start_operation, resume_operation, pass_quality),
    explain=_l("Nothing of the job is started, continued or passed until you resume it."),
    column="hold_reason",
)
hold_job.add_rule(rules.not_split)


def _no_work_has_started(order: Order, actor: Actor) -> Problem | None:
    """What was made already must be decided on by a person; a customer asks from the release on."""
    if not order.is_placed:
        return None
    if actor.kind == "customer" and queries.is_released(order.id):
        return WrongState(
            _("We've started preparing your order, so you can't cancel it here any more."),
            next_step=_("To request a cancellation, reply to any of our e-mails."),
        )
    if queries.work_started(order.id):
        return WrongState(
            _("Pieces of this order are in production or already made."),
            next_step=_("Put the order on hold and agree with the customer what happens to them."),
        )
    return None


cancel_order.add_rule(_no_work_has_started)

load_shop_preset = new_record("shop_preset").verb(
    presets.load_shop_preset,
    _l("Load preset"),
    EDIT_SETTINGS,
    fields(name=str),
    needs_key=True,
    entry=frozenset(),
)
