"""The one table of the room: exports that people asked for."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, state_column
from app.reports.states import EXPORT


class Export(Record, Model):
    """One file of rows. `kind` is the list's endpoint, `filters` the arguments of its address."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("rows >= 0", name="rows"),
        CheckConstraint(
            "state <> 'ready' OR (storage_key IS NOT NULL AND rows IS NOT NULL)", name="ready"
        ),
        Index(None, "requested_by_id", "id"),
    )

    requested_by_id: Mapped[uuid.UUID | None]
    requested_by_label: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = state_column(EXPORT)
    storage_key: Mapped[str | None] = mapped_column(String(300), unique=True)
    rows: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]

    @property
    def file_name(self) -> str:
        """The name under which it is downloaded: ``stock-items-2026-11-21.csv``."""
        words = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or self.kind
        return f"{words}-{self.created_at:%Y-%m-%d}.csv"
