"""Puts a file on disk and runs the whole check on it, in this process or in the sandbox."""

from __future__ import annotations

import pytest

from app.inspection.inspect import inspect


@pytest.fixture
def stored(tmp_path):
    """Write bytes under a name and return the path."""

    def write(body: bytes, name: str = "file"):
        path = tmp_path / name
        path.write_bytes(body)
        return path

    return write


@pytest.fixture
def look(tmp_path):
    """Return the outcome of the check of a file with these bytes, without its sandbox."""

    def check(body: bytes, file_name: str, *, previews: bool = True, **more: float) -> dict:
        path, out = tmp_path / "checked", tmp_path / "pictures"
        path.write_bytes(body)
        out.mkdir(exist_ok=True)
        want = ["facts", "previews"] if previews else ["facts"]
        return inspect(
            {"path": str(path), "file_name": file_name, "out_dir": str(out), "want": want, **more}
        )

    return check
