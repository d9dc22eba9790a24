"""A model's measures beside those of trimesh, from the file to the last number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.inspection.meshes import load
from app.inspection.meshes.measure import measure
from tests.bench.turns import Row, compare

FILES = Path(__file__).resolve().parents[1] / "fixtures" / "files"


def theirs(path: Path) -> None:
    import trimesh

    mesh = trimesh.load(path, force="mesh")
    mesh.fix_normals(multibody=True)
    assert mesh.volume is not None
    assert mesh.extents is not None
    assert mesh.is_watertight is not None
    assert mesh.body_count >= 0


def rows() -> Iterator[Row]:
    for name in ("teapot.stl", "featuretype.3MF"):
        path = FILES / name
        kind = path.suffix[1:].lower()

        def ours(path: Path = path, kind: str = kind) -> None:
            measure(load(path, kind))

        def peer(path: Path = path) -> None:
            theirs(path)

        yield compare(f"measures of {name}", ours, "trimesh", peer)
