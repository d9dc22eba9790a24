"""The test databases lie in memory where there is room: a copy takes a tenth of a second there, and
up to one second on a disk that is busy with the files of the copy before."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from app.cli.embedded.home import Home

MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 * 1024**3  # databases and write-ahead log of a whole run take a fifth of it
FOLDER = "postgres"


def settle(home: Home) -> None:
    """Let the home's database folder lie in memory; it stays on the disk where there is no room."""
    folder = home.path / FOLDER
    if folder.is_symlink() and folder.exists():
        return
    remove(home)
    if _room_bytes() >= ROOM_BYTES:
        target = tempfile.mkdtemp(prefix="makeready-tests-", dir=MEMORY)
        os.chmod(target, 0o755)  # the server runs as another user when we are root
        folder.symlink_to(target)


def remove(home: Home) -> None:
    """Remove the databases, wherever they lie. Nothing may use them."""
    folder = home.path / FOLDER
    shutil.rmtree(folder.resolve(), ignore_errors=True)
    if folder.is_symlink():
        folder.unlink()


def _room_bytes() -> int:
    try:
        place = os.statvfs(MEMORY)
    except OSError:
        return 0
    return place.f_bavail * place.f_frsize if os.access(MEMORY, os.W_OK) else 0
