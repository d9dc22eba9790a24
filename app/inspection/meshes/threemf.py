"""3MF packages: a zip of XML model parts. Units, components and placements are applied.

Read the "3D Manufacturing Format Core Specification" 1.3, chapters 3 and 4, and its Production
Extension for parts that refer to objects in other parts (``p:path``).
"""

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from app.inspection.meshes import TRIANGLES_MAX, Mesh, check_triangles
from app.inspection.refusal import FileRefused, damaged

WORD = "3MF model"
UNITS_MM = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0}
UNITS_MM |= {"inch": 25.4, "foot": 304.8, "meter": 1000.0}
UNPACKED_MAX_BYTES = 1024**3
RATIO_MAX = 100
DEPTH = 16
# NotImplementedError and RuntimeError: packed or locked in a way that zipfile cannot undo
UNREADABLE = (
    zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, EOFError, OSError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
Key = tuple[str, str]


@dataclass
class _Object:
    points: list[float] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)
    components: list[tuple[Key, Any]] = field(default_factory=list)


class _Part:
    """One model part, taken in element by element."""

    def __init__(self, name: str, objects: dict[Key, _Object]) -> None:
        self.name, self.objects = name, objects
        self.unit = "millimeter"
        self.build: list[tuple[Key, Any]] = []
        self.current = _Object()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "vertex":
                self.current.points += [float(attributes[axis]) for axis in "xyz"]
            case "triangle":
                self.current.faces += [int(attributes[corner]) for corner in ("v1", "v2", "v3")]
                if len(self.current.faces) > 3 * TRIANGLES_MAX:
                    check_triangles(WORD, TRIANGLES_MAX + 1)
            case "object":
                self.current = self.objects[(self.name, attributes["id"])] = _Object()
            case "component":
                self.current.components.append(self._placed(attributes))
            case "item":
                self.build.append(self._placed(attributes))
            case "model":
                self.unit = attributes.get("unit", "millimeter")

    def _placed(self, attributes: dict[str, str]) -> tuple[Key, Any]:
        path = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "path"), None)
        where = path.lstrip("/").lower() if path else self.name
        return (where, attributes["objectid"]), _matrix(attributes.get("transform"))


def _matrix(text: str | None) -> Any:
    """Return the 4 x 3 matrix of a transform: row vectors are multiplied from the left."""
    import numpy as np

    if not text:
        return np.eye(4, 3)
    return np.array([float(value) for value in text.split()]).reshape(4, 3)


def _refuse_entities(*_: Any) -> None:
    raise FileRefused("entities", f"The {WORD} defines XML entities, which no 3D program writes.")


def load_3mf(path: Path) -> Mesh:
    """Return everything that the package builds as one mesh in millimetres."""
    objects: dict[Key, _Object] = {}
    parts: list[_Part] = []
    try:
        with zipfile.ZipFile(path) as package:
            _check_sizes(package)
            for entry in package.infolist():
                if entry.filename.lower().endswith(".model"):
                    parts.append(_read_part(package, entry, objects))
    except UNREADABLE:
        raise damaged(WORD) from None
    main = next((part for part in parts if part.name == "3d/3dmodel.model"), None)
    main = main or next((part for part in parts if part.build), None)
    if main is None or main.unit not in UNITS_MM:
        raise damaged(WORD)
    items = main.build or [(key, _matrix(None)) for key in objects if key[0] == main.name]
    return _assemble(objects, items, main.unit)


def _check_sizes(package: zipfile.ZipFile) -> None:
    """Look at what the package says it unpacks to before any of it is unpacked."""
    for entry in package.infolist():
        ratio = entry.file_size / max(1, entry.compress_size)
        large = entry.file_size > 32 * 1024 * 1024
        if entry.file_size > UNPACKED_MAX_BYTES or (large and ratio > RATIO_MAX):
            raise FileRefused(
                "bomb",
                f"The {WORD} unpacks to {entry.file_size / 1e6:,.0f} MB "
                f"from {entry.compress_size / 1e6:,.1f} MB, which no real model does.",
            )


def _read_part(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, objects: dict[Key, _Object]
) -> _Part:
    part = _Part(entry.filename.lstrip("/").lower(), objects)
    parser = expat.ParserCreate()
    parser.StartElementHandler = part.start
    parser.EntityDeclHandler = _refuse_entities
    with package.open(entry) as stream:
        parser.ParseFile(stream)
    return part


def _assemble(objects: dict[Key, _Object], items: list[tuple[Key, Any]], unit: str) -> Mesh:
    import numpy as np

    from app.inspection.meshes.stl import join

    corners: list[Any] = []
    for key, matrix in items:
        _place(objects, key, matrix, corners, 0)
    count = sum(len(part) for part in corners) // 3
    check_triangles(WORD, count)
    points, faces = join(np.concatenate(corners) * np.float32(UNITS_MM[unit]))
    return Mesh(points, faces, unit, objects=len(items))


def _place(
    objects: dict[Key, _Object], key: Key, matrix: Any, corners: list[Any], depth: int
) -> None:
    """Add the triangles of an object, moved by `matrix`, and those of its components."""
    import numpy as np

    if depth > DEPTH or key not in objects:
        raise damaged(WORD)
    made = objects[key]
    if made.faces:
        points = np.array(made.points, "f8").reshape(-1, 3)
        faces = np.array(made.faces, "i8")
        if faces.min() < 0 or faces.max() >= len(points) or not np.isfinite(points).all():
            raise damaged(WORD)
        corners.append((points @ matrix[:3] + matrix[3]).astype("f4")[faces])
        check_triangles(WORD, sum(len(part) for part in corners) // 3)
    for inner, placed in made.components:
        whole = np.vstack([placed[:3] @ matrix[:3], placed[3] @ matrix[:3] + matrix[3]])
        _place(objects, inner, whole, corners, depth + 1)
