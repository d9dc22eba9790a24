"""A process of `web` that is told to end hands the port to the next one, and nobody is turned away."""

from __future__ import annotations

import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.embedded import ports, processes
from app.cli.embedded.home import Home
from app.cli.embedded.shared_port import SharedPort
from app.cli.embedded.supervisor import Child, Supervisor
from app.cli.embedded.waiting import Process
from tests.load import asking
from tests.servers import ROOT
from tests.waiting import eventually

WEB = (sys.executable, "-m", "gunicorn", "-c", "app/cli/gunicorn_web.py", "--log-level=error")


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    keeper = Supervisor(Home.at(tmp_path / "the home"), say=lambda words: None, starting=False)
    yield keeper
    keeper.told_to_hurry.set()
    keeper.stop_all()


@pytest.fixture
def web(supervisor: Supervisor) -> Child:
    """`web` on a port that the supervisor holds, with a small application in the shop's place."""
    home = supervisor.home

    def start(told: dict[str, str], files: tuple[int, ...]) -> Process:
        return processes.spawn(
            [*WEB, "tests.cli.web.small_shop:app"],
            pid_file=home.pid_file("web"),
            log_file=home.log("web"),
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "MAKEREADY_HOME": str(home.path), **told},
            files=files,
        )

    port = SharedPort(ports.pick(), start)
    return supervisor.add(Child("web", port.start_next, port=port))


def address(web: Child) -> str:
    assert web.port is not None
    return f"http://127.0.0.1:{web.port.port}"


def replaced(supervisor: Supervisor, web: Child) -> None:
    """Tell it to end and wait until another one serves in its place and it is gone."""
    old = web.process
    old.send_signal(signal.SIGTERM)

    def is_gone() -> bool:
        supervisor.look_after()
        return web.process is not old and old.poll() is not None

    eventually(is_gone, 30)


def test_three_processes_in_turn_answer_every_request(supervisor: Supervisor, web: Child) -> None:
    with asking(address(web), ["/a", "/b"], clients=6) as answers:
        eventually(lambda: len(answers.seconds) > 100, 30)
        for _ in range(2):
            replaced(supervisor, web)
        reached = len(answers.seconds)
        eventually(lambda: len(answers.seconds) > reached + 100, 30)
    assert answers.errors == []
    assert set(answers.statuses) == {200}
    assert list((supervisor.home.path / "run").glob("web-leaving-*")) == []


def test_a_request_that_comes_before_the_process_is_up_waits_for_it(web: Child) -> None:
    line = http.client.HTTPConnection("127.0.0.1", web.port.port if web.port else 0, timeout=30)
    line.request("GET", "/early")
    assert line.getresponse().read() == b"GET /early "


def test_a_request_under_way_is_answered_before_its_process_goes(
    supervisor: Supervisor, web: Child
) -> None:
    assert web.port is not None
    held = http.client.HTTPConnection("127.0.0.1", web.port.port, timeout=30)
    with asking(address(web), ["/a"], clients=1) as answers:
        eventually(lambda: len(answers.seconds) > 3, 30)
    held.request("GET", "/held?s=3")
    replaced(supervisor, web)
    assert held.getresponse().read() == b"GET /held "


def test_stopping_everything_waits_for_no_successor(supervisor: Supervisor, web: Child) -> None:
    with asking(address(web), ["/a"], clients=1) as answers:
        eventually(lambda: len(answers.seconds) > 3, 30)
    began = time.monotonic()
    supervisor.stop_all()
    assert time.monotonic() - began < 6
    assert web.process.poll() is not None
