"""What a 3MF package comes to once all its placements are followed: counted before any of it is built."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.inspection.meshes import TRIANGLES_MAX, check_triangles
from app.inspection.refusal import FileRefused, damaged

WORD = "3MF model"
PLACED_MAX = 20_000
DEPTH = 16
Key = tuple[str, str]


def check_placements(objects: Mapping[Key, Any], items: Iterable[tuple[Key, Any]]) -> None:
    """Raise FileRefused where the items place more objects, or more triangles, than are opened; also where
    objects hold each other, more than 16 levels deep, or one that is not there."""
    counted: dict[Key, tuple[int, int, int]] = {}
    placed = triangles = 0
    for key, _ in items:
        depth, inner, corners = _count(objects, key, counted, ())
        if depth > DEPTH:
            raise damaged(WORD)
        placed, triangles = placed + inner, triangles + corners
    if placed > PLACED_MAX:
        raise FileRefused(
            "placements",
            f"The {WORD} places its objects {_rounded(placed)} times, one inside the other; "
            f"more than {PLACED_MAX:,} times are not opened.",
            next_step="Merge the copies into one mesh, or make fewer of them, and export it again.",
        )
    if triangles > TRIANGLES_MAX:
        check_triangles(WORD, triangles)


def _count(
    objects: Mapping[Key, Any],
    key: Key,
    counted: dict[Key, tuple[int, int, int]],
    above: tuple[Key, ...],
) -> tuple[int, int, int]:
    """Return how deep an object goes, and the objects and triangles of all that it holds; each is looked at
    once."""
    if key in counted:
        return counted[key]
    if key in above or len(above) > DEPTH or key not in objects:
        raise damaged(WORD)
    made = objects[key]
    if not made.is_made:
        return 0, 1, 0
    depth, placed, triangles = 0, 1, len(made.faces) // 3
    for inner, _ in made.components:
        below = _count(objects, inner, counted, (*above, key))
        depth = max(depth, 1 + below[0])
        placed, triangles = placed + below[1], triangles + below[2]
    counted[key] = depth, placed, triangles
    return counted[key]


def _rounded(count: int) -> str:
    return f"{count:,}" if count < 10**9 else "more than a billion"
