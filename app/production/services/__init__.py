"""The verbs of production. Each locks the job's whole job tree, records its event, never commits."""

from __future__ import annotations

from app.production.services.count import count_pieces
from app.production.services.create import LineToMake, create_jobs_for_order
from app.production.services.ending import cancel_job, finish_job
from app.production.services.gates import close_gate, open_gate, update_gate
from app.production.services.plan import rework_operation, schedule_job, skip_operation
from app.production.services.quality import fail_quality, pass_quality
from app.production.services.run import (
    finish_operation,
    pause_operation,
    resume_operation,
    start_operation,
)
from app.production.services.tree import reprint_job, split_job
from app.production.services.work_centres import load_preset

__all__ = [
    "LineToMake",
    "cancel_job",
    "close_gate",
    "count_pieces",
    "create_jobs_for_order",
    "fail_quality",
    "finish_job",
    "finish_operation",
    "load_preset",
    "open_gate",
    "pass_quality",
    "pause_operation",
    "reprint_job",
    "resume_operation",
    "rework_operation",
    "schedule_job",
    "skip_operation",
    "split_job",
    "start_operation",
    "update_gate",
]
