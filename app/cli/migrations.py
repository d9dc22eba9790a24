"""`flask db`: the tables' versions, by Alembic's own commands."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from alembic.config import Config


@click.group("db")
def group() -> None:
    """Bring the tables to a version, and say which they have."""


def _config() -> Config:
    from alembic.config import Config

    from app.core.settings import ROOT

    folder = ROOT / "migrations"
    config = Config(str(folder / "alembic.ini"), stdout=sys.stdout)
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def _run(name: str, **options: Any) -> None:
    """Run Alembic's command; say in one sentence what it or the database refuses, and end with 1."""
    from alembic import command
    from alembic.util import CommandError
    from sqlalchemy.exc import OperationalError

    try:
        getattr(command, name)(_config(), **options)
    except CommandError as fault:
        raise click.ClickException(f"{fault} Nothing was changed.") from fault
    except OperationalError as fault:
        raise click.ClickException(
            f"{str(fault.orig).strip()} What was not finished was rolled back; start it again."
        ) from fault


def _move(way: str, revision: str, sql: bool) -> None:
    _run(way, revision=revision, sql=sql)
    if not sql:
        _run("current")


def is_current(database_url: str) -> bool:
    """Whether the newest migration was applied: two seconds saved at a warm start. Any doubt counts
    as no; `flask db upgrade` then does nothing if there is nothing to do."""
    import psycopg
    from alembic.script import ScriptDirectory

    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    try:
        with psycopg.connect(database_url.replace("+psycopg", "", 1)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except psycopg.Error:
        return False
    return bool(heads) and {row[0] for row in rows} == heads


@group.command()
@click.argument("revision", default="head")
@click.option("--sql", is_flag=True, help="Print the SQL instead of running it.")
def upgrade(revision: str, sql: bool) -> None:
    """Migrate forward to REVISION (all the way where none is named) and say where the tables are."""
    _move("upgrade", revision, sql)


@group.command(context_settings={"ignore_unknown_options": True})
@click.argument("revision", default="-1")
@click.option("--sql", is_flag=True, help="Print the SQL instead of running it.")
def downgrade(revision: str, sql: bool) -> None:
    """Take migrations back to REVISION (by one where none is named) and say where the tables are."""
    _move("downgrade", revision, sql)


for _name, _help in (
    ("current", "Print the version that the tables have."),
    ("history", "List the migrations, newest first."),
    ("check", "Fail where the models say something that no migration makes."),
):
    group.command(_name, help=_help)(partial(_run, _name))


@group.command()
@click.argument("name")
@click.option("--rev-id", required=True, help="Its number and name, as 0016_example.")
def revision(name: str, rev_id: str) -> None:
    """Begin a migration called NAME from what differs between models and tables."""
    _run("revision", message=name, autogenerate=True, rev_id=rev_id)
