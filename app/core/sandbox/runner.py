"""The side that asks for a task, and tells what came of it."""

import json
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from app.core.errors import Refused, Unavailable
from app.core.sandbox.child import OUT_OF_MEMORY
from app.core.sandbox.confinement import NEXT_STEP, require_walls
from app.core.sandbox.fork_pool import HostGone, borrowed

ANSWER_MAX_BYTES = 64 * 1024 * 1024
DAMAGED = "Open it in the program it was made with, save it again and upload the new file."
SMALLER = (
    "Save it smaller (flattened, fewer layers or triangles, lower resolution) and upload it again."
)


class SandboxStopped(Refused):
    """A task was ended before it answered: `verdict` is ``memory``, ``time`` or ``crashed``. `what`
    is the noun of the sentence; `detail` is for the log, never for a page."""

    code = "stopped"

    def __init__(
        self, verdict: str, *, what: str, memory_mb: int, limit_s: float, detail: str
    ) -> None:
        memory = f"{memory_mb / 1024:.3g} GB" if memory_mb >= 1024 else f"{memory_mb} MB"
        sentence, next_step = {
            "memory": (f"The {what} needs more than {memory} to open and was stopped.", SMALLER),
            "time": (
                f"The {what} took longer than {limit_s:g} s to open and was stopped.",
                SMALLER,
            ),
            "crashed": (
                f"The {what} made the program that reads it stop. It is probably damaged.",
                DAMAGED,
            ),
        }[verdict]
        super().__init__(sentence, next_step=next_step)
        self.verdict = verdict
        self.detail = detail


def run(
    task: str,
    payload: dict[str, Any],
    *,
    reads: Iterable[Path] = (),
    writes: Iterable[Path] = (),
    memory_mb: int = 1024,
    cpu_s: int = 30,
    wall_s: float = 60,
    file_mb: int = 1024,
    what: str = "file",
) -> dict[str, Any]:
    """Call ``module:function`` with `payload` in a process that can do little; return its dict.

    Payload and result are JSON-able. Files are handed over by their paths: the task opens what is named in
    `reads` (to read) and in `writes` (folders, to read and write), belongs to the user that we are, and lies
    where that user comes without privileges; nothing else, and no /proc. `file_mb` limits each file written,
    and twice that all together; `what` is the noun in sentences. What the task's module names in
    ``PREPARED_IMPORTS`` is imported already. The result's ``sandbox`` says how it went:
    ``{"walls": ["landlock", "seccomp", "namespace"], "seconds": 0.31, "peak_mb": 84}``.

    Raises SandboxStopped (verdict ``memory``, ``time`` or ``crashed``), Unavailable where the machine can't
    confine a task. Afterwards no process and no file of the task is left.
    """
    require_walls()
    started = time.monotonic()
    limits = {"memory_mb": memory_mb, "cpu_s": cpu_s, "file_mb": file_mb}
    with workspace() as folder:
        given = {"reads": [str(path) for path in reads], "writes": [str(path) for path in writes]}
        request = {"task": task, "payload": payload, "limits": limits, **given}
        (folder / "request.json").write_text(json.dumps(request), "utf-8")
        watch = {"folders": [str(folder), *given["writes"]], "most_mb": 2 * file_mb}
        ended = _ask({"folder": str(folder), "task": task, "wall_s": wall_s, "watch": watch})
        answer = _read(folder / "answer.json")
        errors = _tail(folder / "errors.txt")

    def stopped(verdict: str, detail: str, limit_s: float = wall_s) -> SandboxStopped:
        return SandboxStopped(
            verdict, what=what, memory_mb=memory_mb, limit_s=limit_s, detail=detail
        )

    if not ended["in_time"]:
        raise stopped("time", "wall time")
    if answer is None:
        detail = f"exit {ended['exit']}: {errors}"
        if ended["exit"] == -signal.SIGXCPU:
            raise stopped("time", detail, cpu_s)
        is_short = any(words in errors.lower() for words in OUT_OF_MEMORY)
        raise stopped("memory" if is_short else "crashed", detail)
    if answer.get("stopped") == "open":
        raise Unavailable(
            f"This machine could not confine the program that reads the {what} ({answer['detail']}).",
            next_step=NEXT_STEP,
        )
    if "stopped" in answer:
        raise stopped(answer["stopped"], answer["detail"])
    result: dict[str, Any] = answer["result"]
    result["sandbox"] = {
        "walls": answer["walls"],
        "seconds": round(time.monotonic() - started, 3),
        "peak_mb": answer["peak_mb"],
    }
    return result


def _ask(request: dict[str, Any]) -> dict[str, Any]:
    """Have a task done by a host and return ``{"in_time", "exit"}``."""
    try:
        with borrowed() as host:
            return host.ask(request)
    except HostGone as gone:
        return {"in_time": not gone.is_slow, "exit": -signal.SIGKILL}


def _read(path: Path) -> dict[str, Any] | None:
    """Return the answer, None where there is none or half of one."""
    with _opened(path) as file:
        body = file.read(ANSWER_MAX_BYTES + 1) if file else b""
    if len(body) > ANSWER_MAX_BYTES:
        return None
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _tail(path: Path) -> str:
    with _opened(path) as file:
        if file is None:
            return ""
        file.seek(max(0, os.fstat(file.fileno()).st_size - 4096))
        return file.read().decode("utf-8", "replace")


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | None]:
    """Open what the task left; None where it is no plain file (a folder, a link elsewhere, a pipe to hang at)."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        yield None
        return
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        yield None
        return
    with os.fdopen(number, "rb") as file:
        yield file


def _base() -> Path:
    """Return the folder that holds them all, private to this user of the machine."""
    base = Path(tempfile.gettempdir()) / f"makeready-sandbox-{os.getuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.getuid():
        return Path(tempfile.mkdtemp(prefix="makeready-sandbox-"))
    return base


def _started(pid: int) -> str:
    """Return when `pid` started (field 22 of ``/proc/PID/stat``), empty without such a process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _sweep(base: Path) -> None:
    """Remove the folders whose owner is no more (it was killed before it could)."""
    for entry in os.scandir(base):
        pid, _, rest = entry.name.partition("-")
        if pid.isdigit() and _started(int(pid)) != rest.partition("-")[0]:
            shutil.rmtree(entry.path, ignore_errors=True)


@contextmanager
def workspace() -> Iterator[Path]:
    """Give a new empty folder (mode 0700) and remove it at the end, also those of killed processes."""
    base = _base()
    _sweep(base)
    pid = os.getpid()
    folder = Path(tempfile.mkdtemp(prefix=f"{pid}-{_started(pid)}-", dir=base))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
