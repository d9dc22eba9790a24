"""STL, binary and text. Both list each triangle with its own three corners."""

import re
from pathlib import Path
from typing import Any

from app.inspection.meshes import TRIANGLES_MAX, Mesh, check_triangles
from app.inspection.refusal import damaged, truncated

WORD = "STL model"
LARGEST_MM = 1e12
HEAD, TAIL, FRONT, ROW = 4096, 65536, 84, 50
VERTEX = re.compile(rb"vertex\s+(\S+)\s+(\S+)\s+(\S+)", re.IGNORECASE)
NOTHING = 2.0**-24  # as far as the digits of a 32-bit number reach
TEXT_MAX_BYTES = TRIANGLES_MAX * 400  # a written triangle is about 250 bytes
AT_ONCE = 500_000  # corners


def is_text(head: bytes) -> bool:
    """Return whether a file that begins so is written in words; binary ones may begin with "solid" too,
    but hold zeros."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:5].lower()
    return start == b"solid" and b"\0" not in head


def is_exact(head: bytes, size: int) -> bool:
    """Return whether a file of that size is a binary STL to the byte: 80 bytes of header, a count,
    50 bytes a triangle."""
    return size >= FRONT and size == FRONT + ROW * triangle_count(head)


def triangle_count(head: bytes) -> int:
    """Return how many triangles a binary STL says it has, 0 for a file too short to say."""
    return int.from_bytes(head[80:FRONT], "little") if len(head) >= FRONT else 0


def load_stl(path: Path) -> Mesh:
    """Return the model with equal corners joined."""
    import numpy as np

    with open(path, "rb") as file:
        head = file.read(HEAD)
    size = path.stat().st_size
    is_binary = is_exact(head, size) or not is_text(head)
    corners = _binary(path, triangle_count(head)) if is_binary else _text(path, size)
    if not (np.abs(corners) < LARGEST_MM).all():  # what is no number is not less either
        raise damaged(WORD)
    points, faces = join(corners)
    return Mesh(points, faces, "unknown")


def _binary(path: Path, count: int) -> Any:
    import numpy as np

    check_triangles(WORD, count)
    row = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("more", "<u2")])
    return np.fromfile(path, dtype=row, count=count, offset=84)["corners"].reshape(-1, 3)


def _text(path: Path, size: int) -> Any:
    import numpy as np

    if size > TEXT_MAX_BYTES:
        check_triangles(WORD, size // 250)
    numbers: list[Any] = []
    rest = tail = b""
    with open(path, "rb") as file:
        while block := file.read(4 * 1024 * 1024):
            tail = (tail + block)[-TAIL:]
            lines, _, rest = (rest + block).rpartition(b"\n")
            numbers.append(_numbers(lines))
            if sum(len(part) for part in numbers) > 9 * TRIANGLES_MAX:
                check_triangles(WORD, TRIANGLES_MAX + 1)
    numbers.append(_numbers(rest))
    if b"endsolid" not in tail.lower():
        raise truncated(WORD)
    corners = np.concatenate(numbers).reshape(-1, 3)
    if len(corners) % 3:
        raise damaged(WORD)
    check_triangles(WORD, len(corners) // 3)
    return corners


def _numbers(lines: bytes) -> Any:
    import numpy as np

    flat = [value for triple in VERTEX.findall(lines) for value in triple]
    try:
        return np.array(flat, dtype="S").astype("f4") if flat else np.empty(0, "f4")
    except ValueError:
        raise damaged(WORD) from None


def join(corners: Any) -> tuple[Any, Any]:
    """Return points and faces with corners of equal position made one point; writes to `corners`.

    A coordinate that is nothing beside the size of the model is 0: some programs write 1e-33 for one
    corner and 0 for the same corner of the next triangle. Then positions are compared bit by bit
    through a 64-bit mix of the three coordinates; two of 15 million points meet by chance once in 100,000 models.
    """
    import numpy as np

    corners = np.ascontiguousarray(corners, "f4")
    nothing = np.ptp(corners, axis=0).max() * NOTHING
    mixed = np.empty(len(corners), "u8")
    for start in range(0, len(corners), AT_ONCE):  # what is only passed through stays small
        some = corners[start : start + AT_ONCE]
        some[np.abs(some) <= nothing] = 0
        mixed[start : start + AT_ONCE] = _mixed(some.view("u4").astype("u8"))
    distinct, inverse = np.unique(mixed, return_inverse=True)
    del mixed
    points = np.empty((len(distinct), 3), "f4")
    points[inverse] = corners
    return points, inverse.astype("i4").reshape(-1, 3)


def _mixed(bits: Any) -> Any:
    import numpy as np

    mixed = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    for axis in (1, 2):
        mixed ^= mixed >> np.uint64(29)
        mixed = (mixed + bits[:, axis]) * np.uint64(0xBF58476D1CE4E5B9)
    return mixed ^ mixed >> np.uint64(32)
