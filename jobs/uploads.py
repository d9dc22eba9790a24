"""Finishes uploads whose browser was closed, gives up those a week old, and clears the intake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from app.core import storage
from app.core.actor import system
from app.core.db import db
from app.files.services import carrying, clearing, expiring, strays, uploads
from app.files.services.sweeping import due_uploads, joined_size
from app.files.services.uploads import Ticket

log = structlog.get_logger(__name__)
Due = TypeVar("Due")


def sweep_uploads() -> int:
    """Look at the uploads that are due; return how many moved. One that fails never stops the rest."""
    due = due_uploads()
    db.session.commit()
    moved = _each(due, lambda one: _sweep(one[0], is_late=one[1]))
    left = clearing.due_leftovers()
    db.session.commit()
    _each(left, _clear)
    return moved


def sweep_storage() -> int:
    """Remove what nobody needs from the storage; return how many objects and begun uploads went."""
    found = strays.list_old()
    needless = list(strays.unneeded(found))
    db.session.commit()
    gone = _each(needless, strays.remove)
    while expiring.expire_unclaimed(actor=system("clock")):
        db.session.commit()
    keys = expiring.due_removals()
    db.session.commit()
    return gone + _each(keys, _remove)


def _remove(key: str) -> bool:
    if not storage.remove(key):
        return False  # locked for now: looked at again
    expiring.keep_after_all([key])
    db.session.commit()
    return True


def carry_old_files() -> int:
    """Keep files and pictures of earlier versions by their hash, up to 20 at a time; return how many."""
    old = carrying.old_files()
    db.session.commit()
    return _each(old, _carry)


def _carry(old: carrying.OldFile) -> bool:
    storage_key = carrying.carry(old)
    if storage_key is None:
        log.error("file.not_as_written", row=str(old.row_id), storage_key=old.storage_key)
        return False
    carrying.carried(old, storage_key)
    db.session.commit()
    return True


def _each(due: Iterable[Due], do: Callable[[Due], bool]) -> int:
    """Do it with each and return how many times it said so. One that fails never stops the rest."""
    done = 0
    for one in due:
        try:
            done += do(one)
        except Exception as problem:
            db.session.rollback()
            log.warning("upload.sweep_failed", what=str(one)[:200], problem=repr(problem))
    return done


def _sweep(ticket: Ticket, *, is_late: bool) -> bool:
    clock = system("clock")
    size_bytes = joined_size(ticket)
    if size_bytes is not None:
        uploads.complete_upload(ticket.upload_id, size_bytes, owner_key=None, actor=clock)
        db.session.commit()
    elif is_late:
        uploads.abort_upload(ticket.upload_id, owner_key=None, actor=clock)
        db.session.commit()
        _clear(clearing.Leftover(ticket, None))
    return size_bytes is not None or is_late


def _clear(left: clearing.Leftover) -> bool:
    clearing.mark_cleared(clearing.act(left))
    db.session.commit()
    return True
