"""The port of the pages, which the supervisor holds: one process of `web` hands it to the next without a gap."""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import Process
from app.cli.web.handover import LEAVING, READY

BACKLOG = 2048


@dataclass
class Line:
    """The supervisor's end of what a process of `web` tells it."""

    ours: socket.socket
    is_leaving: bool = False
    is_ready: bool = False

    def listen(self) -> None:
        """Take in what was said since the last time."""
        with contextlib.suppress(BlockingIOError):
            said = self.ours.recv(64)
            self.is_leaving = self.is_leaving or LEAVING in said
            self.is_ready = self.is_ready or READY in said

    def close(self) -> None:
        """Say that nobody is awaited."""
        self.ours.close()


@dataclass
class SharedPort:
    """A listening socket on the loopback address, and the processes that take connections from it."""

    port: int
    start: Callable[[dict[str, str], tuple[int, ...]], Process]
    """Starts a process with these further variables and these open files."""
    listener: socket.socket = field(init=False)
    line: Line | None = None
    leaving: list[tuple[Process, Line, Path]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server((HOST, self.port), backlog=BACKLOG)

    def start_next(self) -> Process:
        """Start a process that serves the port. Those before it serve until it is ready."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self.line = Line(ours)
        files = (self.listener.fileno(), theirs.fileno())
        with theirs:
            told = {"WEB_BIND": f"fd://{files[0]}", "WEB_LINE": str(files[1])}
            return self.start(told, files)

    def wants_successor(self) -> bool:
        """Return whether the newest process said that it leaves; lets those before it go once it is ready."""
        if self.line is None:
            return False
        self.line.listen()
        if self.line.is_ready:
            self.release()
        return self.line.is_leaving

    def note_leaving(self, process: Process, pid_file: Path) -> None:
        """Keep a process that leaves until it has ended, with its pid file under a name of its own."""
        assert self.line is not None
        place = pid_file.with_name(f"{pid_file.stem}-leaving-{pid_file.read_text().split()[0]}.pid")
        pid_file.rename(place)
        self.leaving.append((process, self.line, place))
        self.line = None

    def ended(self) -> list[Path]:
        """Return the pid files of those that left and have ended."""
        over = [entry for entry in self.leaving if entry[0].poll() is not None]
        for entry in over:
            self.leaving.remove(entry)
            entry[1].close()
        return [place for _, _, place in over]

    def release(self) -> None:
        """Let those that leave stop taking connections now."""
        for _, line, _ in self.leaving:
            line.close()

    def close(self) -> None:
        """Stop listening; nobody is awaited any more."""
        self.release()
        if self.line is not None:
            self.line.close()
            self.line = None
        self.listener.close()

    def pid_files(self) -> list[Path]:
        """Return the pid files of those that leave."""
        return [place for _, _, place in self.leaving]
