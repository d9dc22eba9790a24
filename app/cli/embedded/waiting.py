"""Waiting for a server that was just started."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from app.cli.embedded.home import Home


class NotReady(RuntimeError):
    """A server did not come up; the message is a sentence for the person at the terminal."""


class Process(Protocol):
    """What is used of a process here: `subprocess.Popen` has it, and `forks.Fork`."""

    @property
    def returncode(self) -> Any: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int, /) -> None: ...


class Server(Protocol):
    """What the modules of the three servers have in common."""

    NAME: str
    STOP_SIGNAL: int

    def start(self, home: Home, values: dict[str, str], *, outlive: bool = False) -> Process:
        """Start it; `outlive` is for tests: it survives us and gives up durability for speed."""

    def answers(self, values: dict[str, str]) -> bool:
        """Return whether it answers now."""


def wait_for(server: Server, home: Home, values: dict[str, str], process: Process) -> None:
    """Return as soon as `server` answers, recovery after a crash included; raises NotReady."""
    wait_until(lambda: server.answers(values), server.NAME, process, home.log(server.NAME))


def wait_until(
    ready: Callable[[], bool], name: str, process: Process, log_file: Path, timeout_s: float = 60
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


def http_status(address: str, token: str = "") -> int:
    """Return the status that a GET of `address`, with this bearer token, answers with; 0 where nobody answers
    within 2 s."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        asked = urllib.request.Request(address, headers=headers)  # nosec B310
        with urllib.request.urlopen(asked, timeout=2) as answer:  # nosec B310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def tail(log_file: Path) -> str:
    """The last line of a log that says something, as a sentence part; "" when it is empty."""
    try:
        lines = [line for line in log_file.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        return ""
    return f"It said: {lines[-1].strip()[:300]} – " if lines else ""
