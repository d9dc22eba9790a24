"""What is done about uploads that nobody finished. Run by the clock.

A door: this module commits, because storage is asked between its transactions.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import structlog
from sqlalchemy import select

from app.core.actor import system
from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.files.models import Upload
from app.files.services.parts import drop_parts, join_parts
from app.files.services.uploads import Ticket, abort_upload, complete_upload, ticket_of

log = structlog.get_logger(__name__)
QUIET = timedelta(minutes=5)  # a browser that is still sending is left alone
GIVE_UP = timedelta(days=7)
NEVER_OPENED = timedelta(hours=1)
AT_ONCE = 20


def sweep_uploads() -> int:
    """Finish uploads whose parts have all arrived, give up those a week old; return how many moved.

    One that fails never stops the rest; each is looked at every five minutes at most.
    """
    moved = 0
    for upload_id, ticket, is_late in _due():
        try:
            moved += _sweep_one(upload_id, ticket, is_late)
        except Exception as problem:
            db.session.rollback()
            log.warning("upload.sweep_failed", upload=str(upload_id), problem=repr(problem))
    return moved


def _due() -> list[tuple[uuid.UUID, Ticket, bool]]:
    moment = now()
    query = (
        select(Upload)
        .where(Upload.state == "receiving", Upload.looked_at < moment - QUIET)
        .order_by(Upload.looked_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    found = []
    for upload in db.session.scalars(query):
        age = moment - upload.created_at
        late = age > GIVE_UP or (upload.multipart_id is None and age > NEVER_OPENED)
        upload.looked_at = moment
        found.append((upload.id, ticket_of(upload), late))
    db.session.commit()
    return found


def _sweep_one(upload_id: uuid.UUID, ticket: Ticket, is_late: bool) -> int:
    try:
        size_bytes = join_parts(ticket)
    except BadInput:
        if not is_late:
            return 0
        abort_upload(upload_id, owner_key=None, actor=system("clock"))
        db.session.commit()
        drop_parts(ticket)
        return 1
    complete_upload(upload_id, size_bytes, owner_key=None, actor=system("clock"))
    db.session.commit()
    return 1
