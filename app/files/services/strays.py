"""What is in the intake and no upload needs: parts whose row was never written, or that were given up while
storage was away, and files that were joined too late."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

from sqlalchemy import select

from app.core import storage
from app.core.clock import now
from app.core.db import db
from app.core.settings import current
from app.core.storage import StoredObject, list_multiparts, list_objects
from app.files.models import Asset, Upload
from app.files.states import OVER

FORMERLY = "uploads/"  # where earlier versions put what browsers sent, beside what was kept


def list_old() -> list[StoredObject]:
    """Return what has been in the intake for longer than ``UPLOAD_GRACE_MINUTES``: first joined files, then parts.

    Asks storage, so no transaction may be open.
    """
    until = now() - timedelta(minutes=current().upload_grace_minutes)
    found = chain(
        list_objects(storage.INTAKE), list_multiparts(storage.INTAKE), list_multiparts(FORMERLY)
    )
    return [one for one in found if one.stored_at < until]


def unneeded(found: Iterable[StoredObject]) -> Iterator[StoredObject]:
    """Yield those that no upload on its way and no asset needs. Read only."""
    listed = list(found)
    keys = {one.storage_key for one in listed}
    query = select(Upload.storage_key, Upload.state, Upload.multipart_id)
    rows = db.session.execute(query.where(Upload.storage_key.in_(keys)))
    open_ = {key: multipart_id for key, state, multipart_id in rows if state not in OVER}
    read = set(db.session.scalars(select(Asset.storage_key).where(Asset.storage_key.in_(keys))))
    for one in listed:
        if one.storage_key in read:
            continue
        is_open = one.storage_key in open_
        if not is_open or one.multipart_id not in (None, open_[one.storage_key]):
            yield one


def remove(stray: StoredObject) -> bool:
    """Remove it and return whether it is gone. Asks storage, so no transaction may be open.

    The parts of a joined file stay until the file is gone: giving them up may take its bytes.
    """
    if stray.multipart_id is None:
        return storage.remove(stray.storage_key)
    if storage.exists(stray.storage_key):
        return False
    storage.abort_multipart(stray.storage_key, stray.multipart_id)
    return True
