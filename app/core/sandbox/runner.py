"""The side that starts the sandbox, waits, and ends all of it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from app.core.errors import Unavailable
from app.core.sandbox.stopped import SandboxStopped, stopped
from app.core.sandbox.workspace import workspace

CHILD = Path(__file__).with_name("child.py")
ANSWER_MAX_BYTES = 64 * 1024 * 1024
KEPT = ("LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "TZ")
MEMORY_WORDS = (
    b"out of memory",
    b"bad_alloc",
    b"cannot allocate memory",
    b"memoryerror",
)
TIMED_OUT = {-signal.SIGXCPU}


def run(
    task: str,
    payload: dict[str, Any],
    *,
    memory_mb: int = 1024,
    cpu_s: int = 30,
    wall_s: float = 60,
    file_mb: int = 1024,
    what: str = "file",
) -> dict[str, Any]:
    """Call ``module:function`` with `payload` in a subprocess that can do little; return its dict.

    The payload and the result are JSON-able; files are handed over by their paths, and results that
    are files are written where the payload says (a `workspace` of the caller). `file_mb` limits each
    file written, `what` is the noun in sentences. The result's ``sandbox`` says how it went:
    ``{"network": "namespace+seccomp", "seconds": 0.31, "peak_mb": 84}``.

    Raises SandboxStopped (verdict ``memory``, ``time`` or ``crashed``) with sentence and next step,
    Unavailable where the machine cannot shut the network off. Afterwards no process and no file of
    the sandbox is left, whatever happened.
    """
    started = time.monotonic()
    with workspace() as folder:
        answer_path = folder / "answer.json"
        with (
            open(answer_path, "wb") as answer_file,
            open(folder / "errors.txt", "wb") as errors,
        ):
            request = {
                "task": task,
                "payload": payload,
                "answer_fd": answer_file.fileno(),
                "limits": {
                    "memory_mb": memory_mb,
                    "cpu_s": cpu_s,
                    "file_mb": file_mb,
                    "parent": os.getpid(),
                },
            }
            (folder / "request.json").write_text(json.dumps(request), "utf-8")
            with open(folder / "request.json", "rb") as request_file:
                process = subprocess.Popen(
                    [sys.executable, "-I", "-X", "utf8", str(CHILD)],
                    stdin=request_file,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    pass_fds=(answer_file.fileno(),),
                    cwd=folder,
                    env=_environment(folder),
                    start_new_session=True,
                )
            in_time = _wait_and_end(process, started + wall_s)
        answer = _read(answer_path)
        tail = _tail(folder / "errors.txt")

    def refuse(verdict: str, limit_s: float, detail: str) -> SandboxStopped:
        return stopped(verdict, what=what, memory_mb=memory_mb, limit_s=limit_s, detail=detail)

    if not in_time:
        raise refuse("time", wall_s, "wall time")
    if answer is None:
        code = process.returncode
        detail = f"exit {code}: {tail.decode('utf-8', 'replace')}"
        if code in TIMED_OUT:
            raise refuse("time", cpu_s, detail)
        raise refuse("memory" if _looks_short(tail) else "crashed", wall_s, detail)
    if answer.get("stopped") == "open":
        raise Unavailable(
            "This machine cannot shut the network off for a foreign file.",
            next_step="Allow unprivileged user namespaces or seccomp for this service.",
        )
    if "stopped" in answer:
        raise refuse(answer["stopped"], wall_s, answer["detail"])
    result: dict[str, Any] = answer["result"]
    result["sandbox"] = {
        "network": answer["network"],
        "seconds": round(time.monotonic() - started, 3),
        "peak_mb": answer["peak_mb"],
    }
    return result


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours: no secret, no address. Thread counts are fixed so that limits mean the same
    on every machine."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": str(64 * 1024 * 1024),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "VIPS_CONCURRENCY": "2",
    }


def _wait_and_end(process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Wait for the end or the deadline, then kill whatever is left of the group and reap it."""
    try:
        return _ended_before(process, deadline)
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)  # before reaping, so the number is still ours
        except (ProcessLookupError, PermissionError):
            pass
        process.kill()
        process.wait()


def _ended_before(process: subprocess.Popen[bytes], deadline: float) -> bool:
    """Return True once the process has ended (not yet reaped), False at the deadline."""
    descriptor = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))
    finally:
        os.close(descriptor)


def _read(path: Path) -> dict[str, Any] | None:
    """Return the answer, None where there is none or half of one."""
    if not 0 < path.stat().st_size <= ANSWER_MAX_BYTES:
        return None
    try:
        answer = json.loads(path.read_bytes())
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _tail(path: Path) -> bytes:
    with open(path, "rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return file.read()


def _looks_short(tail: bytes) -> bool:
    return any(words in tail.lower() for words in MEMORY_WORDS)
