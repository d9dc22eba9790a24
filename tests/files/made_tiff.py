"""TIFF files written tag by tag (TIFF 6.0), for what no library writes."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Sequence

SIZES = {1: 1, 3: 2, 4: 4, 5: 8}
GRAY, RGB, INKS, CIELAB, ICCLAB = 1, 2, 5, 8, 9
NOT_SAID, ASSOCIATED, UNASSOCIATED = 0, 1, 2


def a_tiff(
    pixel: Sequence[int],
    photometric: int = RGB,
    *,
    size: tuple[int, int] = (8, 8),
    bits: int = 8,
    extras: Sequence[int] | None = None,
    tags: dict[int, tuple[int, Sequence[int]] | None] | None = None,
    copies: Sequence[dict[int, tuple[int, Sequence[int]]]] = (),
) -> bytes:
    """A picture of one colour, its channels given in `pixel`.

    `tags` (number → type, values) are added or take the place of others, None leaves one out. Each of
    `copies` is a further directory with the same picture and such tags.
    """
    width, height = size
    data = b"".join(value.to_bytes(bits // 8, "little") for value in pixel) * (width * height)
    held: dict[int, tuple[int, Sequence[int]] | None] = {
        256: (4, [width]), 257: (4, [height]), 258: (3, [bits] * len(pixel)), 259: (3, [1]),
        262: (3, [photometric]), 273: (4, [8]), 277: (3, [len(pixel)]), 278: (4, [height]),
        279: (4, [len(data)]), 284: (3, [1]),
    }  # fmt: skip
    if extras is not None:
        held[338] = (3, extras)
    out = data
    places = []
    for more in ({}, *copies):
        out += b"\0" * (len(out) % 2)
        at = 8 + len(out)
        wanted = held | (tags or {}) | more
        body, tail = _directory({tag: said for tag, said in wanted.items() if said}, at)
        places.append((len(out) + len(body) - 4, at))
        out += body + tail
    whole = bytearray(b"II*\0" + struct.pack("<I", places[0][1]) + out)
    for (link, _), (_, following) in itertools.pairwise(places):
        whole[8 + link : 12 + link] = struct.pack("<I", following)
    return bytes(whole)


def _directory(tags: dict[int, tuple[int, Sequence[int]]], at: int) -> tuple[bytes, bytes]:
    behind = at + 2 + 12 * len(tags) + 4
    entries, tail = b"", b""
    for number, (kind, values) in sorted(tags.items()):
        letter = {1: "B", 3: "H", 4: "I", 5: "I"}[kind]
        body = struct.pack(f"<{len(values)}{letter}", *values)
        count = len(body) // SIZES[kind]
        if len(body) > 4:
            body, tail = (
                struct.pack("<I", behind + len(tail)),
                tail + body + b"\0" * (len(body) % 2),
            )
        entries += struct.pack("<HHI", number, kind, count) + body.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + entries + b"\0\0\0\0", tail
