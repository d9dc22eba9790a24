"""Photoshop files: the flattened picture that they carry along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.psd import open_merged, open_psd
from app.inspection.kinds import Kind
from app.inspection.previews.colour import to_screen


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the flattened picture in sRGB."""
    yield to_screen(open_merged(open_psd(path, kind), kind))
