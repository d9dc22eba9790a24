"""HEIC photos, read by libheif through Pillow."""

from pathlib import Path
from typing import Any

from app.inspection.facts import check_pixels
from app.inspection.facts.raster import profile_name
from app.inspection.kinds import Kind
from app.inspection.refusal import damaged


def open_image(path: Path, kind: Kind) -> Any:
    """Return the Pillow image, opened as HEIF and nothing else."""
    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # our own ceiling is checked below, on purpose
    try:
        return Image.open(path, formats=("HEIF",))
    except (OSError, ValueError, SyntaxError, EOFError):
        raise damaged(kind.word) from None


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in pixels, dpi, colour and profile as for other images."""
    image = open_image(path, kind)
    check_pixels(kind.word, image.width, image.height)
    dpi = image.info.get("dpi")
    profile = image.info.get("icc_profile")
    return {
        "width_px": image.width,
        "height_px": image.height,
        "dpi": round(float(dpi[0]), 1) if dpi else None,
        "colour_space": "Gray" if image.mode.startswith("L") else "RGB",
        "bits": int(image.info.get("bit_depth", 8)),
        "transparency": image.mode.endswith("A"),
        "icc": profile_name(profile) if profile else None,
        "pages": 1,
        "turned": 1,
    }
