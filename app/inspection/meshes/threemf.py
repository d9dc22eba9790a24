"""3MF packages: a zip of XML model parts. Units, components and placements are applied.

Read the "3D Manufacturing Format Core Specification" 1.3, chapters 3 and 4, and its Production
Extension for parts that refer to objects in other parts (``p:path``).
"""

import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from app.inspection.meshes import TRIANGLES_MAX, Mesh, check_triangles
from app.inspection.meshes.slicer_parts import CONFIG, ranges_not_made, without
from app.inspection.refusal import FileRefused, damaged

WORD = "3MF model"
UNITS_MM = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0}
UNITS_MM |= {"inch": 25.4, "foot": 304.8, "meter": 1000.0}
UNPACKED_MAX_BYTES = 1024**3
RATIO_MAX = 100
ENTRIES_MAX = 5000
RELATIONS_MAX_BYTES, CONFIG_MAX_BYTES = 1024**2, 16 * 1024**2
DEPTH = 16
# NotImplementedError and RuntimeError: packed or locked in a way that zipfile cannot undo
UNREADABLE = (
    zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, EOFError, OSError,
    NotImplementedError, RuntimeError, OverflowError, LookupError,
)  # fmt: skip
Key = tuple[str, str]


# of the types of objects in the core specification these hold a piece up or are a slicer's own
NOT_MADE = {"support", "solidsupport", "other"}


@dataclass
class _Object:
    is_made: bool = True
    points: list[float] = field(default_factory=list)
    faces: list[int] = field(default_factory=list)
    components: list[tuple[Key, Any]] = field(default_factory=list)


class _Part:
    """One model part, taken in element by element: those of its own namespace, which leaves out what
    extensions add (slices have vertices too)."""

    def __init__(self, name: str, objects: dict[Key, _Object]) -> None:
        self.name, self.objects = name, objects
        self.namespace: str | None = None
        self.unit = "millimeter"
        self.build: list[tuple[Key, Any]] = []
        self.current = _Object()
        self.others: set[str] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if self.namespace is None:
            self.namespace = namespace
        if namespace != self.namespace:
            return
        match local:
            case "vertex":
                self.current.points += [float(attributes[axis]) for axis in "xyz"]
            case "triangle":
                self.current.faces += [int(attributes[corner]) for corner in ("v1", "v2", "v3")]
                if len(self.current.faces) > 3 * TRIANGLES_MAX:
                    check_triangles(WORD, TRIANGLES_MAX + 1)
            case "object":
                made = self.current = _Object(attributes.get("type") not in NOT_MADE)
                self.objects[(self.name, attributes["id"])] = made
            case "component":
                self.current.components.append(self._placed(attributes))
            case "item":
                if attributes.get("printable") not in {"0", "false"}:  # some slicers write it
                    self.build.append(self._placed(attributes))
            case "model":
                self.unit = attributes.get("unit", "millimeter")

    def _placed(self, attributes: dict[str, str]) -> tuple[Key, Any]:
        path = next((v for k, v in attributes.items() if k.rpartition(" ")[2] == "path"), None)
        where = entry_name(path) if path else self.name
        self.others.add(where)
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
    """Return everything that the package builds as one mesh in millimetres. Supports and what is set
    not to be printed are no part of it; what a placement mirrors is turned right side out."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_sizes(package)
            objects, main = _read_parts(package)
        if main.unit not in UNITS_MM:
            raise damaged(WORD)
        items = main.build or [(key, _matrix(None)) for key in objects if key[0] == main.name]
        return _assemble(objects, items, main.unit)
    except UNREADABLE:
        raise damaged(WORD) from None


def model_name(package: zipfile.ZipFile) -> str | None:
    """Return the name of the package's main part, in lower case, None for what is no 3MF package.

    Its relations name it (Open Packaging Conventions), whatever its extension.
    """
    names = {entry_name(entry.filename): entry for entry in package.infolist()[:ENTRIES_MAX]}
    relations = names.get("_rels/.rels")
    if relations is not None and relations.file_size < RELATIONS_MAX_BYTES:
        found: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if attributes.get("Type", "").endswith("/3dmodel"):
                found.append(entry_name(attributes.get("Target", "")))

        with suppress(expat.ExpatError):
            parser = expat.ParserCreate()
            parser.StartElementHandler = start
            parser.Parse(package.read(relations), True)
        if found and found[0] in names:
            return found[0]
    models = [name for name in names if name.endswith(".model")]
    return "3d/3dmodel.model" if "3d/3dmodel.model" in models else next(iter(models), None)


def entry_name(path: str) -> str:
    """Return a part's name as it is compared: without its slash, whatever its case."""
    return path.lstrip("/").lower()


def _read_parts(package: zipfile.ZipFile) -> tuple[dict[Key, _Object], _Part]:
    """Return all objects, and the main part; of the others only those are read that it refers to."""
    objects: dict[Key, _Object] = {}
    parts: dict[str, _Part] = {}
    name = model_name(package)
    if name is None:
        raise damaged(WORD)
    entries = {entry_name(entry.filename): entry for entry in package.infolist()}
    waiting = [name]
    while waiting:
        parts[waiting[0]] = part = _read_part(package, entries[waiting[0]], objects)
        waiting = [*waiting[1:], *sorted(part.others - parts.keys() - set(waiting))]
    if CONFIG in entries and entries[CONFIG].file_size < CONFIG_MAX_BYTES:
        for number, ranges in ranges_not_made(package.read(entries[CONFIG])).items():
            if made := objects.get((name, number)):
                made.faces = without(made.faces, ranges)
    return objects, parts[name]


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
    part = _Part(entry_name(entry.filename), objects)
    parser = expat.ParserCreate(namespace_separator=" ")
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
    check_triangles(WORD, sum(len(part) for part in corners) // 3)
    placed = np.concatenate(corners) * np.float32(UNITS_MM[unit])
    points, faces = join(placed)
    made = sum(objects[key].is_made for key, _ in items)
    return Mesh(points, faces, unit, objects=made)


def _place(
    objects: dict[Key, _Object], key: Key, matrix: Any, corners: list[Any], depth: int
) -> None:
    """Add the triangles of an object, moved by `matrix`, and those of its components."""
    import numpy as np

    from app.inspection.meshes.stl import LARGEST_MM

    if depth > DEPTH or key not in objects:
        raise damaged(WORD)
    made = objects[key]
    if not made.is_made:
        return
    if made.faces:
        points = np.array(made.points, "f8").reshape(-1, 3)
        faces = np.array(made.faces, "i8").reshape(-1, 3)
        if np.linalg.det(matrix[:3]) < 0:
            faces = faces[:, ::-1]
        if faces.min() < 0 or faces.max() >= len(points):
            raise damaged(WORD)
        placed = points @ matrix[:3] + matrix[3]
        if not (np.abs(placed) < LARGEST_MM).all():
            raise damaged(WORD)
        corners.append(placed.astype("f4")[faces.ravel()])
        check_triangles(WORD, sum(len(part) for part in corners) // 3)
    for inner, within in made.components:
        whole = np.vstack([within[:3] @ matrix[:3], within[3] @ matrix[:3] + matrix[3]])
        _place(objects, inner, whole, corners, depth + 1)
