"""How migrations reach the database: as the owner's role, never waiting long for a lock."""

from __future__ import annotations

from typing import Any

import click
from alembic import context
from sqlalchemy import create_engine, pool, text

import app.models  # noqa: F401  (all tables, for comparison)
from app import declarations
from app.core.db import Model
from app.core.search.triggers import install
from app.core.settings import current

LOCK_TIMEOUT = "3s"
STATEMENT_TIMEOUT = "60s"


def owner_url() -> str:
    """Return the address of the role that owns the tables."""
    chosen = current()
    return chosen.owner_database_url or chosen.database_url


def offline() -> None:
    """Write the SQL instead of running it."""
    context.configure(
        url=owner_url(),
        target_metadata=Model.metadata,
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def tell(*, step: Any, **_rest: Any) -> None:
    """Say which migration was just applied or taken back."""
    click.echo(f"{'Applied' if step.is_upgrade else 'Taken back'}: {step.up_revision_id}")


def online() -> None:
    """Run the migrations, each in a transaction of its own, with a short lock time-out."""
    engine = create_engine(owner_url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"SET statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            transaction_per_migration=True,
            on_version_apply=tell,
        )
        with context.begin_transaction():
            context.run_migrations()
        declarations.load(declarations.SEARCH)
        if install(connection):
            click.echo("The search index was written anew, as what is found by it has changed.")
    engine.dispose()


if context.is_offline_mode():
    offline()
else:
    online()
