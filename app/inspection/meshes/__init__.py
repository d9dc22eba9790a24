"""3D models as triangles: reading STL and 3MF, measuring them, drawing them. Plain numpy."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

TRIANGLES_MAX = 5_000_000


@dataclass
class Mesh:
    """Corner points (v, 3) float32 in mm and triangles (f, 3) int32 as indexes into them.

    `unit` is the one the file counts in; STL says none and is taken as millimetres.
    """

    points: Any
    faces: Any
    unit: str
    objects: int = 1


# The model that was measured last, for its drawing: reading one takes as long as either.
MEASURED: dict[Path, Mesh] = {}


def load(path: Path, key: str) -> Mesh:
    """Return the model at `path`; `key` is ``stl`` or ``3mf``. Raises FileRefused."""
    if key == "stl":
        from app.inspection.meshes.stl import load_stl

        return load_stl(path)
    from app.inspection.meshes.threemf import load_3mf

    return load_3mf(path)


def check_triangles(word: str, count: int) -> None:
    """Raise FileRefused for none at all, or for more than 5 million triangles."""
    from app.inspection.refusal import FileRefused

    if count == 0:
        raise FileRefused(
            "no_triangles", f"The {word} holds no triangles: there is nothing to make."
        )
    if count > TRIANGLES_MAX:
        raise FileRefused(
            "triangles",
            f"The {word} has {count / 1e6:.1f} million triangles; "
            f"more than {TRIANGLES_MAX / 1e6:g} million are not opened.",
            next_step="Simplify the mesh (decimate) in your 3D program and export it again.",
        )
