"""HEIC photos and AVIF images, read through Pillow."""

from pathlib import Path
from typing import Any

from app.inspection.facts import check_pixels, density
from app.inspection.facts.raster import profile_name
from app.inspection.facts.whole import check_memory
from app.inspection.kinds import Kind
from app.inspection.refusal import damaged, truncated


def open_image(path: Path, kind: Kind) -> Any:
    """Return the Pillow image, opened as HEIF or AVIF and nothing else."""
    import pillow_heif
    from PIL import Image

    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # our own ceiling is checked below, on purpose
    try:
        return Image.open(path, formats=("AVIF" if kind.key == "avif" else "HEIF",))
    except (OSError, ValueError, SyntaxError, EOFError):
        raise damaged(kind.word) from None


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in pixels, dpi, colour and profile as for other images."""
    image = open_image(path, kind)
    check_pixels(kind.word, image.width, image.height)
    check_memory(kind, image.width, image.height, image.width * image.height * 4)
    profile = image.info.get("icc_profile")
    return {
        "width_px": image.width,
        "height_px": image.height,
        "dpi": density.dpi(image),
        "colour_space": "Gray" if image.mode.startswith(("L", "I")) else "RGB",
        "bits": int(image.info.get("bit_depth", 8)),
        "transparency": _is_see_through(image, kind),
        "icc": profile_name(profile) if profile else None,
        "pages": 1,
        "turned": 1 if kind.key == "heic" else image.getexif().get(0x0112, 1),
    }


def _is_see_through(image: Any, kind: Kind) -> bool:
    if not image.mode.endswith("A"):
        return False
    try:
        return bool(image.getchannel("A").getextrema()[0] < 255)
    except (OSError, ValueError, EOFError, RuntimeError, SyntaxError):
        raise truncated(kind.word) from None
