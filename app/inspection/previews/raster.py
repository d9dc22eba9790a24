"""PNG, JPEG, TIFF and WebP, shrunk by libvips while they are read: memory stays flat at any size."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts import tiff_tags
from app.inspection.facts.raster import open_by_pillow, open_image, unreadable
from app.inspection.facts.tiff_tags import Page
from app.inspection.kinds import Kind
from app.inspection.previews.colour import to_screen
from app.inspection.refusal import truncated

SCALED = {"uchar", "ushort"}  # grey of other formats libvips cuts off at 255
EARLY_END: tuple[str, ...] = (
    "premature", "truncated", "not enough", "unexpected eof", "short read", "end of stream",
    "end of file", "out of order read", "fread",
)  # fmt: skip


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the picture upright in sRGB. Every pixel is read, so a cut file is found here."""
    held = tiff_tags.read_pages(path) if kind.key == "tiff" else []
    for number in pages:
        yield _picture(path, kind, held[number - 1] if held else None, size_px)


def _picture(path: Path, kind: Kind, page: Page | None, size_px: int) -> Any:
    import pyvips
    from PIL import Image

    pyvips.block_untrusted_set(True)
    options = {"height": size_px, "size": "down", "output_profile": "srgb"}
    try:
        if page is None:  # shrunk while it is unpacked
            picture = pyvips.Image.thumbnail(str(path), size_px, fail_on="error", **options)
        else:
            whole = open_image(path, kind, page)
            if whole.bands == 1 and whole.format not in SCALED:
                return _otherwise(path, kind, page, "")
            picture = whole.thumbnail_image(size_px, **options)
        if picture.hasalpha():
            picture = picture.flatten(background=255)
        if picture.bands > 3:
            picture = picture.extract_band(0, n=3)
        raw = picture.cast("uchar").write_to_memory()
    except pyvips.Error as problem:
        return _otherwise(path, kind, page, str(problem).lower())
    mode = "L" if picture.bands == 1 else "RGB"
    return Image.frombytes(mode, (picture.width, picture.height), raw)


def _otherwise(path: Path, kind: Kind, page: Page | None, problem: str) -> Any:
    """Draw by Pillow what libvips has no reader for (whole, in memory), or raise FileRefused."""
    from PIL import ImageOps

    if "out of memory" in problem:
        raise MemoryError
    image = None
    try:
        image = open_by_pillow(path, kind, page)
        image.load()
    except MemoryError:
        raise
    except Exception as second:  # its decoders raise many kinds
        problem += str(second).lower()
        image = None
    if any(words in problem for words in EARLY_END):
        raise truncated(kind.word) from None
    if image is None or kind.key != "tiff":
        raise unreadable(path, kind) from None
    top = 2 ** min(page.bits, 16) - 1 if page else 65535
    return to_screen(ImageOps.exif_transpose(image), top)
