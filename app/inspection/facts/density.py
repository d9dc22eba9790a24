"""How many pixels an inch a picture says it has: only what is written in the file, with its unit."""

from pathlib import Path
from typing import Any

from app.inspection.facts import MM_PER_INCH

INCH, CENTIMETRE = 2, 3  # ResolutionUnit of TIFF 6.0 and EXIF; 1 is "none": a shape, no size
PHOTOSHOP = 0x03ED  # its own block, pixels an inch however it shows them
X_RESOLUTION, RESOLUTION_UNIT = 282, 296


def dpi(image: Any) -> float | None:
    """Return the resolution of an opened Pillow image, None where it names none or none with a unit."""
    said = image.info.get("dpi")
    is_guess = image.format == "JPEG" and image.info.get("jfif_unit") not in {1, 2}
    if said and not is_guess and image.format != "TIFF":
        return _kept(said[0])
    if image.format == "PNG" and "aspect" in image.info:
        return None
    found = of_tags(image.getexif())
    if found is None and image.format == "JPEG":
        block = image.info.get("photoshop", {}).get(PHOTOSHOP)
        return _kept(block.get("XResolution")) if isinstance(block, dict) else None
    return found


def of_tags(tags: Any) -> float | None:
    """Return the resolution that TIFF or EXIF tags give (inches where the unit is left out)."""
    try:
        value = float(tags[X_RESOLUTION])
        unit = int(tags.get(RESOLUTION_UNIT, INCH))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    factor = {INCH: 1.0, CENTIMETRE: MM_PER_INCH / 10}.get(unit)
    return _kept(value * factor) if factor else None


def _kept(value: Any) -> float | None:
    try:
        dots = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(dots, 1) if 1 <= dots < 1_000_000 else None


def dpi_of_file(path: Path, form: str) -> float | None:
    """Return the resolution of the file in Pillow's format `form`, None where Pillow can't open it."""
    from PIL import Image

    try:
        with Image.open(path, formats=(form,)) as image:
            return dpi(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
