"""The one table of the room: what we meant to write elsewhere, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, state_column
from app.integrations.states import SYNC


class SyncIntent(Record, Model):
    """One external write. `key` is known to both sides, so that a re-sync can't make a copy."""

    __tablename__ = "sync_intents"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("state <> 'sent' OR outcome IS NOT NULL", name="outcome"),
        Index(None, "state", "id"),
        Index(None, "stream_id"),
    )

    key: Mapped[str] = mapped_column(String(200), unique=True)
    target: Mapped[str] = mapped_column(String(40))
    stream_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("orders.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = state_column(SYNC)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
