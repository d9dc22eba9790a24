"""The whole shop as `bin/run` starts it, in a home of its own, for tests that need every process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.cli.embedded import home as homes
from app.cli.embedded import ports
from app.cli.embedded.home import Home

ROOT = Path(__file__).resolve().parents[2]
READY_WORDS = "Ctrl-C stops it."
LEASE_S = 6  # how long what a killed process held stays its own
# What another shop's or the tests' own environment says must not reach this one.
OWN = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "CI")


@dataclass
class RunningShop:
    """A supervisor with everything under it."""

    home: Path
    process: subprocess.Popen[str]

    def environment(self) -> dict[str, str]:
        """What a person at a shell has: the home and nothing else."""
        kept = {key: os.environ[key] for key in OWN if key in os.environ}
        return {**kept, "MAKEREADY_HOME": str(self.home)}

    def settings(self) -> dict[str, str]:
        """What shop.env says."""
        return homes.read_settings(Home.at(self.home))

    def flask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `flask` command against this shop."""
        return subprocess.run(
            [str(Path(sys.prefix) / "bin" / "flask"), *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=300,
        )

    def walk(
        self, file: Path, *arguments: str, at: dict[str, Callable[[], None]] | None = None
    ) -> list[dict[str, Any]]:
        """Walk `file` and return the steps; `at` maps a step's beginning to what happens before it."""
        process = subprocess.Popen(
            [str(Path(sys.prefix) / "bin" / "flask"), "walk", str(file), "--json", *arguments],
            cwd=ROOT,
            env=self.environment() | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        steps = list(_steps(process.stdout, at or {}))
        process.wait(timeout=60)
        return steps

    def kill(self, name: str) -> None:
        """Kill -9 the process `name` of the Procfile, with all its children."""
        pid = int((self.home / "run" / f"{name}.pid").read_text().split()[0])
        os.killpg(os.getpgid(pid), signal.SIGKILL)

    def wipe_redis(self) -> None:
        """Forget everything that Redis holds."""
        import redis

        with redis.Redis.from_url(self.settings()["REDIS_URL"]) as store:
            store.flushall()


def _steps(lines: IO[str], at: dict[str, Callable[[], None]]) -> Iterator[dict[str, Any]]:
    waiting = dict(at)
    for line in lines:
        try:
            step = json.loads(line)
        except ValueError:
            step = {"step": "said", "ok": False, "problem": line.rstrip()}
        yield step
        for words in [words for words in waiting if words in step["step"]]:
            waiting.pop(words)()
    assert not waiting, f"the walk never came to: {', '.join(waiting)}"


def start(home: Path, *arguments: str, **more: str) -> RunningShop:
    """Start a shop in `home` on a free port, with `more` settings, and return it when it is open."""
    kept = {key: os.environ[key] for key in OWN if key in os.environ}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "app.cli.embedded",
            "--home", str(home), "--port", str(ports.pick()), *arguments,
        ],
        cwd=ROOT,
        env=kept | {"PYTHONPATH": str(ROOT), "LEASE_S": str(LEASE_S)} | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if READY_WORDS in line:
            return RunningShop(home, process)
    raise AssertionError("the shop did not open:\n" + "".join(said))


def stop(shop: RunningShop) -> None:
    """Ctrl-C."""
    if shop.process.poll() is None:
        shop.process.send_signal(signal.SIGINT)
        shop.process.wait(timeout=30)
