"""A database that takes connections and answers nothing ends nobody's patience: who waits is told so."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

from app.core.silent_database import Watch, is_answering
from tests.conftest import Committed
from tests.silent_server import silent_server
from tests.waiting import eventually


class Freezer:
    """Hands bytes to and fro between clients and the database, until it is told to stop."""

    def __init__(self, server: tuple[str, int]) -> None:
        self.server, self.flows = server, threading.Event()
        self.flows.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(self.server)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self.carry, args=pair, daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(65536):
                self.flows.wait(30)
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def freezer(committed: Committed) -> Iterator[Freezer]:
    url = committed.engine.url
    made = Freezer((str(url.host), int(url.port or 5432)))
    yield made
    made.flows.set()
    made.listener.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """A watch that looks when it is told to."""
    made = Watch()
    event.listen(Pool, "connect", made.note_made)
    event.listen(Engine, "do_connect", made.refuse_while_silent)
    yield made
    event.remove(Pool, "connect", made.note_made)
    event.remove(Engine, "do_connect", made.refuse_while_silent)


@pytest.fixture
def engine(committed: Committed, freezer: Freezer, watch: Watch) -> Iterator[sa.Engine]:
    url = sa.make_url(committed.environment["DATABASE_URL"])
    made = sa.create_engine(url.set(port=freezer.port), pool_pre_ping=True)
    with made.connect() as one, made.connect() as other:
        for connection in (one, other):
            connection.execute(sa.text("SELECT 1"))
    yield made
    freezer.flows.set()
    made.dispose()


@pytest.fixture
def lane() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def ask(engine: sa.Engine, query: str = "SELECT 1") -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.text(query)).scalar()


def looked(watch: Watch, until: Future[Any]) -> None:
    eventually(lambda: watch.look() or until.done(), 30)


def test_who_waits_for_a_silent_database_is_told_and_nobody_waits_after(
    engine: sa.Engine, freezer: Freezer, watch: Watch, lane: ThreadPoolExecutor
) -> None:
    freezer.flows.clear()
    waiting = [lane.submit(ask, engine) for _ in range(2)]
    looked(watch, waiting[0])
    for one in waiting:
        assert isinstance(one.exception(10), sa.exc.OperationalError)
    with pytest.raises((sa.exc.OperationalError, psycopg.OperationalError), match="silent"):
        ask(engine)
    freezer.flows.set()
    eventually(lambda: watch.look() or not watch.silent, 30)
    assert ask(engine) == 1


def test_a_slow_statement_is_waited_for(
    engine: sa.Engine, watch: Watch, lane: ThreadPoolExecutor
) -> None:
    slow = lane.submit(ask, engine, "SELECT 1 FROM pg_sleep(2.5)")
    looked(watch, slow)
    assert slow.result() == 1
    assert not watch.silent


def test_only_silence_is_silence(committed: Committed) -> None:
    url = committed.engine.url
    assert is_answering((str(url.host), int(url.port or 5432)))
    with silent_server() as port:
        assert not is_answering(("127.0.0.1", port))
    assert is_answering(("127.0.0.1", port)), "one that refuses is away, not silent"
