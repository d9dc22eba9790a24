"""The servers of the embedded shop: first start, second start, data kept, roles."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.cli.embedded import home as homes
from app.cli.embedded import postgres, processes, valkey
from app.cli.embedded.home import Home
from app.cli.embedded.waiting import wait_for


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home with a space in its path, in a folder that nobody else can enter."""
    tmp_path.chmod(0o700)
    made = Home.at(tmp_path / "a home")
    yield made
    for pid_file in made.folder("run").glob("*.pid"):
        processes.end(pid_file, grace_s=0)
    note = made.path / "postgres" / "place"
    if note.exists():
        shutil.rmtree(note.read_text().strip())


def test_a_database_survives_a_kill(home: Home) -> None:
    values = homes.settle(home, web_port=8000)
    process = postgres.start(home, values)
    wait_for(postgres, home, values, process)
    postgres.make_roles(values)
    assert postgres.make_database(values)
    owner = values["OWNER_DATABASE_URL"].replace("+psycopg", "")
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    process.kill()
    process.wait()
    processes.end(home.pid_file(postgres.NAME), grace_s=0, mark=home.mark)

    again = postgres.start(home, values)
    wait_for(postgres, home, values, again)
    assert not postgres.make_database(values)
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert processes.end(home.pid_file(postgres.NAME), first=postgres.STOP_SIGNAL)
    again.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to start it as somebody else")
def test_root_starts_it_as_another_user_where_that_user_can_go(home: Home) -> None:
    place = postgres.place(home)
    assert place.user is not None
    assert place.user.pw_uid != 0
    assert not place.data.is_relative_to(home.path)
    assert postgres.place(home) == place


def test_valkey_asks_for_its_password(home: Home) -> None:
    values = homes.settle(home, web_port=8000)
    process = valkey.start(home, values)
    wait_for(valkey, home, values, process)
    assert valkey.answers(values)
    assert not valkey.answers(values | {"VALKEY_PASSWORD": "guessed"})
    assert processes.end(home.pid_file(valkey.NAME))
    process.wait()
