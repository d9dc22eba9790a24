"""A picture that is the artwork itself has enough pixels for the product's size."""

from app.preflight import PICTURES, sizes
from app.preflight.finding import Artwork, FileFacts, Findings
from app.preflight.sharpness import rate_resolution

ORDER = 51
KINDS = PICTURES


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Spread the pixels over trim and bleed (the way round that fits better) and count per inch."""
    least = requirement.min_dpi
    wanted, pixels = sizes.wanted(requirement), sizes.pixels(facts)
    if not least or wanted is None or pixels is None:
        return
    shown = pixels[::-1] if sizes.fit_shape(pixels, wanted).is_turned else pixels
    dots = (
        pixel / (side / sizes.MM_PER_INCH) for pixel, side in zip(shown, wanted.full, strict=True)
    )
    yield rate_resolution(min(dots), least, "The picture")
