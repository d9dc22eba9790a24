"""Verbs on intents: meaning to write, claiming, and writing down what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.actor import Actor, system
from app.core.clock import now
from app.core.db import db, locked
from app.core.events import plain, record
from app.core.ids import new_id
from app.integrations.models import SyncIntent
from app.integrations.states import SYNC


def intend(
    key: str,
    target: str,
    payload: Mapping[str, Any],
    *,
    actor: Actor,
    stream_id: uuid.UUID | None = None,
) -> SyncIntent:
    """Write down that `payload` is to be written to `target`, and return the row.

    With a `key` that exists, that row as it is. The caller commits before anything is sent.
    Records sync.intended in the chain of `stream_id` (the order), once per key.
    """
    made = db.session.scalar(
        insert(SyncIntent)
        .values(
            id=new_id(),
            key=key,
            target=target,
            stream_id=stream_id,
            payload=plain(dict(payload)),
            state=SYNC.initial,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(SyncIntent.id)
    )
    if made is None:
        return db.session.scalars(select(SyncIntent).where(SyncIntent.key == key)).one()
    intent = locked(SyncIntent, made)
    record(
        "sync.intended",
        intent,
        actor,
        stream_id=stream_id,
        after={"state": intent.state},
        data={"key": key, "target": target},
    )
    return intent


def claim(intent_id: uuid.UUID) -> tuple[SyncIntent, bool] | None:
    """Claim an intent for sending; return it and whether an earlier try was cut off.

    None where it is settled. Locks the row; the caller commits before it sends.
    """
    intent = locked(SyncIntent, intent_id)
    interrupted = intent.state == "sending"
    if not interrupted:
        if not SYNC.can(intent.state, "claim"):
            return None
        SYNC.fire(intent, "claim")
    intent.attempts += 1
    return intent, interrupted


def settle(
    intent_id: uuid.UUID, trigger: str, *, outcome: Mapping[str, Any] | None = None, error: str = ""
) -> SyncIntent:
    """Write what became of a claimed intent: `trigger` is accept, fail or lose. Locks the row.

    Records sync.sent, sync.failed or sync.unknown. Raises AlreadyDone the second time.
    """
    intent = locked(SyncIntent, intent_id)
    change = SYNC.fire(intent, trigger)
    intent.error = error[:2000] or None
    if trigger == "accept":
        intent.outcome, intent.sent_at = plain(dict(outcome or {})), now()
    record(
        f"sync.{intent.state}",
        intent,
        system(),
        stream_id=intent.stream_id,
        **change,
        data={"key": intent.key, "target": intent.target, "outcome": outcome, "error": error},
    )
    return intent


def release(intent_id: uuid.UUID, error: str) -> SyncIntent:
    """Put a claimed intent back after a try that surely wrote nothing. Locks the row."""
    intent = locked(SyncIntent, intent_id)
    if intent.state == "sending":
        SYNC.fire(intent, "release")
    intent.error = error[:2000]
    return intent
