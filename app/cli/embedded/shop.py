"""The order in which the embedded shop comes up."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.cli.embedded import (
    filling,
    forks,
    postgres,
    processes,
    procfile,
    seaweedfs,
    valkey,
    waiting,
)
from app.cli.embedded.filling import Choice
from app.cli.embedded.home import SERVER_PORTS, Home, write_private, write_settings
from app.cli.embedded.prepare import ROOT, step
from app.cli.embedded.shared_port import SharedPort
from app.cli.embedded.supervisor import Child, Supervisor
from app.cli.migrations import is_current
from app.core import process_secrets

# What only the supervisor and the servers may know: not in the environment of the application.
PRIVATE = {
    "POSTGRES_PASSWORD",
    "OWNER_PASSWORD_DB",
    "APP_PASSWORD_DB",
    "VALKEY_PASSWORD",
    "S3_ADMIN_ACCESS_KEY",
    "S3_ADMIN_SECRET_KEY",
}
#: In `shop.env`: the empty shop has its first owner.
HAS_OWNER = "HAS_OWNER"
COMMAND_TIMEOUT_S = 300
WEB_GRACE_S = "40"  # how long a process of `web` that was told to end waits for its successor
PROGRAMS = Path(sys.prefix) / "bin"


@dataclass
class EmbeddedShop:
    """One home with its settings (`values`, as in shop.env) under one supervisor."""

    home: Home
    values: dict[str, str]
    supervisor: Supervisor
    setup_link: str = ""

    @property
    def signins_file(self) -> Path:
        """What `flask demo` printed: the demo's sign-ins."""
        return self.home.path / "demo-signins.txt"

    def environment(self, process: str) -> dict[str, str]:
        """What `process` runs with: the settings, and those secrets that Procfile.secrets allows it."""
        hidden = PRIVATE | set(SERVER_PORTS)
        known = {key: value for key, value in self.values.items() if key not in hidden}
        given = {key: value for key, value in os.environ.items() if key not in PRIVATE}
        path = f"{PROGRAMS}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}"
        own = {"PATH": path, "FLASK_APP": "wsgi:app", "PYTHONUNBUFFERED": "1"}
        named = {process_secrets.NAME: process}
        return process_secrets.without_foreign({**given, **known, **own, **named}, process)

    def bring_up(self, choice: Choice, owner: dict[str, str]) -> None:
        """Servers, tables, first content, processes; returns when /readyz is green. Raises NotReady
        with a sentence that names what did not come up, and its log."""
        self.home.turn_logs_over()
        with step("Database and cache"):
            storage = self._serve(seaweedfs)
            database = self._serve(postgres)
            cache = self._serve(valkey)
            self._catch_mail()
            waiting.wait_for(postgres, self.home, self.values, database)
            waiting.wait_for(valkey, self.home, self.values, cache)
            postgres.make_roles(self.values)
            postgres.make_database(self.values)
        database_url = self.values["DATABASE_URL"]
        if self._fork("tables", lambda: sys.exit(not is_current(database_url))):
            with step("Tables"):
                self._run("migrations", "migrate", [PROGRAMS / "flask", "db", "upgrade"])
        # Python needs longer to start than the storage does: let them start side by side.
        self._start_processes(lambda name: name == "web")
        self._storage_ready(storage)
        if not filling.is_filled(self.values):
            self._fill(choice, owner)
        if choice is Choice.EMPTY:
            self._find_setup_link()
        with step("Shop"):
            web = next(child for child in self.supervisor.children if child.name == "web")
            waiting.wait_until(self.is_ready, "web", web.process, self.home.log("web"))
        # After the pages, which somebody is waiting for; what is to be done is kept for them.
        self._start_processes(lambda name: name != "web")

    def _serve(self, server: waiting.Server) -> waiting.Process:
        child = Child(
            server.NAME,
            lambda: server.start(self.home, self.values),
            is_server=True,
            stop_signal=server.STOP_SIGNAL,
        )
        return self.supervisor.add(child).process

    def _catch_mail(self) -> None:
        program = ("-m", "app.cli.embedded.mailcatcher", self.values["SMTP_PORT"], self.home.mail)
        self._supervise("mailcatcher", [PROGRAMS / "python", *program], is_server=True)

    def _supervise(
        self, name: str, command: Sequence[str | Path], *, is_server: bool = False
    ) -> None:
        start = partial(self._spawn, name, name, command)
        self.supervisor.add(Child(name, start, is_server=is_server))

    def _serve_pages(self, entry: procfile.Entry) -> None:
        """Start `web` on a port that we hold, so that it can be replaced without a gap."""

        def start(told: dict[str, str], files: tuple[int, ...]) -> waiting.Process:
            told = told | {"WEB_GRACE_S": WEB_GRACE_S}
            return self._spawn(entry.name, entry.name, entry.argv, told, files)

        port = SharedPort(int(self.values["PORT"]), start)
        self.supervisor.add(Child(entry.name, port.start_next, port=port))

    def _spawn(
        self,
        name: str,
        process: str,
        command: Sequence[str | Path],
        extra: Mapping[str, str] | None = None,
        files: Sequence[int] = (),
    ) -> subprocess.Popen[bytes]:
        return processes.spawn(
            command,
            pid_file=self.home.pid_file(name),
            log_file=self.home.log(name),
            cwd=ROOT,
            env={**self.environment(process), **(extra or {})},
            files=files,
        )

    def _storage_ready(self, process: waiting.Process) -> None:
        address = self.values["BASE_URL"]
        allowed = f"{address} {address.replace('127.0.0.1', 'localhost')}"
        note = self.home.folder("seaweedfs") / "every-bucket-for"
        with step("Object storage"):
            waiting.wait_for(seaweedfs, self.home, self.values, process)
        if note.exists() and note.read_text() == allowed:
            return
        if self._fork("buckets", partial(self._make_buckets, allowed.split())):
            log = self.home.log("buckets")
            raise waiting.NotReady(
                f"The buckets were not made. {waiting.tail(log)}The log is {log}."
            )
        note.write_text(allowed)

    def _make_buckets(self, origins: list[str]) -> None:
        for name, can_lock in (("S3_BUCKET", True), ("S3_INTAKE_BUCKET", False)):
            seaweedfs.make_bucket(
                self.values, self.values[name], origins=origins, can_lock=can_lock
            )
        seaweedfs.make_anchor_bucket(self.values, self.values["ANCHOR_BUCKET"])

    def _fork(self, name: str, run: Callable[[], object]) -> int:
        """Run `run` where what it imports doesn't stay with us; return its exit code. Not while a
        step shows its running time: that is a thread, and a fork has none."""
        pid_file, log_file = self.home.pid_file(name), self.home.log(name)
        code = forks.fork(run, pid_file=pid_file, log_file=log_file).wait(COMMAND_TIMEOUT_S)
        pid_file.unlink(missing_ok=True)
        return code

    def _fill(self, choice: Choice, owner: dict[str, str]) -> None:
        if choice is Choice.DEMO:
            with step("Demo shop"):
                printed = self._run("demo", "fill", [PROGRAMS / "flask", "demo"])
                write_private(self.signins_file, printed)
        elif owner:
            with step("First owner"):
                who = ("--email", owner["OWNER_EMAIL"], "--name", owner["OWNER_NAME"])
                create: list[str | Path] = [PROGRAMS / "flask", "owner", "create", "--first", *who]
                self._run("owner", "fill", create, **owner)
        self.values[filling.FILLED] = choice.value
        write_settings(self.home, self.values)

    def _find_setup_link(self) -> None:
        """Ask for the link by which the first owner comes in, until there is one."""
        if self.values.get(HAS_OWNER):
            return
        printed = self._run("setup-link", "fill", [PROGRAMS / "flask", "setup-link"])
        self.home.log("setup-link").unlink()  # whoever reads logs is not let in by them
        self.setup_link = next((row for row in printed.split() if "/admin/set-up/" in row), "")
        if not self.setup_link:
            self.values[HAS_OWNER] = "yes"
            write_settings(self.home, self.values)

    def _run(self, name: str, process: str, command: Sequence[str | Path], **extra: str) -> str:
        """Run a command to its end and return what it printed; raises NotReady when it fails."""
        log = self.home.log(name)
        log.unlink(missing_ok=True)
        code = self._spawn(name, process, command, extra).wait(timeout=COMMAND_TIMEOUT_S)
        self.home.pid_file(name).unlink(missing_ok=True)
        if code:
            raise waiting.NotReady(f"{name} failed. {waiting.tail(log)}The log is {log}.")
        return log.read_text(errors="replace")

    def _start_processes(self, is_wanted: Callable[[str], bool]) -> None:
        """Start those processes of the Procfile whose names are wanted."""
        known = self.environment(forks.NAME)
        entries = procfile.read(ROOT / "Procfile", programs=PROGRAMS, environment=known)
        # Those of `flask` share one process's imports; their parent starts them again.
        forked = []
        for entry in filter(lambda entry: is_wanted(entry.name), entries):
            if Path(entry.argv[0]).name == "flask":
                forked.append(entry.name)
            elif entry.name == "web":
                self._serve_pages(entry)
            else:
                self._supervise(entry.name, entry.argv)
        if forked:
            parent = ("-m", "app.cli.embedded.forks", *forked)
            self._supervise(forks.NAME, [PROGRAMS / "python", *parent])

    def is_ready(self) -> bool:
        """Whether GET /readyz answers 200."""
        address, token = f"{self.values['BASE_URL']}/readyz", self.values["MONITOR_TOKEN"]
        return waiting.http_status(address, token) == 200
