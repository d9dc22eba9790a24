"""The shop's background processes as forks of one that has imported everything, so they share memory.

On servers each of them is a program of its own, started as the Procfile says. Here one parent reads
the same lines, forks a child for each, and starts again what ends.
"""

import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from pathlib import Path

from app.cli.embedded import processes, procfile
from app.cli.embedded.home import Home
from app.cli.embedded.prepare import ROOT
from app.cli.embedded.supervisor import Child, Supervisor

NAME = "background"
GRACE_S = 2.5  # the parent itself must be gone before its own supervisor loses patience
# What workers, relay and clock import when they begin.
IMPORTS = ("jobs.work", "jobs.clock", "jobs.deliver", "jobs.uploads", "app.core.relay", "rq.worker")


class Fork(ForkProcess):
    """A forked child, with what the supervisor uses of `subprocess.Popen`."""

    @property
    def returncode(self) -> int | None:
        return self.exitcode

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code when it has ended; raises TimeoutError after `timeout` seconds."""
        self.join(timeout)
        if self.exitcode is None:
            raise TimeoutError(f"Process {self.pid} still runs after {timeout} s.")
        return self.exitcode

    def send_signal(self, sig: int) -> None:
        """Send `sig` unless it has ended."""
        if self.exitcode is None and self.pid is not None:
            os.kill(self.pid, sig)


def fork(run: Callable[[], object], *, pid_file: Path, log_file: Path) -> Fork:
    """Run `run` in a child in a session of its own, with its pid file and log; it dies with us."""
    parent = os.getpid()

    def in_the_child() -> None:
        os.setsid()
        processes.begin_child(pid_file, parent)
        log = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, sys.stdout.fileno())
        os.dup2(log, sys.stderr.fileno())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        run()

    child = Fork(target=in_the_child, daemon=True)
    child.start()
    return child


def main(names: list[str]) -> None:
    """Fork the Procfile's processes `names` and look after them until told to stop."""
    from app import create_app
    from app.core import process_secrets, settings, storage

    home = Home.at(os.environ["MAKEREADY_HOME"])
    supervisor = Supervisor(home, say=lambda sentence: print(sentence, flush=True))
    supervisor.listen_to_signals()
    supervisor.starting = False
    app = create_app()
    for module in IMPORTS:
        importlib.import_module(module)
    storage.warm()
    programs = Path(sys.prefix) / "bin"
    entries = procfile.read(ROOT / "Procfile", programs=programs, environment=os.environ)

    def starter(entry: procfile.Entry) -> Callable[[], Fork]:
        def command() -> None:
            # Here and not in the parent: each child reads the secrets that are for it, and no other.
            chosen = settings.load({**os.environ, process_secrets.NAME: entry.name})
            settings.use(chosen)
            app.config["SECRET_KEY"] = chosen.secret_key if chosen.has("secret_key") else None
            with app.app_context():
                app.cli.main(args=entry.argv[1:], prog_name="flask", standalone_mode=False)

        return lambda: fork(
            command, pid_file=home.pid_file(entry.name), log_file=home.log(entry.name)
        )

    gc.collect()
    gc.freeze()  # a collection in a child would touch, and so copy, what is shared
    for entry in entries:
        if entry.name in names and not supervisor.told_to_stop.is_set():
            supervisor.add(Child(entry.name, starter(entry)))
    supervisor.run()
    supervisor.stop_all(GRACE_S)


if __name__ == "__main__":
    main(sys.argv[1:])
