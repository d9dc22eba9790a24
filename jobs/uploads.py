"""Finishes uploads whose browser was closed, gives up those a week old."""

from __future__ import annotations

import structlog

from app.core.actor import system
from app.core.db import db
from app.files.services import parts, uploads
from app.files.services.sweeping import due_uploads, joined_size
from app.files.services.uploads import Ticket

log = structlog.get_logger(__name__)


def sweep_uploads() -> int:
    """Look at the uploads that are due; return how many moved. One that fails never stops the rest."""
    due = due_uploads()
    db.session.commit()
    moved = 0
    for ticket, is_late in due:
        try:
            moved += _sweep(ticket, is_late=is_late)
        except Exception as problem:
            db.session.rollback()
            upload_id = str(ticket.upload_id)
            log.warning("upload.sweep_failed", upload=upload_id, problem=repr(problem))
    return moved


def _sweep(ticket: Ticket, *, is_late: bool) -> bool:
    clock = system("clock")
    size_bytes = joined_size(ticket)
    if size_bytes is not None:
        uploads.complete_upload(ticket.upload_id, size_bytes, owner_key=None, actor=clock)
        db.session.commit()
    elif is_late:
        uploads.abort_upload(ticket.upload_id, owner_key=None, actor=clock)
        db.session.commit()
        parts.drop_parts(ticket)
    return size_bytes is not None or is_late
