"""`flask db` on a database of its own: forward, back, and what it says where it can't."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from app.cli.migrations import is_current
from tests.conftest import Committed

HEAD = sa.text("SELECT version_num FROM alembic_version")


@pytest.fixture
def flask_db(committed: Committed) -> Any:
    """Run ``flask db …`` on the test's own database."""

    def run(*arguments: str) -> Any:
        return committed.app.test_cli_runner().invoke(args=["db", *arguments])

    return run


def version(committed: Committed) -> str:
    with committed.owner_engine.connect() as connection:
        return str(connection.scalar(HEAD))


def test_it_goes_back_by_one_and_forward_again(committed: Committed, flask_db: Any) -> None:
    newest = version(committed)
    assert newest in flask_db("current").output
    back = flask_db("downgrade")
    assert (back.exit_code, back.output.splitlines()[0]) == (0, f"Taken back: {newest}")
    assert version(committed) != newest
    assert not is_current(committed.database.owner_url)
    forward = flask_db("upgrade")
    assert forward.exit_code == 0
    assert f"Applied: {newest}" in forward.output
    assert forward.output.splitlines()[-1] == f"{newest} (head)"
    assert version(committed) == newest
    assert is_current(committed.database.owner_url)
    assert flask_db("upgrade").exit_code == 0  # twice in a row


def test_models_and_migrations_say_the_same(flask_db: Any) -> None:
    told = flask_db("check")
    assert told.exit_code == 0, told.output


def test_the_list_begins_with_the_newest(committed: Committed, flask_db: Any) -> None:
    assert version(committed) in flask_db("history").output.splitlines()[0]


def test_an_unknown_version_is_one_sentence(flask_db: Any) -> None:
    told = flask_db("upgrade", "nowhere")
    assert told.exit_code == 1
    assert "nowhere" in told.output
    assert "Nothing was changed." in told.output
    assert "Traceback" not in told.output


def test_the_sql_is_printed_and_nothing_is_done(committed: Committed, flask_db: Any) -> None:
    newest = version(committed)
    told = flask_db("downgrade", "--sql", f"{newest}:-1")
    assert told.exit_code == 0, told.output
    assert "UPDATE alembic_version" in told.output
    assert version(committed) == newest


@pytest.mark.slow
def test_a_table_that_somebody_holds_makes_it_give_up_with_a_sentence(
    committed: Committed, flask_db: Any
) -> None:
    newest = version(committed)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with committed.owner_engine.begin() as connection:
            names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
            connection.execute(sa.text(f"LOCK TABLE {', '.join(sorted(names))}"))
            held.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    told = flask_db("downgrade")
    done.set()
    holder.join()
    assert told.exit_code == 1
    assert "lock timeout" in told.output
    assert "start it again" in told.output
    assert version(committed) == newest
