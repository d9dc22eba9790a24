"""What is due by time. Each task runs in one place at a time, whatever the number of clocks."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.db import db

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Task:
    """Something done every `every_s` seconds. `run` commits what it does."""

    name: str
    every_s: int
    run: Callable[[], object]


def _expire_quotes() -> None:
    from app.core.actor import system
    from app.orders.services import expire_quotes

    expire_quotes(actor=system("clock"))
    db.session.commit()


def _sweep_uploads() -> None:
    from jobs.uploads import sweep_uploads

    sweep_uploads()


def _sweep_storage() -> None:
    from jobs.uploads import sweep_storage

    sweep_storage()


def _carry_old_files() -> None:
    from jobs.uploads import carry_old_files

    while carry_old_files():
        pass


def _anchor() -> None:
    from app.core.anchors import anchor_heads

    anchor_heads()


def _forget_attempts() -> None:
    from app.accounts.services.attempts import forget_old_attempts

    forget_old_attempts()
    db.session.commit()


def _purge_keys() -> None:
    from app.core.idempotency import purge_keys

    purge_keys()
    db.session.commit()


def _check_grown_chains() -> None:
    from app.core.chain import check_grown

    check_grown()


def _enrol_chains() -> None:
    from app.core.chain import enrol

    enrol()


def _check_whole_chains() -> None:
    from app.core.chain import check_oldest

    check_oldest()


def _purge_deliveries() -> None:
    from app.core.deliveries import purge_done
    from app.core.settings import current

    purge_done(current().delivery_days)


def _apply_catalog_changes() -> None:
    from app.catalog import verbs
    from app.catalog.services.scheduling import due_changes
    from app.core.actor import system
    from app.core.errors import WrongState

    for change_id in due_changes():
        try:
            verbs.apply_change(change_id, actor=system("clock"))
            db.session.commit()
        except WrongState:  # cancelled meanwhile
            db.session.rollback()


def _keep_figures() -> None:
    from app.reports import daily

    while daily.keep():
        db.session.commit()
    db.session.commit()


TASKS = (
    Task("expire_quotes", 300, _expire_quotes),
    Task("apply_catalog_changes", 60, _apply_catalog_changes),
    Task("keep_figures", 600, _keep_figures),
    Task("sweep_uploads", 60, _sweep_uploads),
    Task("sweep_storage", 600, _sweep_storage),
    Task("carry_old_files", 3600, _carry_old_files),
    Task("check_grown_chains", 300, _check_grown_chains),
    Task("enrol_chains", 86_400, _enrol_chains),
    Task("check_whole_chains", 300, _check_whole_chains),
    Task("purge_deliveries", 86_400, _purge_deliveries),
    Task("forget_attempts", 86_400, _forget_attempts),
    Task("purge_idempotency_keys", 86_400, _purge_keys),
)


#: What the process `anchors` does, which alone holds the key that signs.
ANCHORING = (Task("anchor_heads", 3600, _anchor),)


def run_once(task: Task) -> bool:
    """Run `task` unless another clock is at it; return whether it was run. Failures are logged."""
    key = zlib.crc32(f"clock:{task.name}".encode())
    with db.engine.connect() as guard:
        if not guard.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            return False
        try:
            task.run()
        except Exception:
            db.session.rollback()
            log.exception("clock.task_failed", task=task.name)
        finally:
            db.session.remove()
            guard.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})
    return True


def run(stop: threading.Event, tasks: Sequence[Task] = TASKS) -> None:
    """Run every task when it is due, until `stop` is set."""
    due = {task.name: time.monotonic() + min(task.every_s, 5) for task in tasks}
    while not stop.wait(1.0):
        for task in tasks:
            if time.monotonic() >= due[task.name]:
                try:
                    run_once(task)
                except DBAPIError as problem:  # away for now: the task comes again in its time
                    log.warning("clock.database_away", task=task.name, problem=str(problem.orig))
                due[task.name] = time.monotonic() + task.every_s
