"""PNG, JPEG, TIFF and WebP, read by libvips: the header, and whether anything is see-through."""

from pathlib import Path
from typing import Any

from app.inspection.facts import check_pixels, density, tiff_tags
from app.inspection.facts.tiff_tags import ALPHAS, ICC_LAB, MULTIPLIED, Page
from app.inspection.facts.whole import check_interlaced, check_tiles, check_webp
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged

SPACES = {"srgb": "RGB", "rgb": "RGB", "rgb16": "RGB", "scrgb": "RGB", "cmyk": "CMYK"}
SPACES |= {"b-w": "Gray", "grey16": "Gray", "lab": "Lab", "labs": "Lab"}
MODES = {
    "CMYK": "CMYK",
    "LAB": "Lab",
    "1": "Gray",
    "L": "Gray",
    "LA": "Gray",
    "I": "Gray",
    "F": "Gray",
}
DEPTHS = {"uchar": 8, "char": 8, "ushort": 16, "short": 16, "uint": 32, "int": 32, "float": 32}


def open_image(path: Path, kind: Kind, page: Page | None = None) -> Any:
    """Return the pyvips image, read top to bottom; the loader is the kind's, never guessed. Raises
    pyvips.Error. Channels of a TIFF that are neither colour nor alpha are left out."""
    import pyvips

    pyvips.block_untrusted_set(True)
    load = getattr(pyvips.Image, f"{kind.key}load")
    options = {"page": page.index} if page else {}
    image = load(str(path), access="sequential", fail_on="error", **options)
    if page is None:
        return image
    image = _without_extras(image, page)
    return _from_128(image) if page.number(262, 0) == ICC_LAB and image.bands >= 3 else image


def _from_128(image: Any) -> Any:
    """Return Lab whose a and b are stored from 128, which libvips takes for red, green and blue."""
    step = 256 if image.format == "ushort" else 1
    light, a, b = (image.extract_band(n) for n in range(3))
    lab = (light * (100 / (256 * step - 1))).bandjoin([a / step - 128, b / step - 128])
    return lab.copy(interpretation="lab")


def _without_extras(image: Any, page: Page) -> Any:
    colours, extras = page.colour[1], page.extras
    if not colours or image.bands != colours + len(extras) or extras in {(), (2,)}:
        return image
    alpha = next((n for n, kind in enumerate(extras, start=colours) if kind in ALPHAS), None)
    kept = image.extract_band(0, n=colours) if colours < image.bands else image
    if alpha is None:
        return kept
    whole = kept.bandjoin(image.extract_band(alpha))
    # libvips takes the alpha out of multiplied colours by itself, but only in 8 bits
    is_multiplied = extras[alpha - colours] == MULTIPLIED and image.format != "uchar"
    return whole.unpremultiply().cast(image.format) if is_multiplied else whole


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in pixels, dpi (None where the file says none), colour, depth and profile."""
    import pyvips

    pages = tiff_tags.read_pages(path) if kind.key == "tiff" else []
    first = pages[0] if pages else None
    if first:
        check_tiles(kind, first)
    elif kind.key == "webp":
        check_webp(path, kind)
    try:
        image = open_image(path, kind, first)
        check_pixels(kind.word, image.width, image.height)
        check_interlaced(image, kind)
        facts = _by_vips(image)
    except pyvips.Error:
        facts = _by_pillow(path, kind)
    if first:
        facts["colour_space"] = first.colour[0] or facts["colour_space"]
        facts["bits"] = first.bits
        facts["pages"] = len(pages)
        facts["dpi"] = density.of_tags(first.tags)
    else:
        facts["dpi"] = density.dpi_of_file(path, kind.key.upper())
    return facts


def _by_vips(image: Any) -> dict[str, Any]:
    def held(name: str, default: Any) -> Any:
        return image.get(name) if image.get_typeof(name) else default

    profile = held("icc-profile-data", None)
    return {
        "width_px": image.width,
        "height_px": image.height,
        "colour_space": SPACES.get(image.interpretation, image.interpretation),
        "bits": held("bits-per-sample", DEPTHS.get(image.format, 8)),
        "transparency": is_see_through(image),
        "icc": profile_name(bytes(profile)) if profile else None,
        "pages": 1,
        "turned": held("orientation", 1),
    }


def is_see_through(image: Any) -> bool:
    """Return whether any pixel is: an alpha channel that is full everywhere lets nothing through."""
    if not image.hasalpha():
        return False
    least: float = image.extract_band(image.bands - 1).min()
    return least < {"uchar": 255, "ushort": 65535}.get(image.format, 1)


def _by_pillow(path: Path, kind: Kind) -> dict[str, Any]:
    """Take the facts of what libvips has no reader for; raise FileRefused where Pillow has none either."""
    try:
        with open_by_pillow(path, kind) as image:
            profile = image.info.get("icc_profile")
            facts = {
                "width_px": image.width,
                "height_px": image.height,
                "colour_space": MODES.get(image.mode.partition(";")[0], "RGB"),
                "bits": 16 if image.mode.startswith("I;16") else 8,
                "transparency": image.mode in {"LA", "PA", "RGBA", "RGBa"},
                "icc": profile_name(profile) if profile else None,
                "pages": 1,
                "turned": image.getexif().get(0x0112, 1),
            }
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError):
        raise unreadable(path, kind) from None
    check_pixels(kind.word, facts["width_px"], facts["height_px"])
    return facts


def open_by_pillow(path: Path, kind: Kind, page: Page | None = None) -> Any:
    """Return the Pillow image, opened as its kind and nothing else; raises what Pillow raises."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own ceiling is checked, on purpose
    image = Image.open(path, formats=(kind.key.upper(),))
    if page:
        image.seek(page.index)
    return image


def unreadable(path: Path, kind: Kind) -> FileRefused:
    """Return the refusal of a picture that no library opens: its compression by name where that is why."""
    packed = None
    if kind.key == "tiff":
        pages = tiff_tags.read_pages(path)
        packed = pages[0].packed_as if pages else None
    elif kind.key == "jpeg":
        packed = _rare_jpeg(path)
    if packed is None:
        return damaged(kind.word)
    return FileRefused(
        "compression",
        f"The {kind.word} uses a kind of compression ({packed}) that we can't read.",
        next_step="Export it as an ordinary JPEG, as PNG, or as TIFF with LZW, and upload that.",
    )


def _rare_jpeg(path: Path) -> str | None:
    """Return what is rare about a JPEG by its frame header (ITU-T T.81, B.2.2), None where nothing is."""
    with open(path, "rb") as file:
        data = file.read(1024 * 1024)
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            if marker & 3 == 3:
                return "lossless JPEG"
            if marker & 4:
                return "hierarchical JPEG"
            return f"{data[at + 4]}-bit JPEG" if data[at + 4] != 8 else None
        at += 1 if marker == 0xFF else 2 + length
    return None


def profile_name(data: bytes) -> str:
    """Return the name an ICC profile gives itself."""
    import io

    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(data))).strip()
    except (ImageCms.PyCMSError, OSError):
        return "unreadable profile"
