"""What jobs and operations don't take now, and why; the verbs name these rules."""

from app.artwork.services.output import NotApproved, approved_output
from app.core.actor import Actor
from app.core.db import get
from app.core.errors import AlreadyDone, Problem, WrongState
from app.core.translations import _
from app.core.web.formats import plural
from app.orders.models import OrderLine
from app.orders.states import ORDER
from app.production import states
from app.production.job_tree import JobInTree, OperationInTree
from app.production.services.tree import reprintable
from app.production.states import JOB


def not_split(found: JobInTree | OperationInTree, actor: Actor) -> Problem | None:
    """The job is not only the sum of its parts."""
    job, tree = found.job, found.tree
    if not tree.is_split(job):
        return None
    parts = ", ".join(child.number for child in tree.children(job))
    return WrongState(
        _("%(job)s was split.", job=job), next_step=_("Work on its parts: %(parts)s.", parts=parts)
    )


def can_divide(found: JobInTree, actor: Actor) -> Problem | None:
    """There are two pieces at least."""
    if found.tree.own_open(found.job) < 2:
        return WrongState(_("%(job)s has only one open piece.", job=found.job))
    return None


def has_pieces_to_reprint(found: JobInTree, actor: Actor) -> Problem | None:
    """A piece is open, or good and still here."""
    if not reprintable(found):
        return WrongState(
            _("All pieces of %(job)s were shipped or are in reprints.", job=found.job)
        )
    return None


def in_quality_check(found: JobInTree, actor: Actor) -> Problem | None:
    """The job was not split, is in quality check, and a check is left to do."""
    if problem := not_split(found, actor):
        return problem
    job = found.job
    if job.state in states.FINISHED:
        return AlreadyDone(_("%(job)s already passed quality. Nothing was changed.", job=job))
    if job.state not in states.IN_QUALITY:
        word = JOB.word(job.state)
        return WrongState(
            _("%(job)s is not in quality check: the state is “%(word)s”.", job=job, word=word),
            next_step=_("Finish the earlier operations first."),
        )
    if not found.left:
        rest = plural(found.tree.own_open(job), "piece")
        return WrongState(
            _("Every operation of %(job)s is done, %(rest)s open.", job=job, rest=rest)
        )
    return None


def gates_open(found: JobInTree | OperationInTree, actor: Actor) -> Problem | None:
    """The press lock: every gate is open and the hash of an approved file is on record."""
    job = found.job
    closed = [gate for gate in job.gates if not gate.is_open]
    if closed:
        pairs = [(gate.key, gate.waits_for or _("someone")) for gate in closed]
        waits = ", ".join(_("%(gate)s waits for %(who)s", gate=key, who=who) for key, who in pairs)
        return WrongState(
            _("%(job)s can't start: %(waits)s.", job=job, waits=waits),
            next_step=_("It can start when every gate is open."),
        )
    if not job.approved_sha256 and any(gate.key == "artwork" for gate in job.gates):
        return WrongState(_("%(job)s can't start: there is no approved file.", job=job))
    return None


def order_goes_on(found: JobInTree | OperationInTree, actor: Actor) -> Problem | None:
    """The order was not cancelled; its jobs follow a moment later."""
    order = found.tree.order(found.job)
    if not order.is_ended_early:
        return None
    word = ORDER.word(order.state).lower()
    return WrongState(
        _("The order of %(job)s is %(word)s, so nothing of it is made.", job=found.job, word=word),
        next_step=_("Reload the page to see what can be done."),
    )


def artwork_approved(found: JobInTree | OperationInTree, actor: Actor) -> Problem | None:
    """The file that the job is released for is still the one that the customer approved.

    Asked of the artwork itself: the gate follows a new file a moment later.
    """
    job = found.job
    if not any(gate.key == "artwork" and gate.is_open for gate in job.gates):
        return None
    slot_id = get(OrderLine, job.line_id).artwork_slot_id
    if slot_id is None:
        return None
    try:
        approved_output(slot_id, source_sha256=job.approved_sha256)
    except NotApproved as problem:
        return problem
    return None


def not_held(found: OperationInTree, actor: Actor) -> Problem | None:
    """The order is not on hold."""
    if reason := found.tree.hold_reason(found.job):
        return WrongState(
            _("The order is on hold: %(reason)s", reason=reason),
            next_step=_("It can continue when it is resumed."),
        )
    return None


def previous_started(found: OperationInTree, actor: Actor) -> Problem | None:
    """The operation before was started."""
    before = found.before
    if before is not None and before.state in states.STEP_PENDING:
        return WrongState(_("“%(before)s” comes first and has not started.", before=before.name))
    return None


def previous_ended(found: OperationInTree, actor: Actor) -> Problem | None:
    """The operation before is done."""
    before = found.before
    if before is not None and before.state not in states.STEP_ENDED:
        return WrongState(_("“%(before)s” comes first and is not finished.", before=before.name))
    return None


def job_released(found: OperationInTree, actor: Actor) -> Problem | None:
    """The job is ready, scheduled or in production."""
    job = found.job
    if job.state not in states.RELEASED:
        word = JOB.word(job.state).lower()
        return WrongState(_("%(job)s can't be worked on: it is %(word)s.", job=job, word=word))
    return None


def is_running(found: OperationInTree, actor: Actor) -> Problem | None:
    """The job was not split, and the operation is running."""
    if problem := not_split(found, actor):
        return problem
    if found.operation.state not in states.STEP_RUNNING:
        return WrongState(
            _("“%(operation)s” is not running.", operation=found.operation),
            next_step=_("Start it first."),
        )
    return None


def has_count(found: OperationInTree, actor: Actor) -> Problem | None:
    """Pieces were counted at the operation, and it is no quality check: what failed there went back."""
    if found.operation.is_quality_check:
        return WrongState(
            _("The result of a quality check stays as it is."),
            next_step=_("Pass the pieces when they come again."),
        )
    if found.counts.passed or found.counts.spoiled:
        return None
    return WrongState(_("No pieces were counted at “%(operation)s”.", operation=found.operation))


def can_skip(found: OperationInTree, actor: Actor) -> Problem | None:
    """It is not the last operation, and nothing was counted at it."""
    if found.is_last:
        return WrongState(_("The last operation can't be skipped: good pieces are counted there."))
    if found.counts.passed or found.counts.spoiled:
        return WrongState(
            _("Pieces were counted at “%(operation)s”.", operation=found.operation),
            next_step=_("Finish the operation instead."),
        )
    return None


def can_rework(found: OperationInTree, actor: Actor) -> Problem | None:
    """Pieces that spoiled after it are open, and the job is in production."""
    if found.open == 0:
        return WrongState(_("No piece is open at “%(operation)s”.", operation=found.operation))
    if found.job.state not in states.IN_PRODUCTION:
        return WrongState(_("%(job)s is not in production now.", job=found.job))
    return None
