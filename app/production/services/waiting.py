"""Words at a closed gate: who or what the job waits for."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.errors import NotFound
from app.core.events import record
from app.production.job_tree import lock_job_tree
from app.production.models import Job


def say_at_gate(job_id: uuid.UUID, key: str, *, waits_for: str, actor: Actor) -> Job:
    """Say anew what the closed gate `key` waits for; the same words again change nothing.

    Locks the job tree. Raises NotAllowed, NotFound (no such job or gate). An open gate is left alone.
    """
    job, _ = lock_job_tree(job_id)
    require(actor, "job.plan", stream_id=job.order_id)
    gate = next((gate for gate in job.gates if gate.key == key), None)
    if gate is None:
        raise NotFound(f"{job.number} has no gate “{key}”.")
    words = waits_for[:200]
    if gate.is_open or gate.waits_for == words:
        return job
    before = {"waits_for": gate.waits_for}
    gate.waits_for = words
    record(
        "gate.waits",
        job,
        actor,
        stream_id=job.order_id,
        before=before,
        after={"waits_for": words},
        data={"key": key},
    )
    return job
