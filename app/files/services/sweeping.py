"""Uploads that nobody finished: which are due for a look, and what storage says of one.

The job that calls these commits between them, as no transaction may be open while storage is asked.
"""

from datetime import timedelta

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.errors import BadInput
from app.files.models import Upload
from app.files.services.parts import join_parts
from app.files.services.uploads import Ticket, ticket_of

QUIET = timedelta(minutes=5)  # a browser that is still sending is left alone
GIVE_UP = timedelta(days=7)
NEVER_OPENED = timedelta(hours=1)
AT_ONCE = 20


def due_uploads() -> list[tuple[Ticket, bool]]:
    """Return up to 20 unfinished uploads that nobody looked at for five minutes, and mark them.

    Each with whether it is late, so given up unless all of it has arrived: those of a week ago, and
    after an hour those that storage was never asked to open. Locks the rows, passing over those
    another sweep holds.
    """
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
        found.append((ticket_of(upload), late))
    db.session.flush()
    return found


def joined_size(ticket: Ticket) -> int | None:
    """Join the parts if all have arrived and return the file's size; None where some are missing.

    Asks storage, so no transaction may be open.
    """
    try:
        return join_parts(ticket)
    except BadInput:
        return None
