"""Spot channels of Photoshop files: their names, and their inks laid over the other colours.

The resource "DisplayInfo" (1077) tells each channel beyond the mode's own what it is: its colour, its
solidity and its kind (Adobe's PSD specification, "Image Resource IDs"). A spot channel is stored like
CMYK there: 255 is no ink.
"""

from dataclasses import dataclass
from typing import Any

MULTICHANNEL = 7
RGB, HSB, CMYK, LAB, GREY = 0, 1, 2, 7, 8
TOP = 65535  # of 16 bits


@dataclass(frozen=True)
class Spot:
    """One ink: the place of its channel in the file, its name, and its colour at full strength in sRGB."""

    channel: int
    name: str
    colour: tuple[float, float, float]


def spots(psd: Any) -> list[Spot]:
    """Return the spot channels in the file's order; none where the file says nothing of them."""
    from psd_tools.constants import Resource
    from psd_tools.psd.image_resources import AlphaChannelMode

    info = psd.image_resources.get_data(Resource.DISPLAY_INFO)
    if info is None:
        return []
    head = psd._record.header
    # what they tell of stands last: the picture's own transparency may come before
    first = max(head.channels - len(info.alpha_channels), 0)
    names = _names(psd)
    return [
        Spot(first + place, names.get(place, f"Spot {place + 1}"), _colour(row))
        for place, row in enumerate(info.alpha_channels)
        if first + place < head.channels
        and (row.mode == AlphaChannelMode.SPOT or int(head.color_mode) == MULTICHANNEL)
    ]


def lay_over(psd: Any, picture: Any, inks: list[Spot]) -> Any:
    """Return `picture` (RGB) with the inks multiplied over it, as translucent inks print."""
    import numpy as np
    from PIL import Image

    shown = np.asarray(picture.convert("RGB"), dtype="f4") / 255
    planes = psd.numpy()
    for ink in inks:
        coverage = 1 - planes[:, :, ink.channel : ink.channel + 1]
        shown = shown * (1 - coverage * (1 - np.asarray(ink.colour, dtype="f4")))
    return Image.fromarray(np.clip(shown * 255 + 0.5, 0, 255).astype("u1"))


def _names(psd: Any) -> dict[int, str]:
    from psd_tools.constants import Resource

    for resource in (Resource.ALPHA_NAMES_UNICODE, Resource.ALPHA_NAMES_PASCAL):
        held = psd.image_resources.get_data(resource)
        if held:
            return {place: str(name).strip("\0 ") for place, name in enumerate(held)}
    return {}


def _colour(row: Any) -> tuple[float, float, float]:
    """Return the ink in sRGB, 0 to 1; grey for a colour book that no number is given of."""
    import colorsys

    parts = [part / TOP for part in (row.c1, row.c2, row.c3, row.c4)]
    if row.color_space == RGB:
        return (parts[0], parts[1], parts[2])
    if row.color_space == HSB:
        return colorsys.hsv_to_rgb(*parts[:3])
    if row.color_space == CMYK:  # upside down: 0 is full ink
        return (parts[0] * parts[3], parts[1] * parts[3], parts[2] * parts[3])
    if row.color_space == LAB:
        return _from_lab(row.c1 / 100, _signed(row.c2) / 100, _signed(row.c3) / 100)
    if row.color_space == GREY:
        grey = min(row.c1 / 10_000, 1.0)
        return (grey, grey, grey)
    return (0.5, 0.5, 0.5)


def _signed(value: int) -> int:
    return value - 65536 if value > 32767 else value


def _from_lab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    from PIL import Image, ImageCms

    # as ICC profiles keep it in 8 bits: L in 0..255, a and b from 128
    one = Image.new("LAB", (1, 1), (round(lightness * 2.55), round(a) + 128, round(b) + 128))
    made: Any = ImageCms.profileToProfile(
        one, ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    red, green, blue = made.getpixel((0, 0))
    return (red / 255, green / 255, blue / 255)
