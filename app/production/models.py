"""Tables of production. Quantities are never counted up in a column: they are sums of events."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import HASHED_WHERE_SET, AppendOnly, Model, Record, one_of, state_column
from app.production.states import GATE_CAUSES, GATES, JOB, KINDS, OPERATION, SHORT


class WorkCentre(Record, Model):
    """A place where work is done, with what its operator must know."""

    __tablename__ = "work_centres"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    instructions: Mapped[str] = mapped_column(Text, default="")

    def __str__(self) -> str:
        return self.name


class Job(Record, Model):
    """What is made for one order line. Jobs of one line form a tree and share `serial`.

    `quantity` is what this job answers for, the parts it handed on to its children included.
    `breakdown` says how many of these are of each variant; it is empty for a product without variants.
    `approved_sha256` is the hash of the file that the customer approved; nothing else is printed.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("(kind = 'first') = (parent_id IS NULL)", name="tree"),
        one_of("kind", KINDS),
        UniqueConstraint("serial", "suffix"),
        Index(
            "uq_jobs_first_of_line", "line_id", unique=True, postgresql_where=text("kind = 'first'")
        ),
        Index(None, "order_id"),
        Index(None, "line_id"),
        Index(None, "parent_id"),
        Index(None, "state", "due_on"),
        Index(None, "created_at", "id"),
        Index("ix_jobs_state_since", "state", "state_since"),
        Index(
            "ix_jobs_open",
            *("state", "due_on", "serial", "id"),
            postgresql_include=["order_id", "quantity"],
            postgresql_where=text("state NOT IN ('finished', 'cancelled')"),
        ),
        Index(
            "ix_jobs_open_due_on",
            *("due_on", "serial", "id"),
            postgresql_where=text("state NOT IN ('finished', 'cancelled')"),
        ),
        CheckConstraint("hold_reason <> ''", name="hold_reason"),
        Index("ix_jobs_held", "order_id", postgresql_where=text("hold_reason IS NOT NULL")),
        Index("ix_jobs_split", "parent_id", postgresql_where=text("kind = 'split'")),
    )

    serial: Mapped[int] = mapped_column(Identity(start=2001))
    suffix: Mapped[str] = mapped_column(String(60), default="")
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order_lines.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("jobs.id"))
    kind: Mapped[str] = mapped_column(String(16), default="first")
    cause: Mapped[str] = mapped_column(Text, default="")
    title: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int]
    breakdown: Mapped[dict[str, int]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'")
    )
    state: Mapped[str] = state_column(JOB)
    state_since: Mapped[datetime] = mapped_column(server_default=func.now())
    hold_reason: Mapped[str | None] = mapped_column(String(500))
    due_on: Mapped[date | None]
    scheduled_on: Mapped[date | None]
    approved_sha256: Mapped[str | None] = mapped_column(String(64))

    operations: Mapped[list[Operation]] = relationship(
        order_by="Operation.position", back_populates="job"
    )
    gates: Mapped[list[JobGate]] = relationship(order_by="JobGate.key", back_populates="job")

    @hybrid_property
    def number(self) -> str:
        """The number on every paper: J-2291, its second part J-2291-2, that one's reprint J-2291-2R."""
        return f"J-{self.serial}{self.suffix}"

    @number.inplace.expression
    @classmethod
    def _number_in_sql(cls) -> ColumnElement[str]:
        return func.concat("J-", cls.serial, cls.suffix)

    def __str__(self) -> str:
        return self.number


class JobGate(Record, Model):
    """One thing that must be true before the job may start; gates open independently.

    Of a closed gate, `cause` is the code of what it waits for, `waits_for` the words for people.
    """

    __tablename__ = "job_gates"
    __table_args__ = (
        UniqueConstraint("job_id", "key"),
        one_of("key", tuple(GATES)),
        one_of("cause", GATE_CAUSES),
        Index("ix_job_gates_closed", "job_id", postgresql_where=text("NOT is_open")),
        Index("ix_job_gates_cause", "cause", "job_id", postgresql_where=text("cause <> ''")),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id"))
    key: Mapped[str] = mapped_column(String(16))
    is_open: Mapped[bool] = mapped_column(default=False)
    waits_for: Mapped[str] = mapped_column(String(200), default="")
    cause: Mapped[str] = mapped_column(String(16), default="", server_default="")
    opened_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship(back_populates="gates")

    @property
    def is_short(self) -> bool:
        """Whether there is not enough material."""
        return self.cause in SHORT


class Operation(Record, Model):
    """One step of a job's route at a work centre, copied from the product's route.

    `counted` says whether pieces were counted since the step was last started.
    """

    __tablename__ = "operations"
    __table_args__ = (
        UniqueConstraint("job_id", "position"),
        CheckConstraint("setup_minutes >= 0 AND minutes_per_unit >= 0", name="minutes"),
        Index(None, "work_centre_id", "state"),
        Index(
            "ix_operations_started",
            *("work_centre_id", "started_at"),
            postgresql_where=text("state IN ('running', 'paused')"),
        ),
        Index(
            "ix_operations_pending",
            *("job_id", "position"),
            postgresql_include=["work_centre_id"],
            postgresql_where=text("state = 'pending'"),
        ),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    work_centre_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("work_centres.id"))
    setup_minutes: Mapped[Decimal] = mapped_column(Numeric(10, 3), default=0)
    minutes_per_unit: Mapped[Decimal] = mapped_column(Numeric(10, 3), default=0)
    is_quality_check: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = state_column(OPERATION)
    counted: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship(back_populates="operations")
    work_centre: Mapped[WorkCentre] = relationship(lazy="joined", innerjoin=True)

    @property
    def order_id(self) -> uuid.UUID:
        """The order that the step is made for."""
        return self.job.order_id

    def __str__(self) -> str:
        return self.name


class QuantityEvent(AppendOnly, Model):
    """Pieces that were counted, once and for all; a mistake is mended by another row, which takes back
    what the row `corrects_id` counted.

    `passed` left the step in order; `good` the same for the job (last step only; negative where
    good pieces were found bad later); `spoiled` must be made again; `cancelled` never will be made.
    """

    __tablename__ = "quantity_events"
    __table_args__ = (
        CheckConstraint(
            "(passed >= 0 AND spoiled >= 0 AND cancelled >= 0) OR corrects_id IS NOT NULL",
            name="counts",
        ),
        CheckConstraint(
            "(good >= 0 OR (operation_id IS NULL AND spoiled = -good)) OR corrects_id IS NOT NULL",
            name="good",
        ),
        Index(
            "uq_quantity_events_corrects_id",
            "corrects_id",
            unique=True,
            postgresql_where=text("corrects_id IS NOT NULL"),
        ),
        CheckConstraint("passed <> 0 OR spoiled <> 0 OR cancelled <> 0", name="something"),
        Index(None, "job_id"),
        Index(None, "operation_id"),
        Index(None, "created_at"),
        Index("ix_quantity_events_spoiled", "job_id", postgresql_where=text("spoiled > 0")),
        Index("ix_quantity_events_causes", "created_at", postgresql_where=text("cause <> ''")),
    )

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id"))
    operation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("operations.id"))
    passed: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    spoiled: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    cause: Mapped[str] = mapped_column(Text, default="")
    actor_label: Mapped[str] = mapped_column(String(200))
    entry_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("quantity_events.id"), info=HASHED_WHERE_SET
    )


class WorkOrder(AppendOnly, Model):
    """One printed job ticket: the stored PDF, its hash, and which approved file it shows."""

    __tablename__ = "work_orders"
    __table_args__ = (UniqueConstraint("job_id", "version"),)

    job_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("jobs.id"))
    version: Mapped[int] = mapped_column(CheckConstraint("version > 0", name="version"))
    storage_key: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    approved_sha256: Mapped[str | None] = mapped_column(String(64))
