"""Which triangles of a 3MF object a slicer keeps for itself: modifiers, supports, what it cuts away.

Slic3r's family stores all volumes of an object in one mesh and says in a file of its own which
triangles are which (``Metadata/Slic3r_PE_model.config``).
"""

from __future__ import annotations

from array import array
from xml.parsers import expat

CONFIG = "metadata/slic3r_pe_model.config"
MADE = {"ModelPart", ""}
Ranges = dict[str, list[tuple[int, int]]]


def ranges_not_made(config: bytes) -> Ranges:
    """Return object id → first and last triangle of each volume that is no part of the piece."""
    found: Ranges = {}
    at: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "object":
            at["object"] = attributes.get("id", "")
        elif name == "volume":
            at.update(first=attributes["firstid"], last=attributes["lastid"])
        elif name == "metadata" and attributes.get("type") == "volume":
            key, value = attributes.get("key"), attributes.get("value", "")
            is_old_modifier = key == "modifier" and value == "1"
            if is_old_modifier or (key == "volume_type" and value not in MADE):
                found.setdefault(at["object"], []).append((int(at["first"]), int(at["last"])))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(config, True)
    return found


def without(faces: array[int], ranges: list[tuple[int, int]]) -> array[int]:
    """Return the corners of those triangles that are in none of the ranges."""
    kept, start = array("i"), 0
    for first, last in sorted((max(first, 0), last) for first, last in ranges):
        kept.extend(faces[3 * start : 3 * max(first, start)])
        start = max(start, last + 1)
    kept.extend(faces[3 * start :])
    return kept
