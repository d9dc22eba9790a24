"""The sandboxed forks that this process keeps, each for one task at a time."""

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
os.register_at_fork(after_in_child=_idle.clear)  # a forked process leaves its parent's alone


class HostGone(Exception):
    """The host is no more, or (`is_slow`) did not answer long after its task should have ended."""

    def __init__(self, *, is_slow: bool = False) -> None:
        super().__init__("slow" if is_slow else "gone")
        self.is_slow = is_slow


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

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Have ``{"folder", "task", "wall_s", "watch"}`` done and return ``{"in_time", "exit"}``; raise HostGone."""
        poll = select.poll()
        poll.register(self.line, select.POLLIN)
        try:
            self.line.send(json.dumps(request).encode())
            if not poll.poll((request["wall_s"] + START_S) * 1000):
                raise HostGone(is_slow=True)
            told = self.line.recv(1024)
        except (BrokenPipeError, ConnectionResetError):
            told = b""
        if not told:
            raise HostGone
        return dict(json.loads(told))

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
    for host in _waiting():
        host.close()


atexit.register(end_all)


def _take() -> Host:
    """Return a host that waits, a new one where there is none."""
    for host in _waiting():
        if host.process.poll() is None:
            return host
        host.close()
    return Host()


def _waiting() -> Iterator[Host]:
    """Take this process's hosts off the list one by one; another thread may be quicker."""
    with contextlib.suppress(IndexError):
        while True:
            yield _idle.pop()


def _environment() -> dict[str, str]:
    """Return nothing of ours: no secret, no address. With fixed thread counts limits mean the same
    on every machine."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(64 * 1024 * 1024),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "VIPS_CONCURRENCY": "2",
    }
