"""STL and 3MF models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.files.kinds import Kind


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return what `app.files.meshes.measure` finds."""
    from app.files.meshes import MEASURED, load
    from app.files.meshes.measure import measure

    MEASURED.clear()
    mesh = MEASURED[path] = load(path, kind.key)
    return measure(mesh)
