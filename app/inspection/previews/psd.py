"""Photoshop files: the flattened picture that they carry along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.psd import open_merged, open_psd
from app.inspection.facts.psd_spots import MULTICHANNEL, lay_over, spots
from app.inspection.kinds import Kind
from app.inspection.previews.colour import to_screen


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the flattened picture in sRGB, its spot inks over it."""
    from PIL import Image

    psd = open_psd(path, kind)
    inks = spots(psd)
    if psd._record.header.color_mode == MULTICHANNEL and inks:
        picture = Image.new("RGB", psd.size, "white")
    else:
        picture = to_screen(open_merged(psd, kind))
    yield lay_over(psd, picture, inks) if inks else picture
