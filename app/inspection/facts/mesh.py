"""STL and 3MF models."""

from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return what `app.inspection.meshes.measure` finds."""
    from app.inspection.meshes import MEASURED, load
    from app.inspection.meshes.measure import measure

    MEASURED.clear()
    mesh = MEASURED[path] = load(path, kind.key)
    return {"pages": 1, **measure(mesh)}
