"""PNG, JPEG and TIFF, read by libvips: the header only, no pixels."""

from pathlib import Path
from typing import Any

from app.inspection.facts import MM_PER_INCH, check_pixels
from app.inspection.kinds import Kind
from app.inspection.refusal import damaged

FILLED_IN = {71.98, 72.0, 25.4}
SPACES = {"srgb": "RGB", "rgb": "RGB", "rgb16": "RGB", "scrgb": "RGB", "cmyk": "CMYK"}
SPACES |= {"b-w": "Gray", "grey16": "Gray", "lab": "Lab", "labs": "Lab"}


def open_image(path: Path, kind: Kind) -> Any:
    """Return the pyvips image, read top to bottom; the loader is the kind's, never guessed."""
    import pyvips

    pyvips.block_untrusted_set(True)
    load = getattr(pyvips.Image, f"{kind.key}load")
    try:
        return load(str(path), access="sequential", fail_on="error")
    except pyvips.Error:
        raise damaged(kind.word) from None


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in pixels, dpi (None where the file says none), colour, depth and profile."""
    image = open_image(path, kind)
    check_pixels(kind.word, image.width, image.height)

    def held(name: str, default: Any) -> Any:
        return image.get(name) if image.get_typeof(name) else default

    profile = held("icc-profile-data", None)
    return {
        "width_px": image.width,
        "height_px": image.height,
        "dpi": _dpi(image),
        "colour_space": SPACES.get(image.interpretation, image.interpretation),
        "bits": {"uchar": 8, "ushort": 16, "float": 32}.get(image.format, 8),
        "transparency": bool(image.hasalpha()),
        "icc": profile_name(bytes(profile)) if profile else None,
        "pages": held("n-pages", 1),
        "turned": held("orientation", 1),
    }


def _dpi(image: Any) -> float | None:
    """libvips fills in 72 dpi or 1 pixel a millimetre where the file says nothing."""
    dpi = float(image.xres) * MM_PER_INCH
    if not image.get_typeof("resolution-unit") and round(dpi, 2) in FILLED_IN:
        return None
    return round(dpi, 1)


def profile_name(data: bytes) -> str:
    """Return the name an ICC profile gives itself."""
    import io

    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(data))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable profile"
