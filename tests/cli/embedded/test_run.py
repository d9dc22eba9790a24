"""`bin/run` as a newcomer uses it: from a clean home to Ctrl-C, and after a crash."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.cli.embedded import home as homes
from app.cli.embedded import ports, processes
from app.cli.embedded.home import Home
from app.cli.embedded.prepare import ROOT

pytestmark = pytest.mark.slow
OPEN = "Ctrl-C stops it."
OWNER = {"OWNER_EMAIL": "owner@example.com", "OWNER_PASSWORD": "a long enough password 17"}


@dataclass
class Runs:
    """Starts of one home, each a child of this test."""

    home: Path
    port: int
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        environment = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        command = [sys.executable, "-m", "app.cli.embedded", "--port", str(self.port)]
        process = subprocess.Popen(
            [*command, "--no-demo", *arguments],
            cwd=ROOT,
            env={**environment, "MAKEREADY_HOME": str(self.home), **OWNER, **extra},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def opened(self, *arguments: str) -> subprocess.Popen[str]:
        """Start and return when the shop is open."""
        process = self.start(*arguments)
        said = ""
        assert process.stdout is not None
        for line in process.stdout:
            said += line
            if OPEN in line:
                return process
        raise AssertionError(said)

    def left(self) -> list[int]:
        """Every process that belongs to this home."""
        mark = f"MAKEREADY_HOME={self.home}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                marked = mark in (entry / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if marked and processes.start_ticks(int(entry.name)):
                found.append(int(entry.name))
        return found


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Starts of one home; the first test finds it clean."""
    with starts(tmp_path_factory.mktemp("run") / "a home") as made:
        yield made


@pytest.fixture
def clean(tmp_path: Path) -> Iterator[Runs]:
    """Starts of a home that nobody used."""
    with starts(tmp_path / "a home") as made:
        yield made


@contextmanager
def starts(home: Path) -> Iterator[Runs]:
    """Starts of `home`, of which nothing is left afterwards."""
    made = Runs(home, ports.pick())
    yield made
    for process in made.started:
        if process.poll() is None:
            process.kill()
            process.wait()
    used = Home.at(made.home)
    for pid_file in used.folder("run").glob("*.pid"):
        processes.end(pid_file, grace_s=0, mark=used.mark)
    note = used.path / "postgres" / "place"
    if note.exists():
        shutil.rmtree(note.read_text().strip())


@pytest.mark.extended
def test_from_a_clean_home_to_ctrl_c(runs: Runs) -> None:
    shop = runs.opened()
    token = homes.read_settings(Home.at(runs.home))["MONITOR_TOKEN"]
    ready = urllib.request.Request(
        f"http://127.0.0.1:{runs.port}/readyz", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(ready) as answer:
        assert answer.status == 200

    beside = runs.start()
    said, _ = beside.communicate(timeout=30)
    assert "already runs" in said
    assert f"http://127.0.0.1:{runs.port}" in said
    assert shop.poll() is None

    began = time.monotonic()
    shop.send_signal(signal.SIGINT)
    shop.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert shop.returncode == 0
    assert runs.left() == []


@pytest.mark.extended
def test_a_start_after_the_supervisor_was_killed(runs: Runs) -> None:
    first = runs.opened()
    first.kill()
    first.communicate()
    second = runs.opened()
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=30)
    assert runs.left() == []


def test_a_taken_port_is_named_in_one_sentence(clean: Runs) -> None:
    import socket

    with socket.socket() as taker:
        taker.bind((ports.HOST, clean.port))
        taker.listen()
        process = clean.start()
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {clean.port} is taken by" in said
    assert len(said.strip().splitlines()) == 1
    assert clean.left() == []


@pytest.mark.extended
def test_a_shop_without_demo_and_owner_prints_the_link_that_lets_the_first_one_in(
    clean: Runs,
) -> None:
    process = clean.start(OWNER_EMAIL="")
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if OPEN in line:
            break
    (link,) = re.findall(r"http://\S+/admin/set-up/\S+", said)
    with urllib.request.urlopen(link) as answer:
        assert "Set up your shop" in answer.read().decode()
    assert not (clean.home / "logs" / "setup-link.log").exists(), "a log keeps the way in"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
