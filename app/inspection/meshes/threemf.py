"""3MF packages: a zip of XML model parts. Units, components and placements are applied.

Read the "3D Manufacturing Format Core Specification" 1.3, chapters 3 and 4, and its Production
Extension for parts that refer to objects in other parts (``p:path``).
"""

from __future__ import annotations

import zipfile
from array import array
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from app.inspection.meshes import TRIANGLES_MAX, Mesh, check_triangles
from app.inspection.meshes.placements import WORD, Key, check_placements
from app.inspection.meshes.slicer_parts import CONFIG, ranges_not_made, without
from app.inspection.refusal import FileRefused, damaged

UNITS_MM = {"micron": 0.001, "millimeter": 1.0, "centimeter": 10.0}
UNITS_MM |= {"inch": 25.4, "foot": 304.8, "meter": 1000.0}
UNPACKED_MAX_BYTES = 640 * 1024**2  # of all parts that are read: 5 million triangles take 400 MB
POINTS_MAX = 6_000_000  # a closed surface has half as many corner points as triangles
OTHERS_MAX = 1_000_000  # objects, components and whatever extensions add
RATIO_MAX = 100
ENTRIES_MAX = 5000
BLOCK_BYTES, ELEMENT_MAX_BYTES = 1024**2, 16 * 1024**2
RELATIONS_MAX_BYTES, CONFIG_MAX_BYTES = 1024**2, 16 * 1024**2
# NotImplementedError and RuntimeError: packed or locked in a way that zipfile cannot undo
UNREADABLE = (
    zipfile.BadZipFile, expat.ExpatError, KeyError, ValueError, EOFError, OSError,
    NotImplementedError, RuntimeError, OverflowError, LookupError,
)  # fmt: skip
# of the types of objects in the core specification these hold a piece up or are a slicer's own
NOT_MADE = {"support", "solidsupport", "other"}


@dataclass
class _Object:
    is_made: bool = True
    points: array[float] = field(default_factory=lambda: array("d"))
    faces: array[int] = field(default_factory=lambda: array("i"))
    components: list[tuple[Key, Any]] = field(default_factory=list)


@dataclass
class _Held:
    """What the parts hold all together, counted while they are read."""

    points: int = 0
    triangles: int = 0
    others: int = 0

    def add_triangles(self, count: int) -> None:
        self.triangles += count
        if self.triangles > TRIANGLES_MAX:
            check_triangles(WORD, self.triangles)

    def add_points(self, count: int) -> None:
        self.points += count
        if self.points > POINTS_MAX:
            raise FileRefused(
                "triangles",
                f"The {WORD} has more than {POINTS_MAX / 1e6:g} million corner points, "
                "which are not opened.",
                next_step="Merge equal points or simplify the mesh, and export it again.",
            )

    def add_other(self) -> None:
        self.others += 1
        if self.others > OTHERS_MAX:
            raise FileRefused(
                "placements",
                f"The {WORD} has more than {OTHERS_MAX / 1e6:g} million objects, components and "
                "extensions, which are not opened.",
                next_step="Export the plain mesh again, without extensions.",
            )


class _Part:
    """One model part, taken in element by element: those of its own namespace, which leaves out what
    extensions add (slices have vertices too)."""

    def __init__(self, name: str, objects: dict[Key, _Object], held: _Held) -> None:
        self.name, self.objects, self.held = name, objects, held
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
            self.held.add_other()
            return
        match local:
            case "vertex":
                self.held.add_points(1)
                self.current.points.extend(
                    (float(attributes["x"]), float(attributes["y"]), float(attributes["z"]))
                )
            case "triangle":
                self.held.add_triangles(1)
                self.current.faces.extend(
                    (int(attributes["v1"]), int(attributes["v2"]), int(attributes["v3"]))
                )
            case "object":
                self.held.add_other()
                made = self.current = _Object(attributes.get("type") not in NOT_MADE)
                self.objects[(self.name, attributes["id"])] = made
            case "component":
                self.held.add_other()
                self.current.components.append(self._placed(attributes))
            case "item":
                self.held.add_other()
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
        check_placements(objects, items)
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
    waiting, held, unpacked = [name], _Held(), 0
    while waiting:
        unpacked += entries[waiting[0]].file_size
        if unpacked > UNPACKED_MAX_BYTES:
            raise _too_large(unpacked)
        _count_roughly(package, entries[waiting[0]])
        parts[waiting[0]] = part = _read_part(package, entries[waiting[0]], objects, held)
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
        if large and ratio > RATIO_MAX:
            raise FileRefused(
                "bomb",
                f"The {WORD} unpacks to {entry.file_size / 1e6:,.0f} MB "
                f"from {entry.compress_size / 1e6:,.1f} MB, which no real model does.",
            )


def _count_roughly(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Count what only points and triangles have, ten times as fast as they are read: most of what is too
    large is found before any of it is kept."""
    held, tail = _Held(), b""
    with package.open(entry) as stream:
        while block := stream.read(BLOCK_BYTES):
            found = tail + block
            held.add_points(found.count(b' z="'))
            held.add_triangles(found.count(b' v3="'))
            tail = found[-3:]


def _too_large(size_bytes: int) -> FileRefused:
    return FileRefused(
        "bomb",
        f"The {WORD} unpacks to {size_bytes / 1e6:,.0f} MB; "
        f"more than {UNPACKED_MAX_BYTES / 1e6:,.0f} MB are not opened.",
        next_step="Simplify the mesh (decimate) in your 3D program and export it again.",
    )


def _read_part(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, objects: dict[Key, _Object], held: _Held
) -> _Part:
    part = _Part(entry_name(entry.filename), objects, held)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = part.start
    parser.EntityDeclHandler = _refuse_entities
    fed = 0
    with package.open(entry) as stream:
        while block := stream.read(BLOCK_BYTES):
            parser.Parse(block)
            fed += len(block)
            if fed - parser.CurrentByteIndex > ELEMENT_MAX_BYTES:
                raise damaged(WORD)  # one element of many megabytes, which would be kept whole
        parser.Parse(b"", True)
    return part


def _assemble(objects: dict[Key, _Object], items: list[tuple[Key, Any]], unit: str) -> Mesh:
    import numpy as np

    from app.inspection.meshes.stl import join

    corners: list[Any] = []
    for key, matrix in items:
        _place(objects, key, matrix, corners)
    check_triangles(WORD, sum(len(part) for part in corners) // 3)
    placed = np.concatenate(corners)
    corners.clear()  # else each corner would be held twice
    placed *= np.float32(UNITS_MM[unit])
    points, faces = join(placed)
    made = sum(objects[key].is_made for key, _ in items)
    return Mesh(points, faces, unit, objects=made)


def _place(objects: dict[Key, _Object], key: Key, matrix: Any, corners: list[Any]) -> None:
    """Add the triangles of an object, moved by `matrix`, and those of its components; `check_placements` has
    counted them."""
    import numpy as np

    from app.inspection.meshes.stl import LARGEST_MM

    made = objects[key]
    if not made.is_made:
        return
    if made.faces:
        points = np.frombuffer(made.points, "f8").reshape(-1, 3)
        faces = np.frombuffer(made.faces, "i4").reshape(-1, 3)
        if np.linalg.det(matrix[:3]) < 0:
            faces = faces[:, ::-1]
        if faces.min() < 0 or faces.max() >= len(points):
            raise damaged(WORD)
        placed = points @ matrix[:3] + matrix[3]
        if not (np.abs(placed) < LARGEST_MM).all():
            raise damaged(WORD)
        corners.append(placed.astype("f4")[faces.ravel()])
    for inner, within in made.components:
        whole = np.vstack([within[:3] @ matrix[:3], within[3] @ matrix[:3] + matrix[3]])
        _place(objects, inner, whole, corners)
