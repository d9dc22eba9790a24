"""Finishes uploads whose browser was closed, gives up those a week old."""

from __future__ import annotations

import structlog

from app.core.actor import system
from app.core.db import db
from app.files import services as files
from app.files.services.sweeping import Due, due_uploads, joined_size

log = structlog.get_logger(__name__)


def sweep_uploads() -> int:
    """Look at the uploads that are due; return how many moved. One that fails never stops the rest."""
    due = due_uploads()
    db.session.commit()
    moved = 0
    for each in due:
        try:
            moved += _sweep(each)
        except Exception as problem:
            db.session.rollback()
            upload_id = str(each.ticket.upload_id)
            log.warning("upload.sweep_failed", upload=upload_id, problem=repr(problem))
    return moved


def _sweep(due: Due) -> bool:
    ticket, clock = due.ticket, system("clock")
    size_bytes = joined_size(due)
    if size_bytes is not None:
        files.complete_upload(ticket.upload_id, size_bytes, owner_key=None, actor=clock)
        db.session.commit()
    elif due.is_late:
        files.abort_upload(ticket.upload_id, owner_key=None, actor=clock)
        db.session.commit()
        files.drop_parts(ticket)
    return size_bytes is not None or due.is_late
