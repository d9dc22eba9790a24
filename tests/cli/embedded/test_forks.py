"""Background processes as forks of one parent: found, ended and started again like programs."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.embedded import forks, processes
from app.cli.embedded.home import Home
from app.cli.embedded.supervisor import Child, Supervisor
from tests.waiting import eventually


@pytest.fixture
def fork(tmp_path: Path) -> Callable[[Callable[[], object]], forks.Fork]:
    def start(run: Callable[[], object]) -> forks.Fork:
        return forks.fork(run, pid_file=tmp_path / "one.pid", log_file=tmp_path / "one.log")

    return start


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (lambda: None, 0),
        (lambda: sys.exit(3), 3),
        (lambda: sys.exit("It is broken."), 1),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -signal.SIGKILL),
        (lambda: [][0], 1),
    ],
    ids=["end", "exit code", "sentence", "signal", "fault"],
)
def test_a_fork_ends_with_its_code(
    fork: Callable[..., forks.Fork], run: Callable[[], object], code: int
) -> None:
    child = fork(run)
    assert child.wait(20) == code == child.poll()
    child.send_signal(signal.SIGTERM)  # to nobody


def test_what_a_fork_prints_and_why_it_fell_is_in_its_log(
    fork: Callable[..., forks.Fork], tmp_path: Path
) -> None:
    def run() -> None:
        print("on its way")
        raise ValueError("no paper")

    fork(run).wait(20)
    said = (tmp_path / "one.log").read_text()
    assert said.startswith("on its way\n")
    assert said.endswith("ValueError: no paper\n")


def test_a_fork_is_found_by_its_pid_file_and_leads_a_session(
    fork: Callable[..., forks.Fork], tmp_path: Path
) -> None:
    child = fork(lambda: time.sleep(60))
    eventually(lambda: processes.is_alive(processes.read_record(tmp_path / "one.pid")))
    assert processes.session_members(child.pid) == [child.pid]
    with pytest.raises(TimeoutError):
        child.wait(0.1)
    child.send_signal(signal.SIGTERM)
    assert child.wait(20) == -signal.SIGTERM


def test_a_killed_fork_is_started_again_by_its_parent(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "a home")
    said: list[str] = []
    supervisor = Supervisor(home, say=said.append, starting=False)
    pid_file = home.pid_file("relay")
    one = supervisor.add(
        Child(
            "relay",
            lambda: forks.fork(
                lambda: time.sleep(60), pid_file=pid_file, log_file=tmp_path / "relay.log"
            ),
        )
    )
    first = one.process
    assert isinstance(first, forks.Fork)
    first.send_signal(signal.SIGKILL)

    def again() -> bool:
        supervisor.look_after()
        return one.process is not first

    eventually(again)
    assert "relay ended by SIGKILL" in said[0]
    supervisor.told_to_hurry.set()
    supervisor.stop_all()
    assert not pid_file.exists()
