"""How many files of one network are checked at once: two, so that nobody holds the workers of all strangers."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text

from app.core.db import db
from app.core.deliveries import Delivery, Later
from app.core.events import Event
from app.files.models import Upload

AT_ONCE = 2
#: The names under which the checks are declared; each is stored with its deliveries.
CHECK, CHECK_OF_STAFF = "check_upload", "check_staff_upload"
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended('checks of ' || :sender, 0))")
LONGEST_WAIT_S = 60


def take_slot(upload: Upload) -> None:
    """Return where the upload may be checked now. Raises Later where two others of its network are being
    checked. Takes a lock on the network until the transaction ends, so that checks claimed at the same moment
    see each other."""
    db.session.execute(ONE_BY_ONE, {"sender": _sender(upload)})
    if _count_running(upload) >= AT_ONCE:
        # the further back, the later it asks again: at most one file of a network does each second
        raise Later(min(max(2, _count_before(upload)), LONGEST_WAIT_S))


def is_waiting(upload: Upload) -> bool:
    """Return whether the check of the upload waits for others of its network to end."""
    if upload.state != "uploaded" or upload.is_of_staff:
        return False
    is_mine = Upload.id == upload.id
    return not db.session.scalar(_running(is_mine)) and _count_running(upload) >= AT_ONCE


def is_only_check(event: Event) -> bool:
    """Return whether one check was queued for this event, as in versions that had one for all files, whoever
    sent them."""
    query = select(Delivery.reaction).where(Delivery.event_id == event.id)
    queued = set(db.session.scalars(query.where(Delivery.reaction.in_((CHECK, CHECK_OF_STAFF)))))
    return queued == {CHECK}


def _sender(upload: Upload) -> str:
    return upload.network_key or upload.owner_key  # uploads of former versions have no network


def _same_sender(upload: Upload) -> ColumnElement[bool]:
    if upload.network_key is None:
        return (Upload.owner_key == upload.owner_key) & Upload.network_key.is_(None)
    return Upload.network_key == upload.network_key


def _running(*which: ColumnElement[bool]) -> Select[Any]:
    """Count checks that a worker has claimed and whose lease holds."""
    return (
        select(func.count())
        .select_from(Delivery)
        .join(Event, Event.id == Delivery.event_id)
        .join(Upload, Upload.id == Event.subject_id)
        .where(Delivery.state == "running", Delivery.reaction == CHECK)
        .where(Delivery.lease_until > func.now(), *which)
    )


def _count_running(upload: Upload) -> int:
    others = (_same_sender(upload), Upload.id != upload.id)
    return int(db.session.scalar(_running(*others)) or 0)


def _count_before(upload: Upload) -> int:
    query = select(func.count()).where(
        _same_sender(upload), Upload.state == "uploaded", Upload.id < upload.id
    )
    return int(db.session.scalar(query) or 0)
