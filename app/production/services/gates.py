"""Gates: artwork, material, payment. They open independently; when the last opens, the job is ready."""

import re
import uuid
from collections.abc import Iterator

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.errors import AlreadyDone, BadInput, NotFound, WrongState
from app.core.events import record
from app.core.translations import _
from app.production.job_tree import JobInTree, lock_job_tree
from app.production.models import Job, JobGate
from app.production.services.run import move
from app.production.states import ENDED, JOB, NOT_RELEASED

SHA256 = re.compile(r"[0-9a-f]{64}")


def open_gate(
    job_id: uuid.UUID, key: str, *, actor: Actor, approved_sha256: str | None = None
) -> Job:
    """Open one gate of the job and of all its parts and reprints; fire ready where it was the last.

    The artwork gate needs `approved_sha256`, the hash of the approved file (64 hex digits): it is
    the press lock. Locks the job tree. Raises NotAllowed, NotFound, BadInput, WrongState on an ended
    job, AlreadyDone where the gate is open.
    """
    found, gate = _lock(job_id, key, actor)
    job = found.job
    if key == "artwork" and not SHA256.fullmatch(approved_sha256 or ""):
        raise BadInput(
            _("The artwork gate opens only with the hash of the approved file."),
            field="approved_sha256",
        )
    _refuse_ended(job)
    if gate.is_open:
        if key == "artwork" and job.approved_sha256 != approved_sha256:
            raise WrongState(
                _("%(job)s is released for another version of the artwork.", job=job),
                next_step=_("Close the artwork gate first."),
            )
        raise AlreadyDone(_("The gate “%(key)s” of %(job)s is already open.", key=key, job=job))
    for member, gate in _gates(found, key, is_open=False):
        before = {"is_open": False, "waits_for": gate.waits_for}
        gate.is_open, gate.waits_for, gate.cause, gate.opened_at = True, "", "", now()
        after: dict[str, object] = {"is_open": True}
        if key == "artwork":
            member.approved_sha256 = after["approved_sha256"] = approved_sha256
        record("gate.opened", member, actor, before=before, after=after, data={"key": key})
        make_ready(member, actor)
    return job


def close_gate(
    job_id: uuid.UUID, key: str, *, waits_for: str, actor: Actor, cause: str = "other"
) -> Job:
    """Close one gate again, of the job and all its parts; what was ready waits again.

    `cause` is one of GATE_CAUSES, `waits_for` says it to people.
    A running job keeps its state, but no step of it starts until the gate is open. Closing the
    artwork gate forgets the approved hash. Locks the job tree. Raises NotAllowed, NotFound,
    WrongState, AlreadyDone.
    """
    found, gate = _lock(job_id, key, actor)
    job = found.job
    _refuse_ended(job)
    if not gate.is_open:
        raise AlreadyDone(_("The gate “%(key)s” of %(job)s is already closed.", key=key, job=job))
    before, after = {"is_open": True}, {"is_open": False, "waits_for": waits_for}
    data = {"key": key, "cause": cause}
    for member, gate in _gates(found, key, is_open=True):
        gate.is_open, gate.cause, gate.waits_for = False, cause, waits_for[:200]
        gate.opened_at = None
        if key == "artwork":
            member.approved_sha256 = None
        record("gate.closed", member, actor, before=before, after=after, data=data)
        if JOB.can(member.state, "hold_back"):
            move(member, "hold_back", "job.held_back", actor)
    return found.job


def update_gate(job_id: uuid.UUID, key: str, *, cause: str, waits_for: str, actor: Actor) -> Job:
    """Say anew what the closed gate `key` waits for; the same again changes nothing.

    Locks the job tree. Raises NotAllowed, NotFound (no such job or gate). An open gate is left alone.
    """
    found, gate = _lock(job_id, key, actor)
    words = waits_for[:200]
    if not gate.is_open and (gate.cause, gate.waits_for) != (cause, words):
        before, after = {"waits_for": gate.waits_for}, {"waits_for": words}
        gate.cause, gate.waits_for = cause, words
        data = {"key": key, "cause": cause}
        record("gate.waits", found.job, actor, before=before, after=after, data=data)
    return found.job


def make_ready(job: Job, actor: Actor) -> None:
    """Fire ready where all gates are open and the job still waits for that."""
    if job.state in NOT_RELEASED and all(gate.is_open for gate in job.gates):
        move(job, "make_ready", "job.ready", actor)


def _lock(job_id: uuid.UUID, key: str, actor: Actor) -> tuple[JobInTree, JobGate]:
    found = lock_job_tree(job_id)
    require(actor, "job.plan", stream_id=found.job.order_id)
    return found, _gate(found.job, key)


def _gates(found: JobInTree, key: str, *, is_open: bool) -> Iterator[tuple[Job, JobGate]]:
    """Yield the job and all below it that have not ended, each whose gate is open, or closed."""
    for job in (found.job, *found.tree.descendants(found.job)):
        gate = _gate(job, key)
        if gate.is_open is is_open and job.state not in ENDED:
            yield job, gate


def _gate(job: Job, key: str) -> JobGate:
    for gate in job.gates:
        if gate.key == key:
            return gate
    raise NotFound(_("%(job)s has no gate “%(key)s”.", job=job, key=key))


def _refuse_ended(job: Job) -> None:
    if job.state in ENDED:
        word = JOB.word(job.state).lower()
        raise WrongState(
            _("%(job)s is %(word)s: its gates can't change any more.", job=job, word=word)
        )
