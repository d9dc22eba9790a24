"""Photoshop files: the flattened picture that they carry along."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.inspection.facts.psd import open_psd
from app.inspection.kinds import Kind
from app.inspection.refusal import truncated


def pictures(
    path: Path, kind: Kind, facts: dict[str, Any], pages: range, size_px: int
) -> Iterator[Any]:
    """Draw the flattened picture in sRGB."""
    from PIL import Image

    psd = open_psd(path, kind)
    try:
        picture = psd.topil(apply_icc=True)
    except MemoryError:
        raise
    except Exception:  # the parser raises many kinds; the pixels are what is missing
        raise truncated(kind.word) from None
    if picture is None:
        raise truncated(kind.word)
    if picture.mode == "CMYK":
        picture = _to_srgb(picture)
    elif picture.mode.startswith("I") or picture.mode == "F":
        picture = Image.eval(picture.convert("F"), lambda value: value / 256).convert("L")
    yield picture


def _to_srgb(picture: Any) -> Any:
    """Use the file's own profile where it has one, the plain formula otherwise."""
    from PIL import ImageCms

    profile = picture.info.get("icc_profile")
    if not profile:
        return picture.convert("RGB")
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(
            picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:
        return picture.convert("RGB")
    return made
