"""The supervisor restarts what dies and leaves nothing behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.embedded import processes
from app.cli.embedded.home import Home
from app.cli.embedded.supervisor import Child, Supervisor
from tests.waiting import eventually


class Said(list[str]):
    """What the supervisor said."""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    said = Said()
    keeper = Supervisor(Home.at(tmp_path / "the home"), say=said.append, starting=False)
    yield keeper
    keeper.told_to_hurry.set()
    keeper.stop_all()


def child(supervisor: Supervisor, name: str, code: str, *, is_server: bool = False) -> Child:
    home = supervisor.home
    return Child(
        name,
        lambda: processes.spawn(
            [sys.executable, "-c", code],
            pid_file=home.pid_file(name),
            log_file=home.log(name),
            cwd=home.path,
            env={**os.environ, "MAKEREADY_HOME": str(home.path)},
        ),
        is_server=is_server,
    )


SLEEP = "import time; time.sleep(600)"


def test_a_killed_process_starts_again(supervisor: Supervisor) -> None:
    one = supervisor.add(child(supervisor, "web", SLEEP))
    assert one.process is not None
    first = one.process
    first.kill()
    first.wait()

    def again() -> bool:
        supervisor.look_after()
        return one.process is not first

    eventually(again)
    assert one.process.poll() is None


def test_what_keeps_dying_waits_longer_each_time(supervisor: Supervisor) -> None:
    one = supervisor.add(child(supervisor, "web", "raise SystemExit(3)"))
    pauses = []
    for _ in range(2):
        assert one.process is not None
        one.process.wait()
        supervisor.look_after()
        assert one.start_again_at is not None
        pauses.append(one.start_again_at - time.monotonic())
        one.start_again_at = time.monotonic()
        supervisor.look_after()
    assert pauses[1] > pauses[0] * 1.5


def test_stopping_ends_processes_before_servers_and_leaves_nobody(supervisor: Supervisor) -> None:
    note = supervisor.home.path / "order"
    polite = (
        "import signal, sys, time\n"
        f"def end(*_): open({str(note)!r}, 'a').write(sys.argv[1] if sys.argv[1:] else NAME)\n"
        "def stop(*_):\n    end(); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); open(READY, 'w').close(); time.sleep(600)"
    )
    for name, is_server in (("S", True), ("P", False)):
        ready = str(supervisor.home.path / f"ready-{name}")
        code = f"NAME = {name!r}; READY = {ready!r}\n{polite}"
        supervisor.add(child(supervisor, name, code, is_server=is_server))
        eventually(Path(ready).exists)
    pids = [one.process.pid for one in supervisor.children if one.process]
    supervisor.stop_all()
    assert note.read_text() == "PS"
    assert [pid for pid in pids if processes.start_ticks(pid)] == []


def test_stopping_does_not_wait_for_what_ignores_it(supervisor: Supervisor) -> None:
    code = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEP}"
    one = supervisor.add(child(supervisor, "deaf", code))
    supervisor.told_to_hurry.set()
    supervisor.stop_all()
    assert one.process is not None
    assert one.process.poll() is not None
