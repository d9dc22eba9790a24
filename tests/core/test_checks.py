"""What the models promise by CHECK is what the migrated database refuses."""

from __future__ import annotations

import sqlalchemy as sa

import app.models  # noqa: F401  every room's tables
from app.core.db import Model


def test_every_check_of_the_models_stands_in_the_database(session):
    standing = set(
        session.scalars(
            sa.text(
                "SELECT conname FROM pg_constraint WHERE contype = 'c' "
                "AND connamespace = 'public'::regnamespace"
            )
        )
    )
    promised = {
        str(check.name)
        for table in Model.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, sa.CheckConstraint)
    }
    assert promised - standing == set()


def test_no_check_hangs_on_a_column_where_a_migration_would_not_see_it():
    lost = [
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        for check in column.constraints
        if isinstance(check, sa.CheckConstraint)
    ]
    assert lost == []
