"""The realtime process as the Procfile runs it: gunicorn, ASGI, one worker."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.servers import ROOT
from tests.waiting import eventually


@contextmanager
def realtime_process(address: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Run it at `address` (host:port) with the shop's `environment` until the end of the block."""
    argv = [
        *(sys.executable, "-m", "gunicorn", "-k", "asgi", "-w", "1", "-b", address),
        *("--graceful-timeout", "1", "--log-level", "error"),
        "app.core.realtime_server:application",
    ]
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **environment})

    def answers() -> bool:
        assert process.poll() is None, "the realtime process ended"
        return healthy(address)

    try:
        eventually(answers, timeout_s=60)
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)


def healthy(address: str) -> bool:
    """Whether it answers and is well."""
    try:
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=2) as answer:
            return bool(answer.read() == b"ok\n")
    except OSError:
        return False
