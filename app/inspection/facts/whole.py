"""Pictures that can only be unpacked whole: what that takes is asked before it is taken."""

import resource
from pathlib import Path
from typing import Any

from app.inspection.facts.tiff_tags import Page
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused

USABLE = 0.8  # of the sandbox's memory; the rest holds the program
OTHERWISE_BYTES = 2 * 1024**3


def usable_bytes() -> float:
    """Return how much of the sandbox's memory a picture may take."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    return (OTHERWISE_BYTES if limit == resource.RLIM_INFINITY else limit) * USABLE


def check_memory(kind: Kind, width_px: int, height_px: int, needed_bytes: int) -> None:
    """Raise FileRefused where opening the picture takes more memory than the sandbox gives."""
    usable = usable_bytes()
    if needed_bytes > usable:
        raise FileRefused(
            "pixels",
            f"The {kind.word} is {width_px:,} × {height_px:,} pixels and can only be opened whole, which "
            f"takes {needed_bytes / 1e9:.1f} GB of memory; {usable / 1e9:.1f} GB is the most.",
            next_step="Save it as an ordinary TIFF or PNG, or at the size it is printed, and upload that.",
        )


def check_tiles(kind: Kind, page: Page) -> None:
    """Ask it of a TIFF's tiles (TIFF 6.0, 15): libvips holds a row of them, each whole."""
    width, height, bands = (page.number(tag, 1) for tag in (256, 257, 277))
    across, down = page.number(322, 0), page.number(323, 0)
    if across > 0 and down > 0:
        row = -(-width // across) * across * down
        check_memory(kind, width, height, row * bands * max(page.bits, 8) // 8)


def check_webp(path: Path, kind: Kind) -> None:
    """Ask it of a WebP by its first chunk (RFC 9649, 2.5 to 2.7): every reader takes the room at once."""
    with open(path, "rb") as file:
        head = file.read(30)
    width = height = 0
    if head[12:16] == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    elif head[12:16] == b"VP8L":
        sides = int.from_bytes(head[21:25], "little")
        width, height = (sides & 0x3FFF) + 1, (sides >> 14 & 0x3FFF) + 1
    elif head[12:16] == b"VP8 ":
        width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    check_memory(kind, width, height, width * height * 4)


def check_interlaced(image: Any, kind: Kind) -> None:
    """Ask it of a picture whose rows come several times over; libvips has opened its header."""
    if not (image.get_typeof("interlaced") and image.get("interlaced")):
        return
    per_pixel = image.bands * (1 if image.format in ("uchar", "char") else 2)
    if kind.key == "jpeg":
        # coefficients have 16 bits each (ITU-T T.81, G); mostly half as many stand for the colours
        per_pixel = 3 if image.bands == 3 else image.bands * 2
    check_memory(kind, image.width, image.height, image.width * image.height * per_pixel)
