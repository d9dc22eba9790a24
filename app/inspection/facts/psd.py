"""Photoshop files: the header and resources; layers by name only."""

import struct
from pathlib import Path
from typing import Any

from app.inspection.facts import check_pixels
from app.inspection.facts.psd_spots import spots
from app.inspection.facts.raster import profile_name
from app.inspection.facts.whole import check_memory
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged, truncated

SPACES = {0: "Bitmap", 1: "Gray", 2: "Indexed", 3: "RGB", 4: "CMYK", 7: "Multichannel"}
SPACES |= {8: "Duotone", 9: "Lab"}
RAW, PACK_BITS = 0, 1
SIDE_MAX_PX = 30_000  # the most its reader takes


def header(path: Path, kind: Kind) -> tuple[int, int, int, int, int]:
    """Return channels, height, width, depth and mode of the 26-byte file header (Adobe's PSD
    specification, "File Header Section") and refuse a picture beyond the ceiling."""
    with open(path, "rb") as file:
        raw = file.read(26)
    if len(raw) < 26 or raw[4:6] not in (b"\0\1", b"\0\2"):
        raise damaged(kind.word)
    channels, height, width, depth, mode = struct.unpack(">HIIHH", raw[12:26])
    check_pixels(kind.word, width, height)
    # its reader holds each channel alone, all of them, and what they become in sRGB
    check_memory(kind, width, height, 4 * width * height * channels * max(depth, 8) // 8)
    return channels, height, width, depth, mode


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in pixels, dpi, colour, depth, profile and the number of layers."""
    from psd_tools.constants import Resource

    channels, height, width, depth, mode = header(path, kind)
    psd = open_psd(path, kind)
    check_flattened(psd)
    check_whole(psd, kind)
    resolution = psd.image_resources.get_data(Resource.RESOLUTION_INFO)
    profile = psd.image_resources.get_data(Resource.ICC_PROFILE)
    inks = spots(psd)
    space = SPACES.get(mode, "unknown")
    return {
        "width_px": width,
        "height_px": height,
        "dpi": _dpi(resolution),
        "colour_space": space,
        "colour_spaces": [space, "Spot"] if inks else [space],
        "spot_names": [ink.name for ink in inks],
        "channels": channels,
        "bits": depth,
        "transparency": _is_see_through(psd, kind),
        "icc": profile_name(profile) if profile else None,
        "layers": len(list(psd.descendants())),
        "pages": 1,
        "turned": 1,
    }


def open_psd(path: Path, kind: Kind) -> Any:
    """Return the parsed file; whatever the parser stumbles over means a damaged file."""
    from psd_tools import PSDImage

    try:
        return PSDImage.open(path, max_alloc_bytes="unlimited")  # the sandbox has its own limit
    except MemoryError:
        raise
    except Exception:  # the parser raises many kinds, all mean the same here
        raise damaged(kind.word) from None


def check_whole(psd: Any, kind: Kind) -> None:
    """Raise FileRefused where the flattened picture, the last part of the file, lost its end.

    Packed rows are counted in a table before them (Adobe's PSD specification, "Image Data Section").
    """
    head, data = psd._record.header, psd._record.image_data
    rows = head.height * head.channels
    if data.compression == RAW:
        needed = rows * ((head.width * head.depth + 7) // 8)
    elif data.compression == PACK_BITS:
        size = 2 if head.version == 1 else 4
        table = data.data[: rows * size]
        if len(table) < rows * size:
            raise truncated(kind.word)
        needed = rows * size + sum(struct.unpack(f">{rows}{'HI'[size // 4]}", table))
    else:
        return
    if len(data.data) < needed:
        raise truncated(kind.word)


def check_flattened(psd: Any) -> None:
    """Raise FileRefused where Photoshop kept layers only: what it wrote for the picture is blank."""
    if not psd.has_preview() and len(psd):
        raise FileRefused(
            "no_picture",
            "The Photoshop file was saved without “Maximize Compatibility”: it holds layers, but no "
            "finished picture.",
            next_step="Save it again with “Maximize Compatibility” switched on, or as PDF or TIFF.",
        )


def open_merged(psd: Any, kind: Kind) -> Any:
    """Return the finished picture as Pillow has it, with its profile applied."""
    if max(psd.size) > SIDE_MAX_PX:
        width, height = psd.size
        raise FileRefused(
            "pixels",
            f"The {kind.word} is {width:,} × {height:,} pixels; more than {SIDE_MAX_PX:,} on a side "
            "are not opened.",
            next_step="Save it as TIFF or PDF and upload that.",
        )
    try:
        picture = psd.topil(apply_icc=True)
    except MemoryError:
        raise
    except Exception:  # the parser raises many kinds; the pixels are what is missing
        raise truncated(kind.word) from None
    if picture is None:
        raise truncated(kind.word)
    return picture


def _is_see_through(psd: Any, kind: Kind) -> bool:
    from psd_tools.api.pil_io import has_transparency

    if not has_transparency(psd):
        return False
    picture = open_merged(psd, kind)
    return "A" in picture.getbands() and picture.getchannel("A").getextrema()[0] < 255


def _dpi(resolution: Any) -> float | None:
    """Return pixels an inch, 16.16 fixed point; its unit says only how Photoshop shows it."""
    if resolution is None:
        return None
    return round(float(resolution.horizontal) / 65536, 1) or None
