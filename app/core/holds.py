"""Holds: a record laid over an order, a job or artwork, beside its state. One is open for it at a time."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Index, String, and_, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, db


class Hold(Record, Model):
    """One hold. `subject_kind` is the table of the record that is held."""

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "uq_holds_open",
            "subject_kind",
            "subject_id",
            unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_holds_follow_up", "follow_up_on", postgresql_where=text("released_at IS NULL")),
    )

    subject_kind: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[uuid.UUID]
    reason: Mapped[str] = mapped_column(String(500))
    owner_id: Mapped[uuid.UUID | None]
    owner_label: Mapped[str] = mapped_column(String(200))
    follow_up_on: Mapped[date | None] = mapped_column(Date)
    release_permission: Mapped[str] = mapped_column(String(64))
    released_at: Mapped[datetime | None]
    released_by_label: Mapped[str | None] = mapped_column(String(200))


def open_hold(row: Any) -> Hold | None:
    """Return the open hold of a record, None where there is none."""
    return db.session.scalars(select(Hold).where(is_open(row))).one_or_none()


def is_open(model: Any) -> ColumnElement[bool]:
    """Return the condition that joins a row of `model` with its open hold."""
    return and_(
        Hold.subject_kind == model.__tablename__,
        Hold.subject_id == model.id,
        Hold.released_at.is_(None),
    )


def is_due() -> ColumnElement[bool]:
    """Return the condition that a hold is to be followed up today or before."""
    return func.coalesce(Hold.follow_up_on <= func.current_date(), False)
