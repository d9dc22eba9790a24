"""A picture that is the artwork itself has enough pixels for the product's size."""

from __future__ import annotations

from app.artwork.preflight import sizes
from app.artwork.preflight.finding import Artwork, FileFacts, Findings
from app.artwork.preflight.sharpness import rate_resolution

ORDER = 51
KINDS = frozenset({"png", "jpeg", "tiff", "heic", "psd"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Spread the pixels over trim and bleed (the way round that fits better) and count per inch."""
    least = requirement.min_dpi
    wanted, pixels = sizes.wanted(requirement), sizes.pixels(facts)
    if not least or wanted is None or pixels is None:
        return
    upright = _dpi(pixels, wanted.full)
    turned = _dpi(pixels[::-1], wanted.full)
    fits_turned = sizes.alike(pixels[::-1], wanted.full) or sizes.alike(pixels[::-1], wanted.trim)
    yield rate_resolution(turned if fits_turned else upright, least, "The picture")


def _dpi(pixels: sizes.Size, size_mm: sizes.Size) -> float:
    return min(pixels[k] / (size_mm[k] / sizes.MM_PER_INCH) for k in (0, 1))
