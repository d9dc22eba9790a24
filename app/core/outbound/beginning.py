"""The moment from which a write may have arrived: committed before it, so that whoever finds the write cut off knows
on which side of it that was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import text

from app.core.db import db
from app.core.deliveries import LostLease

BEGINS = text(
    "UPDATE outbound_intents SET is_before_write = false "
    "WHERE id = :id AND state = 'sending' AND attempts = :attempts RETURNING id"
)
_begins: ContextVar[Callable[[], None] | None] = ContextVar("write_begins", default=None)


def write_begins() -> None:
    """Say, in an adapter that has the ability TELLS_BEGINNING, that from here on the other side may have the
    write. Commits. Raises LostLease where another worker has taken the write over meanwhile."""
    if (begins := _begins.get()) is not None:
        begins()


@contextmanager
def beginning_of(intent_id: uuid.UUID, attempts: int) -> Iterator[None]:
    """Let `write_begins` mark this intent, in its try number `attempts`, while the block runs."""

    def begins() -> None:
        # no transaction is open while an adapter writes: this one ends here
        is_ours = db.session.scalar(BEGINS, {"id": intent_id, "attempts": attempts}) is not None
        db.session.commit()
        if not is_ours:
            raise LostLease(str(intent_id))

    before = _begins.set(begins)
    try:
        yield
    finally:
        _begins.reset(before)
