"""One supervisor over servers and processes: starts, restarts with back-off, stops everything."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.cli.embedded import processes
from app.cli.embedded.home import Home
from app.cli.embedded.shared_port import SharedPort
from app.cli.embedded.waiting import Process

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
# A process that ran this long starts from the shortest pause again.
SETTLED_S = 60.0
# Within these everything is gone: Ctrl-C must not take 10 s.
PROCESS_GRACE_S = 4.0
SERVER_GRACE_S = 3.0


@dataclass
class Child:
    """A process under the supervisor. Servers stop last; `start` makes a new process each time. One with a
    `port` that is told to end is replaced before it does."""

    name: str
    start: Callable[[], Process]
    is_server: bool = False
    stop_signal: int = signal.SIGTERM
    port: SharedPort | None = None
    process: Process = field(init=False)
    started_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    start_again_at: float | None = None


class Interrupted(BaseException):
    """Told to stop while the shop is still starting."""


@dataclass
class Supervisor:
    """Keeps `children` running until `stop_all`; `say` gets a sentence for each thing of note."""

    home: Home
    say: Callable[[str], None]
    children: list[Child] = field(default_factory=list)
    between: Callable[[], object] = lambda: None
    """Done once a second while everything runs."""
    starting: bool = True
    told_to_stop: threading.Event = field(default_factory=threading.Event)
    told_to_hurry: threading.Event = field(default_factory=threading.Event)

    def listen_to_signals(self) -> None:
        """INT, TERM and HUP stop everything; a second one stops it without grace."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        if self.told_to_stop.is_set():
            self.told_to_hurry.set()
        self.told_to_stop.set()
        if self.starting:
            self.starting = False
            raise Interrupted

    def add(self, child: Child) -> Child:
        """Start `child` and look after it from now on. Call from the main thread only."""
        # The kernel's parent-death signal hangs on the thread that starts a process.
        child.process = child.start()
        child.started_at = time.monotonic()
        self.children.append(child)
        return child

    def run(self) -> None:
        """Restart what ends until told to stop."""
        done_at = 0.0
        while not self.told_to_stop.wait(0.2):
            self.look_after()
            if time.monotonic() - done_at > 1:
                self.between()
                done_at = time.monotonic()

    def look_after(self) -> None:
        """Notice what ended, and start again what has waited long enough."""
        for child in self.children:
            if child.start_again_at is not None:
                if time.monotonic() >= child.start_again_at:
                    self._start_again(child)
            elif child.port is not None and child.port.wants_successor():
                self._replace(child, child.port)
            elif (code := child.process.poll()) is not None:
                self._note_end(child, code)

        for child in self.children:
            for pid_file in child.port.ended() if child.port else ():
                processes.end(pid_file, grace_s=1.0, mark=self.home.mark)

    def _replace(self, child: Child, port: SharedPort) -> None:
        """Start the successor of a process that leaves; both take connections until it is ready."""
        self.say(f"{child.name} was told to end; another one takes its place.")
        port.note_leaving(child.process, self.home.pid_file(child.name))
        self._start_again(child)

    def _note_end(self, child: Child, code: int) -> None:
        # What it started itself (a worker's work-horse) must not run beside its successor.
        processes.end(self.home.pid_file(child.name), grace_s=1.0, mark=self.home.mark)
        if time.monotonic() - child.started_at > SETTLED_S:
            child.pause_s = FIRST_PAUSE_S
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        self.say(
            f"{child.name} ended {how}; it starts again in {child.pause_s:g} s. "
            f"Its log is {self.home.log(child.name)}."
        )
        child.start_again_at = time.monotonic() + child.pause_s
        child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)

    def _start_again(self, child: Child) -> None:
        child.start_again_at = None
        child.started_at = time.monotonic()
        try:
            child.process = child.start()
        except OSError as problem:
            self.say(f"{child.name} could not be started: {problem}.")
            child.start_again_at = time.monotonic() + child.pause_s

    def stop_all(self, process_grace_s: float = PROCESS_GRACE_S) -> None:
        """Stop processes, then servers, with everything they started; none is left afterwards."""
        self._stop([c for c in self.children if not c.is_server], process_grace_s)
        self._stop([c for c in self.children if c.is_server], SERVER_GRACE_S)

    def _stop(self, children: list[Child], grace_s: float) -> None:
        for port in [child.port for child in children if child.port]:
            port.close()
        for child in children:
            child.process.send_signal(child.stop_signal)
        deadline = time.monotonic() + grace_s
        while time.monotonic() < deadline and not self.told_to_hurry.is_set():
            if all(child.process.poll() is not None for child in children):
                break
            time.sleep(0.05)
        for child in children:
            for pid_file in child.port.pid_files() if child.port else ():
                processes.end(pid_file, grace_s=0, mark=self.home.mark)
            processes.end(self.home.pid_file(child.name), grace_s=0, mark=self.home.mark)
            child.process.wait()
