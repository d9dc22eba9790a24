"""Start a process so that it can be found and ended later, even by another supervisor.

Each process leads a session of its own and is written down in a pid file together with its start
time, so that a process number which the system gave to somebody else meanwhile is never signalled.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Record:
    """What a pid file says: the process and when it started (clock ticks since boot)."""

    pid: int
    start_ticks: int


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/PID/stat from the state on, or None for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def start_ticks(pid: int) -> int | None:
    """When the process started, or None when it is gone or only waits to be reaped."""
    fields = _stat(pid)
    if fields is None or fields[0] in "ZX":
        return None
    return int(fields[19])


def is_alive(record: Record | None) -> bool:
    """Whether the very process of `record` still runs (not another one with its number)."""
    return record is not None and start_ticks(record.pid) == record.start_ticks


def read_record(pid_file: Path) -> Record | None:
    """The record in a pid file; None when there is none or it is damaged."""
    try:
        pid, ticks = pid_file.read_text().split()
        return Record(int(pid), int(ticks))
    except (OSError, ValueError):
        return None


def spawn(
    argv: Sequence[str | Path],
    *,
    pid_file: Path,
    log_file: Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    user: pwd.struct_passwd | None = None,
    dies_with_us: int | None = signal.SIGTERM,
    files: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own and write its pid file before it runs.

    `user` is whom it runs as (root only). `dies_with_us` is the signal that the kernel sends
    when the supervisor is gone, however it went; None lets the process outlive us. Output is
    appended to `log_file`; `files` are open there under the same numbers. Raises OSError when
    the program can't be started.
    """
    pid_file.parent.mkdir(parents=True, exist_ok=True)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()

    def in_the_child() -> None:
        begin_child(pid_file, parent, user, dies_with_us)

    with log_file.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(env) if env is not None else None,
            start_new_session=True,
            preexec_fn=in_the_child,
            pass_fds=files,
        )


def begin_child(
    pid_file: Path,
    parent: int,
    user: pwd.struct_passwd | None = None,
    dies_with_us: int | None = signal.SIGTERM,
) -> None:
    """In a new child of `parent`: write the pid file, change the user, ask to die with the parent."""
    me = os.getpid()
    pid_file.write_text(f"{me} {start_ticks(me)}\n")
    if user is not None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    if dies_with_us is not None:
        # After the change of user, which clears it.
        LIBC.prctl(PR_SET_PDEATHSIG, int(dies_with_us))
        if os.getppid() != parent:
            os._exit(1)


def session_members(leader: int) -> list[int]:
    """Every living process of the session that `leader` started (its children's children too)."""
    members = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = _stat(int(entry))
            if fields and fields[0] not in "ZX" and int(fields[3]) == leader:
                members.append(int(entry))
    return members


def signal_all(pids: Sequence[int], number: int) -> None:
    """Send a signal to each process; those that are gone already don't matter."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _started_by(pid: int, mark: str) -> bool:
    try:
        return mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except PermissionError:  # our own processes hide their memory; their command line they don't
        return Path(f"/proc/{pid}/cmdline").read_bytes().startswith(sys.executable.encode())
    except OSError:
        return False


def end(
    pid_file: Path, *, first: int = signal.SIGTERM, grace_s: float = 5.0, mark: str = ""
) -> bool:
    """End the process of a pid file with everything in its session; True when something ran.

    The leader gets `first`; whoever is left after `grace_s` is killed. When the leader is gone,
    orphans of its session are ended only if their environment holds `mark`
    ("MAKEREADY_HOME=..."): the number may belong to a stranger by now. Removes the pid file.
    """
    record = read_record(pid_file)
    if record is None:
        pid_file.unlink(missing_ok=True)
        return False
    ours = is_alive(record)
    members = session_members(record.pid)
    if not ours:
        members = [pid for pid in members if mark and _started_by(pid, mark)]
    if not members:
        pid_file.unlink(missing_ok=True)
        return False
    signal_all([record.pid] if ours else members, first)
    deadline = time.monotonic() + grace_s
    while members and time.monotonic() < deadline:
        time.sleep(0.02)
        members = [pid for pid in members if start_ticks(pid) is not None]
    if ours:
        members = sorted({*members, *session_members(record.pid)})
    signal_all(members, signal.SIGKILL)
    deadline = time.monotonic() + 2
    while any(start_ticks(pid) is not None for pid in members) and time.monotonic() < deadline:
        time.sleep(0.02)
    pid_file.unlink(missing_ok=True)
    return True
