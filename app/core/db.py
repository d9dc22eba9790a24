"""The database: one base for all models, the columns they share, and row locks."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.core.database_faults import is_outage
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.translations import _

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {uuid.UUID: PgUUID(as_uuid=True), datetime: DateTime(timezone=True)}


@event.listens_for(Table, "after_parent_attach")
def _checks_belong_to_tables(table: Table, parent: Any) -> None:
    """Move a column's CHECK to its table: Alembic renders a table's constraints, never a column's."""
    for column in table.columns:
        for check in [c for c in column.constraints if isinstance(c, CheckConstraint)]:
            column.constraints.discard(check)
            table.append_constraint(CheckConstraint(check.sqltext, name=check.name))


def words_index(table: str, column: str) -> Index:
    """Return an index that finds any part of a text, whatever its case (ILIKE), by its trigrams."""
    operators = {column: "gin_trgm_ops"}
    name = f"ix_{table}_{column}_words"
    return Index(name, column, postgresql_using="gin", postgresql_ops=operators)


class OurSession(Session):
    """A session that ends also where its connection was lost: the server has rolled back by itself."""

    def rollback(self) -> None:
        """Roll back; a lost connection is thrown away instead."""
        try:
            super().rollback()
        except Exception as problem:
            if not is_outage(problem):
                raise
            self.invalidate()

    def close(self) -> None:
        """Give the connection back; a lost one is thrown away instead."""
        try:
            super().close()
        except Exception as problem:
            if not is_outage(problem):
                raise
            self.invalidate()


db = SQLAlchemy(metadata=Model.metadata, session_options={"class_": OurSession})


class Identified:
    """A UUIDv7 primary key and the moment of making."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-20)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)


class Record(Identified):
    """A row that may change; `updated_at` says when it last did."""

    updated_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), onupdate=func.now(), sort_order=91
    )


class Versioned:
    """A row that two people may edit: the second writer meets StaleDataError, not a lost update."""

    version_id: Mapped[int] = mapped_column(Integer, nullable=False, sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version_id}


#: Marks a column that a table of rows written once got later: where it is empty it is not part of a
#: row's hash, so that rows from before keep theirs.
HASHED_WHERE_SET = {"hashed_where_set": True}


class AppendOnly(Identified):
    """A row that is written once: its migration makes the database refuse everything else.

    `sealed_by_itself`: it carries the hash of its content, so no event has to (`app.core.seals`).
    """

    sealed_by_itself: ClassVar[bool] = False


def append_only_models() -> dict[str, Any]:
    """Return table → model of all rows that are written once, sorted."""
    models: Any = (mapper.class_ for mapper in Model.registry.mappers)
    found: dict[str, Any] = {m.__tablename__: m for m in models if issubclass(m, AppendOnly)}
    return dict(sorted(found.items()))


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """Return the CHECK, named like the column, that it holds one of `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def state_column(chart: Any) -> Mapped[str]:
    """Return a column for the states of `chart` with its CHECK; it starts in the chart's initial."""
    check = one_of("state", chart.states)
    return mapped_column(String(32), check, nullable=False, default=chart.initial)


def is_read_only() -> bool:
    """Return whether this transaction may not write (a replica): a page then leaves out its notes."""
    return bool(db.session.scalar(text("SHOW transaction_read_only")) == "on")


Row = TypeVar("Row", bound=Model)


def get(model: type[Row], row_id: Any, **options: Any) -> Row:
    """Return the row by its id without a lock; raise NotFound where there is none."""
    row = db.session.get(model, row_id, **options)
    if row is None:
        raise NotFound(_("There is nothing at this address."))
    return row


def find(model: type[Row], ref: str) -> Row:
    """Return the row whose id is written as `ref`; raise NotFound where there is none."""
    try:
        return get(model, uuid.UUID(ref))
    except ValueError:
        raise NotFound(_("There is nothing at this address.")) from None


def locked(model: type[Row], row_id: Any) -> Row:
    """Return the row by its id under FOR UPDATE, freshly read; raise NotFound where there is none."""
    return get(model, row_id, with_for_update=True, populate_existing=True)


def locked_all(model: type[Row], row_ids: Iterable[Any]) -> list[Row]:
    """Return the rows under FOR UPDATE, taken in primary key order so that nobody deadlocks. Of a table with
    several key columns, those whose first one is among `row_ids`."""
    first, *others = inspect(model).primary_key
    query = select(model).where(first.in_(sorted(set(row_ids)))).order_by(first, *others)
    options = {"populate_existing": True}
    return list(db.session.scalars(query.with_for_update(), execution_options=options))
