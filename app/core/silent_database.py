"""A database that takes connections and answers nothing: who waits for it is told so within seconds.

PostgreSQL's own time-outs need a server that runs, and the system's need one that is gone. So `web` looks twice
a second at its connections. Where a statement takes long, the server is asked for a sign of life, which costs it
nothing. Without one every connection is cut, which ends all waiting, and none is made until it answers again.
"""

import contextlib
import os
import socket
import struct
import threading
import time
import weakref
from typing import Any

import psycopg
import structlog
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

log = structlog.get_logger(__name__)
LOOK_EVERY_S = 0.5
#: A statement that runs for so long is a reason to ask.
LONG_S = 1.5
#: The server is silent when it gave no answer so often, each time for so long.
ASKED_TIMES = 2
ANSWER_S = 1.5
#: PostgreSQL's SSLRequest: the first thing that a client may say, and answered by one letter before anything else.
SIGN_OF_LIFE = struct.pack("!ii", 8, 80877103)
ENDED = "the database is silent"

Address = tuple[str, int]
Connection = psycopg.Connection[Any]


class Watch:
    """The connections of this process, looked at by a thread of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.connections: weakref.WeakKeyDictionary[Connection, Address] = (
            weakref.WeakKeyDictionary()
        )
        self.busy_since: dict[int, float] = {}
        self.silent: set[Address] = set()

    def begin(self) -> None:
        """Look at every connection that is made from now on."""
        event.listen(Pool, "connect", self.note_made)
        event.listen(Engine, "do_connect", self.refuse_while_silent)
        threading.Thread(target=self._run, name="silent-database", daemon=True).start()

    def note_made(self, connection: Any, _record: Any) -> None:
        """Take a new connection in."""
        pgconn = connection.pgconn
        with self.lock:
            host = (pgconn.hostaddr or pgconn.host).decode()
            self.connections[connection] = (host, int(pgconn.port))

    def refuse_while_silent(self, _dialect: Any, _record: Any, _args: Any, given: Any) -> None:
        """Let nobody wait for a silent server; where there are several, one of them may answer."""
        if self.silent and "," not in str(given.get("host", "")):
            raise psycopg.OperationalError(ENDED)

    def all_connections(self) -> list[tuple[Connection, Address]]:
        """Return those that are there now, each with its server."""
        with self.lock:
            return list(self.connections.items())

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            try:
                self.look()
            except Exception:  # a watch that stops is none
                log.exception("database.watch_failed")

    def look(self) -> None:
        """Note which connections wait for an answer; cut all of a server that gives nobody one."""
        now = time.monotonic()
        waiting = {id(one): place for one, place in self.all_connections() if _is_busy(one)}
        self.busy_since = {key: self.busy_since.get(key, now) for key in waiting}
        long = {waiting[key] for key, since in self.busy_since.items() if now - since >= LONG_S}
        for place in self.silent | long:
            if any(is_answering(place) for _ in range(ASKED_TIMES)):
                if place in self.silent:
                    log.info("database.answers_again")
                self.silent.discard(place)
                continue
            if place not in self.silent:
                log.error("database.silent", waiting=len(waiting))
            self.silent.add(place)
            for one, at in self.all_connections():
                if at == place:
                    _cut(one)


def is_answering(address: Address) -> bool:
    """Return whether the server at `address` gives a sign of life; one that refuses us gives it too."""
    host, port = address
    is_path = host.startswith("/")
    with socket.socket(socket.AF_UNIX) if is_path else socket.socket(_family(host)) as link:
        link.settimeout(ANSWER_S)
        try:
            link.connect(f"{host}/.s.PGSQL.{port}" if is_path else (host, port))
            link.sendall(SIGN_OF_LIFE)
            link.recv(1)
        except TimeoutError:
            return False
        except OSError:
            return True
    return True


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_busy(connection: Connection) -> bool:
    return connection.pgconn.transaction_status == TransactionStatus.ACTIVE


def _cut(connection: Connection) -> None:
    """End both directions of the connection's socket, which wakes whoever waits at it."""
    with contextlib.suppress(OSError, psycopg.Error):
        if not connection.closed:
            with socket.socket(fileno=os.dup(connection.pgconn.socket)) as link:
                link.shutdown(socket.SHUT_RDWR)


_watching: list[int] = []


def watch() -> None:
    """Let this process be told of a silent database; once, and after it was forked."""
    if os.getpid() not in _watching:
        _watching[:] = [os.getpid()]
        Watch().begin()
