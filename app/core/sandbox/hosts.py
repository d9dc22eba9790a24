"""The sandbox's hosts that this process keeps, each for one task at a time."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("host.py")
KEPT = ("LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "TZ")
START_S = 30  # what a busy machine may need to start a host and import its libraries
END_S = 5

_idle: list[Host] = []
_owner = 0


class Host:
    """A process that forks a child for each task; ends with this process, however that ends."""

    def __init__(self) -> None:
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", str(FILE)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=_environment(),
                start_new_session=True,
            )

    def ask(self, request: dict[str, Any], wall_s: float) -> dict[str, Any] | None:
        """Have `request` done and return ``{"in_time", "exit"}``; None where the host is gone."""
        try:
            self.line.send(json.dumps(request).encode())
            poll = select.poll()
            poll.register(self.line, select.POLLIN)
            if not poll.poll((wall_s + START_S) * 1000):
                return None
            told = self.line.recv(1024)
        except (BrokenPipeError, ConnectionResetError):
            return None
        answer: dict[str, Any] | None = json.loads(told) if told else None
        return answer

    def close(self) -> None:
        """End the host and with it what it runs."""
        self.line.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()  # the child dies with it
            self.process.wait()


@contextlib.contextmanager
def borrowed() -> Iterator[Host]:
    """Give a host to use; it is kept for the next task unless something went wrong."""
    host = _take()
    try:
        yield host
    except BaseException:
        host.close()
        raise
    _idle.append(host)


def end_all() -> None:
    """End the hosts that wait for work."""
    while _idle and _owner == os.getpid():
        _idle.pop().close()


def _take() -> Host:
    """Return a host that waits, a new one where there is none. A forked process has its own."""
    global _owner
    if _owner != os.getpid():
        _idle.clear()
        _owner = os.getpid()
        atexit.register(end_all)
    while _idle:
        host = _idle.pop()
        if host.process.poll() is None:
            return host
        host.close()
    return Host()


def _environment() -> dict[str, str]:
    """Nothing of ours: no secret, no address. Thread counts are fixed so that limits mean the same
    on every machine."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(64 * 1024 * 1024),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "VIPS_CONCURRENCY": "2",
    }
