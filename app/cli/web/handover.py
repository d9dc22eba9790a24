"""From a stopping process to its successor: nobody who connects meanwhile is turned away.

A supervisor that keeps the listening socket passes it as ``WEB_BIND=fd://N``, and as ``WEB_LINE`` the number of a
socket to itself: we say on it that we leave, and that we are ready. It closes its end once the successor is.
Behind other supervisors ``WEB_DRAIN_S`` is how long a stopping process goes on, while `/readyz` says that it stops.
"""

from __future__ import annotations

import os
import socket

DRAIN_S = float(os.environ.get("WEB_DRAIN_S", "0"))
#: How long an idle connection outlives the end of taking new ones.
IDLE_S = 1.0
LEAVING, READY = b"L", b"R"


def _line() -> socket.socket | None:
    number = os.environ.get("WEB_LINE", "")
    return socket.socket(fileno=os.dup(int(number))) if number else None


def say_ready() -> None:
    """Tell the supervisor that this process serves, so that its predecessor may go."""
    line = _line()
    if line is not None:
        with line:
            _say(line, READY)


def _say(line: socket.socket, word: bytes) -> bool:
    try:
        line.send(word)
    except OSError:
        return False
    return True


class Successor:
    """The process that takes our place, as far as the supervisor starts one."""

    def __init__(self) -> None:
        self._line = _line()
        if self._line is not None:
            self._line.setblocking(False)
            if not _say(self._line, LEAVING):
                self._line = None

    def is_awaited(self) -> bool:
        """Return whether the supervisor is still starting it."""
        if self._line is None:
            return False
        try:
            return bool(self._line.recv(1))
        except BlockingIOError:
            return True
        except OSError:
            return False
