"""The migrations make exactly the tables that the models say."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.core.db import Model, append_only_models
from tests.servers import Database


def is_ours(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
    """Whether the shop has it: tests of the core map tables of their own."""
    tests_own = {
        str(mapper.local_table)
        for mapper in Model.registry.mappers
        if mapper.class_.__module__.startswith("tests.")
    }
    return kind != "table" or reflected or name not in tests_own


def test_models_and_migrations_agree(database: Database) -> None:
    __import__("app.models")
    engine = sa.create_engine(database.owner_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        found: list[Any] = compare_metadata(context, Model.metadata)
    engine.dispose()
    assert found == []


def test_the_application_may_not_change_what_is_written_once(database: Database) -> None:
    __import__("app.models")
    engine = sa.create_engine(database.owner_url)
    may = sa.text("SELECT has_table_privilege('makeready_app', :name, :verb)")
    with engine.connect() as connection:
        allowed = [
            (name, verb)
            for name in append_only_models()
            for verb in ("UPDATE", "DELETE", "TRUNCATE")
            if connection.scalar(may, {"name": name, "verb": verb})
        ]
        triggers = set(
            connection.scalars(sa.text("SELECT tgrelid::regclass::text FROM pg_trigger"))
        )
    engine.dispose()
    assert allowed == []
    assert set(append_only_models()) <= triggers
    assert len(append_only_models()) > 5
