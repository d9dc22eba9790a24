"""A model's measures beside those of trimesh, from the file to the last number."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.inspection.meshes import load
from app.inspection.meshes.measure import measure
from tests.bench.turns import Row, compare
from tests.files.made_models import a_ring
from tests.files.sample_files import a_3mf, an_stl


def theirs(path: Path) -> None:
    import trimesh

    mesh = trimesh.load(path, force="mesh")
    mesh.fix_normals(multibody=True)
    assert mesh.volume is not None
    assert mesh.extents is not None
    assert mesh.is_watertight is not None
    assert mesh.body_count >= 0


def rows() -> Iterator[Row]:
    ring = a_ring(120)
    made = {"ring.stl": an_stl(1, ring), "ring.3mf": a_3mf(side=1, triangles=ring)}
    with tempfile.TemporaryDirectory() as folder:
        for name, body in made.items():
            (Path(folder) / name).write_bytes(body)
            yield _row(Path(folder) / name)


def _row(path: Path) -> Row:
    kind = path.suffix[1:]
    return compare(
        f"measures of {path.name}",
        lambda: measure(load(path, kind)),
        "trimesh",
        lambda: theirs(path),
    )
