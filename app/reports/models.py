"""Exports that people requested, and what is derived for reports: daily figures, orders' progress."""

import re
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, String, Text, text
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
        stem = re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-") or self.kind
        return f"{stem}-{self.created_at:%Y-%m-%d}.csv"


class DailyFigure(Model):
    """One number of a day in the shop's zone; `label` parts it (a cause, a currency)."""

    __tablename__ = "daily_figures"

    measure: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    label: Mapped[str] = mapped_column(Text, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class DailyFiguresKept(Model):
    """Up to which moment daily figures are kept, and in which zone the days are. One row."""

    __tablename__ = "daily_figures_kept"

    zone: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]
    # read by processes of the release before, while they still run
    first_open_day: Mapped[date]


class OrderProgress(Model):
    """How far a placed or closed order has come. Kept by triggers, never written by the shop itself.

    `is_open`: something is still to be made or sent. `left_at`: when the last of its shipments left,
    None while one is still here.
    """

    __tablename__ = "order_progress"
    __table_args__ = (
        Index("ix_order_progress_open", "promised_on", postgresql_where=text("is_open")),
        Index("ix_order_progress_left_at", "left_at", postgresql_include=["promised_on"]),
        Index("ix_order_progress_no_job", "order_id", postgresql_where=text("NOT has_job")),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    promised_on: Mapped[date | None] = mapped_column(Date)
    left_at: Mapped[datetime | None]
    is_open: Mapped[bool]
    has_job: Mapped[bool]
