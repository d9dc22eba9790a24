"""HEIC photos."""

from pathlib import Path
from typing import Any

from app.inspection.facts.heic import open_image
from app.inspection.kinds import Kind
from app.inspection.previews import Row, save_page_and_thumb
from app.inspection.refusal import truncated


def draw(path: Path, kind: Kind, facts: dict[str, Any], out: Path) -> list[Row]:
    """Draw the main photo upright."""
    from PIL import ImageOps

    image = open_image(path, kind)
    try:
        image.load()
    except (OSError, ValueError, EOFError):
        raise truncated(kind.word) from None
    return save_page_and_thumb(ImageOps.exif_transpose(image), out)
