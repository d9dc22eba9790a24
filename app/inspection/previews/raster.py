"""PNG, JPEG and TIFF, shrunk by libvips while they are read: memory stays flat at any size."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.kinds import Kind
from app.inspection.refusal import damaged, truncated

EARLY_END: tuple[str, ...] = (
    "premature",
    "truncated",
    "not enough",
    "unexpected eof",
    "read error",
    "short read",
)
EARLY_END += ("end of stream", "end of file", "out of order read", "fread")


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the picture upright in sRGB on white. Every pixel is read, so a cut file is found here."""
    import pyvips
    from PIL import Image

    pyvips.block_untrusted_set(True)
    try:
        picture = pyvips.Image.thumbnail(
            str(path), size_px, height=size_px, size="down", output_profile="srgb", fail_on="error"
        )
        if picture.hasalpha():
            picture = picture.flatten(background=255)
        if picture.bands > 3:
            picture = picture.extract_band(0, n=3)
        raw = picture.cast("uchar").write_to_memory()
    except pyvips.Error as problem:
        if any(words in str(problem).lower() for words in EARLY_END):
            raise truncated(kind.word) from None
        if "memory" in str(problem).lower():
            raise MemoryError from None
        raise damaged(kind.word) from None
    mode = "L" if picture.bands == 1 else "RGB"
    yield Image.frombytes(mode, (picture.width, picture.height), raw)
