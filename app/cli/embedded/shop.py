"""The order in which the embedded shop comes up."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.cli.embedded import (
    filling,
    forks,
    logs,
    mailcatcher,
    migrating,
    postgres,
    processes,
    procfile,
    seaweedfs,
    valkey,
)
from app.cli.embedded.filling import Choice
from app.cli.embedded.home import SERVER_PORTS, Home, write_settings
from app.cli.embedded.prepare import ROOT, step
from app.cli.embedded.supervisor import Child, Supervisor
from app.cli.embedded.waiting import NotReady, Process, tail, wait_until

# What only the supervisor and the servers may know: not in the environment of the application.
PRIVATE = {"POSTGRES_PASSWORD", "OWNER_PASSWORD_DB", "APP_PASSWORD_DB", "VALKEY_PASSWORD"}
READY_TIMEOUT_S = 60
COMMAND_TIMEOUT_S = 300
PROGRAMS = Path(sys.prefix) / "bin"


class Server(Protocol):
    """What the modules of the three servers have in common."""

    NAME: str
    STOP_SIGNAL: int

    def start(self, home: Home, values: dict[str, str]) -> subprocess.Popen[bytes]: ...


@dataclass
class EmbeddedShop:
    """One home with its settings (`values`, as in shop.env) under one supervisor."""

    home: Home
    values: dict[str, str]
    supervisor: Supervisor

    @property
    def signins_file(self) -> Path:
        """What `flask demo` printed: the demo's sign-ins."""
        return self.home.path / "demo-signins.txt"

    def environment(self) -> dict[str, str]:
        """What every process of the shop runs with."""
        hidden = PRIVATE | set(SERVER_PORTS)
        known = {key: value for key, value in self.values.items() if key not in hidden}
        path = f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
        own = {"PATH": path, "FLASK_APP": "wsgi:app", "PYTHONUNBUFFERED": "1", "WEB_GRACE_S": "3"}
        return {**os.environ, **known, **own}

    def bring_up(self, choice: Choice, owner: dict[str, str]) -> None:
        """Servers, tables, first content, processes; returns when /readyz is green.

        Raises NotReady with a sentence that names what did not come up, and its log.
        """
        logs.turn_over(self.home)
        with step("Database and cache"):
            storage = self._serve(seaweedfs)
            database = self._serve(postgres)
            cache = self._serve(valkey)
            self._catch_mail()
            postgres.wait(self.home, self.values, database)
            valkey.wait(self.home, self.values, cache)
            postgres.make_roles(self.values)
            postgres.make_database(self.values)
        if self._fork("tables", lambda: migrating.stop_unless_current(self.values)):
            with step("Tables"):
                self._run("migrations", [PROGRAMS / "flask", "db", "upgrade"])
        # Python needs longer to start than the storage does: let them start side by side.
        pages = self._start_processes(only={"web"})
        self._storage_ready(storage)
        if not filling.is_filled(self.values):
            self._fill(choice, owner)
        with step("Shop"):
            self._wait_until_ready()
        # After the pages, which somebody is waiting for; what is to be done is kept for them.
        self._start_processes(besides=pages)

    def _serve(self, server: Server) -> Process:
        child = Child(
            server.NAME,
            lambda: server.start(self.home, self.values),
            is_server=True,
            stop_signal=server.STOP_SIGNAL,
        )
        process = self.supervisor.add(child).process
        if process is None:
            raise NotReady(f"{server.NAME} could not be started.")
        return process

    def _catch_mail(self) -> None:
        command: list[str | Path] = [PROGRAMS / "python", "-m", "app.cli.embedded.mailcatcher"]
        command += [self.values["SMTP_PORT"], self.home.mail]
        name = mailcatcher.NAME
        self.supervisor.add(Child(name, self._starter(name, command), is_server=True))

    def _starter(
        self, name: str, command: Sequence[str | Path]
    ) -> Callable[[], subprocess.Popen[bytes]]:
        return lambda: processes.spawn(
            command,
            pid_file=self.home.pid_file(name),
            log_file=self.home.log(name),
            cwd=ROOT,
            env=self.environment(),
        )

    def _storage_ready(self, process: Process) -> None:
        address = self.values["BASE_URL"]
        allowed = f"{address} {address.replace('127.0.0.1', 'localhost')}"
        note = self.home.folder("seaweedfs") / "bucket-for"
        with step("Object storage"):
            seaweedfs.wait(self.home, self.values, process)
        if note.exists() and note.read_text() == allowed:
            return
        bucket, origins = self.values["S3_BUCKET"], allowed.split()
        if self._fork(
            "bucket", lambda: seaweedfs.make_bucket(self.values, bucket, origins=origins)
        ):
            log = self.home.log("bucket")
            raise NotReady(f"The bucket was not made. {tail(log)}The log is {log}.")
        note.write_text(allowed)

    def _fork(self, name: str, run: Callable[[], object]) -> int:
        """Run `run` where what it imports doesn't stay with us; return its exit code.

        Not while a step shows its running time: that is a thread, and a fork has none.
        """
        pid_file, log_file = self.home.pid_file(name), self.home.log(name)
        code = forks.fork(run, pid_file=pid_file, log_file=log_file).wait(COMMAND_TIMEOUT_S)
        pid_file.unlink(missing_ok=True)
        return code

    def _fill(self, choice: Choice, owner: dict[str, str]) -> None:
        if choice is Choice.DEMO:
            with step("Demo shop"):
                said = self._run("demo", [PROGRAMS / "flask", "demo"])
                self.signins_file.touch(mode=0o600)
                self.signins_file.write_text(said)
        else:
            with step("First owner"):
                module = "app.cli.embedded.first_owner"
                self._run("owner", [PROGRAMS / "python", "-m", module], extra=owner)
        self.values[filling.FILLED] = choice.value
        write_settings(self.home, self.values)

    def _run(
        self, name: str, command: Sequence[str | Path], *, extra: dict[str, str] | None = None
    ) -> str:
        """Run a command to its end and return what it printed; raises NotReady when it fails."""
        log = self.home.log(name)
        log.unlink(missing_ok=True)
        pid_file = self.home.pid_file(name)
        process = processes.spawn(
            command,
            pid_file=pid_file,
            log_file=log,
            cwd=ROOT,
            env={**self.environment(), **(extra or {})},
        )
        code = process.wait(timeout=COMMAND_TIMEOUT_S)
        pid_file.unlink(missing_ok=True)
        if code:
            raise NotReady(f"{name} failed. {tail(log)}The log is {log}.")
        return log.read_text(errors="replace")

    def _start_processes(
        self, *, only: set[str] | None = None, besides: set[str] | None = None
    ) -> set[str]:
        """Start the Procfile's processes (`only` some, or all `besides` some); returns their names."""
        entries = procfile.read(
            ROOT / "Procfile", programs=PROGRAMS, environment=self.environment()
        )
        chosen = [
            entry
            for entry in entries
            if (only is None or entry.name in only) and entry.name not in (besides or set())
        ]
        # Those of `flask` share one process's imports; their parent starts them again.
        forked = [entry.name for entry in chosen if Path(entry.argv[0]).name == "flask"]
        for entry in chosen:
            if entry.name not in forked:
                self.supervisor.add(Child(entry.name, self._starter(entry.name, entry.argv)))
        if forked:
            command: list[str | Path] = [
                PROGRAMS / "python",
                "-m",
                "app.cli.embedded.forks",
                *forked,
            ]
            self.supervisor.add(Child(forks.NAME, self._starter(forks.NAME, command)))
        return {entry.name for entry in chosen}

    def _wait_until_ready(self) -> None:
        web = next(child for child in self.supervisor.children if child.name == "web")
        if web.process is None:
            raise NotReady("web could not be started.")
        log = self.home.log("web")
        wait_until(self.is_ready, "web", web.process, log, READY_TIMEOUT_S)

    def is_ready(self) -> bool:
        """Whether GET /readyz answers 200."""
        address = f"{self.values['BASE_URL']}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # nosec B310
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
