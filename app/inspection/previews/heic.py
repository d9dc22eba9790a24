"""HEIC photos and AVIF images."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.heic import open_image
from app.inspection.kinds import Kind
from app.inspection.previews.colour import to_screen
from app.inspection.refusal import truncated


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the main picture upright."""
    from PIL import ImageOps

    image = open_image(path, kind)
    try:
        image.load()
    except (OSError, ValueError, EOFError, RuntimeError, SyntaxError):
        raise truncated(kind.word) from None
    yield to_screen(ImageOps.exif_transpose(image))
