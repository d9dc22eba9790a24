"""Connections to mail servers, kept open between messages: one idle one for each thread at work."""

import smtplib
import socket
import ssl
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from app.core.outbound.adapters import AdapterError

TIMEOUT_S = 10
LET_IN_S = 30
OLDEST_S = 300
"""A connection is closed after this long: mail servers move, and some cut long ones off."""
MOST_MESSAGES = 100
"""Many servers take no more than this over one connection."""
CHECK_AFTER_S = 1.0
"""One that was idle for longer is tested by NOOP before it is used again."""


class Server(smtplib.SMTP):
    """A mail server, cut off where it has not let us in within `LET_IN_S`: each of its lines may come in time,
    letter by letter, and the whole still takes for ever."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self.sock = None
        self._patience = threading.Timer(LET_IN_S, self._cut)
        self._patience.daemon = True
        self._patience.start()
        super().__init__(*args, **more)

    def is_in(self) -> None:
        """Note that we are signed in."""
        self._patience.cancel()

    def close(self) -> None:
        """Close the connection; nobody waits for it."""
        self._patience.cancel()
        super().close()

    def _cut(self) -> None:
        if (line := self.sock) is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


@dataclass
class Connection:
    """An open connection; times are monotonic seconds."""

    server: smtplib.SMTP
    opened_at: float = field(default_factory=time.monotonic)
    used_at: float = field(default_factory=time.monotonic)
    messages: int = 0

    def is_usable(self) -> bool:
        """Return whether it is young enough and the server still answers."""
        moment = time.monotonic()
        if moment - self.opened_at > OLDEST_S or self.messages >= MOST_MESSAGES:
            return False
        if moment - self.used_at <= CHECK_AFTER_S:
            return True
        try:
            return self.server.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False


_idle: dict[Any, list[Connection]] = defaultdict(list)
_guard = threading.Lock()


@contextmanager
def open_connection(settings: Any, *, fresh: bool = False) -> Iterator[smtplib.SMTP]:
    """Give a connection that is signed in; it is kept for the next message unless something failed.

    `fresh` opens a new one and closes it. Raises AdapterError where the server can't be reached.
    """
    connection = (None if fresh else _take(settings)) or Connection(_connect(settings))
    try:
        yield connection.server
    except BaseException:
        connection.server.close()
        raise
    connection.messages += 1
    connection.used_at = time.monotonic()
    if fresh:
        _quit(connection)
        return
    with _guard:
        _idle[settings].append(connection)


def _take(settings: Any) -> Connection | None:
    while True:
        with _guard:
            connection = _idle[settings].pop() if _idle[settings] else None
        if connection is None or connection.is_usable():
            return connection
        _quit(connection)


def _quit(connection: Connection) -> None:
    try:
        connection.server.quit()
    except (OSError, smtplib.SMTPException):
        connection.server.close()


def _connect(settings: Any) -> smtplib.SMTP:
    try:
        server = Server(settings.host, settings.port, timeout=TIMEOUT_S)
        try:
            if settings.starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, settings.password.get_secret_value())
            server.ehlo_or_helo_if_needed()
            server.is_in()
        except BaseException:
            server.close()
            raise
    except smtplib.SMTPAuthenticationError as problem:
        raise AdapterError("The mail server refuses our sign-in.", permanent=False) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise AdapterError(
            f"The mail server does not answer ({problem}).", permanent=False
        ) from problem
    return server
