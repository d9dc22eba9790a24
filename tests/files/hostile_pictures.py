"""Small pictures and archives that take very much memory once they are opened."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

from PIL import Image


def black() -> Any:
    """A small picture as libvips writes it."""
    import pyvips

    return pyvips.Image.black(16, 16, bands=3)


def a_webp(side: int) -> bytes:
    """Lossless, one colour: 246 bytes are enough for 16,383 × 16,383 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16)).save(out, "WEBP", lossless=True)
    made = bytearray(out.getvalue())
    at = made.index(b"VP8L") + 9
    sides = int.from_bytes(made[at : at + 4], "little") & ~0xFFFFFFF | (side - 1) << 14 | side - 1
    made[at : at + 4] = sides.to_bytes(4, "little")
    return bytes(made)


def a_progressive_jpeg(side: int) -> bytes:
    """A frame header that says so (ITU-T T.81, B.2.2); the rest of the file may be small."""
    made = bytearray(black().jpegsave_buffer(Q=1, interlace=True))
    at = made.index(b"\xff\xc2") + 5
    made[at : at + 4] = struct.pack(">HH", side, side)
    return bytes(made)


def a_png(side: int, *, interlace: bool = False) -> bytes:
    made = bytearray(black().pngsave_buffer(interlace=interlace))
    made[16:24] = struct.pack(">II", side, side)
    made[29:33] = struct.pack(">I", zlib.crc32(made[12:29]))
    return bytes(made)


def a_tiff_of_large_tiles(side: int, tile: int) -> bytes:
    """A directory of RGB in tiles that deflate (TIFF 6.0, 2 and 15), and an empty one of them."""
    count = (-(-side // tile)) ** 2
    tags = [
        (256, side),
        (257, side),
        (258, 8),
        (259, 8),
        (262, 2),
        (277, 3),
        (322, tile),
        (323, tile),
    ]
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    at = 8 + 2 + 12 * (len(tags) + 2) + 4
    rows += struct.pack("<HHII", 324, 4, count, at) + struct.pack(
        "<HHII", 325, 4, count, at + 4 * count
    )
    places = struct.pack(f"<{count}I", *[at + 8 * count] * count) + struct.pack(
        f"<{count}I", *[8] * count
    )
    return (
        b"II*\0"
        + struct.pack("<IH", 8, len(tags) + 2)
        + rows
        + bytes(4)
        + places
        + zlib.compress(b"")
    )


def a_photoshop_file(side: int) -> bytes:
    """CMYK without layers, its rows packed (Adobe's PSD specification)."""
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 4, side, side, 8, 4) + bytes(12)
    line = b"\x81\0" * ((side + 127) // 128)
    counts = struct.pack(">H", len(line)) * (side * 4)
    return head + struct.pack(">H", 1) + counts + line * (side * 4)


def an_svg_with_a_picture(side: int) -> bytes:
    png = base64.b64encode(a_png(side))
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9mm" height="9mm">'
        b'<image width="9" height="9" href="data:image/png;base64,' + png + b'"/></svg>'
    )


def an_archive_of(entries: int) -> bytes:
    """One part, and a table of contents that lists so many (PKWARE APPNOTE, Zip64)."""
    part = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    row = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, *[0] * 7, 8, *[0] * 6)
    table = b"".join(row + b"%08x" % number for number in range(entries))
    end = struct.pack(
        "<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, entries, entries, len(table), len(part)
    )
    found = struct.pack("<IIQI", 0x07064B50, 0, len(part) + len(table), 1)
    last = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return part + table + end + found + last
