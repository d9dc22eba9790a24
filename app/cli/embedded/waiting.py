"""Waiting for a server that was just started."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol


class NotReady(RuntimeError):
    """A server did not come up; the message is a sentence for the person at the terminal."""


class Process(Protocol):
    """What is used of a process here: `subprocess.Popen` has it, and `forks.Fork`."""

    @property
    def returncode(self) -> Any: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...


def wait_until(
    ready: Callable[[], bool],
    name: str,
    process: Process,
    log_file: Path,
    timeout_s: float,
) -> None:
    """Return as soon as `ready()`; raises NotReady when the process died or the time is up."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if process.poll() is not None:
            raise NotReady(
                f"{name} stopped right after its start (exit code {process.returncode}). "
                f"{tail(log_file)}The log is {log_file}."
            )
        if time.monotonic() > deadline:
            raise NotReady(f"{name} was not ready after {timeout_s:.0f} s. The log is {log_file}.")
        time.sleep(0.02)


def tail(log_file: Path) -> str:
    """The last line of a log that says something, as a sentence part; "" when it is empty."""
    try:
        lines = [line for line in log_file.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    return f"It said: {lines[-1].strip()[:300]} – " if lines else ""
