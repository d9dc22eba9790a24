"""Temporary folders that never outlive their use, even when the process using them was killed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
