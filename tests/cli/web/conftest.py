"""`web` as the Procfile runs it, with a small application in the shop's place."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.cli.embedded import ports
from tests.servers import ROOT
from tests.waiting import eventually


@contextmanager
def web(
    bind: str, *, files: tuple[int, ...] = (), **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `web` with one worker of two threads until the end of the block."""
    one = {"WEB_BIND": bind, "WEB_WORKERS": "1", "WEB_THREADS": "2", "WEB_GRACE_S": "10"}
    argv = [sys.executable, "-m", "gunicorn", "-c", "app/cli/gunicorn_web.py", "--log-level=error"]
    process = subprocess.Popen(
        [*argv, "tests.cli.web.small_shop:app"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **one, **more},
        pass_fds=files,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a running `web`."""
    number = ports.pick()
    with web(f"127.0.0.1:{number}") as process:
        eventually(lambda: process.poll() is None and is_open(number), 30)
        yield number


def is_open(port: int) -> bool:
    """Return whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
