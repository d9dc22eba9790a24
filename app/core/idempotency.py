"""Idempotency keys: each form and each API call of a verb carries one, and has one effect.

The key is written in the transaction of the effect, whoever sends it is part of it, and it is purged by age.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import Index, String, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import Model, Record, db
from app.core.errors import AlreadyDone, BadInput
from app.core.translations import _

HEADER = "Idempotency-Key"
FIELD = "idempotency_key"
KEPT_DAYS = 30


class Replayed(AlreadyDone):
    """The same key came before: the first request had the effect."""


class IdempotencyKey(Record, Model):
    """One key that was used: its hash with the sender's, and the verb it was used for."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index(None, "created_at"),)

    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    verb: Mapped[str] = mapped_column(String(80))


def use_key(key: str, verb: str, actor: Actor) -> None:
    """Write the key down in this transaction; raise Replayed where it was used before.

    Waits for another transaction that writes the same key. An empty key is not kept. Raises BadInput for
    more than 200 characters.
    """
    if not key:
        return
    if len(key) > 200:
        raise BadInput(_("%(header)s is longer than 200 characters.", header=HEADER), field=FIELD)
    row = insert(IdempotencyKey).values(key_hash=_hash(key, verb, actor), verb=verb)
    written = row.on_conflict_do_nothing(index_elements=["key_hash"])
    if db.session.scalar(written.returning(IdempotencyKey.id)) is None:
        raise Replayed(_("This was already done. Nothing was changed."))


def is_used(key: str, verb: str, actor: Actor) -> bool:
    """Return whether `actor` used the key for the verb before; locks nothing."""
    found = select(IdempotencyKey.id).where(IdempotencyKey.key_hash == _hash(key, verb, actor))
    return bool(key) and db.session.scalar(found) is not None


def _hash(key: str, verb: str, actor: Actor) -> str:
    who = str(actor.id or actor.label)
    return hashlib.sha256(f"{actor.kind}\0{who}\0{verb}\0{key}".encode()).hexdigest()


def purge_keys() -> int:
    """Delete keys older than 30 days; return how many. The caller commits."""
    since = now() - timedelta(days=KEPT_DAYS)
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < since)
    return len(db.session.execute(old.returning(IdempotencyKey.id)).all())
