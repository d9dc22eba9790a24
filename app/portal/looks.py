"""How a product is drawn: read from its data, so that a new product has a picture at once."""

from dataclasses import dataclass

from app.catalog.properties import Properties

MODELS = frozenset({"stl", "3mf"})
LARGE_SHEET_MM = 300
SMALL_BUILD_MM = 200
RAW = "#8d95a3"


@dataclass(frozen=True)
class Look:
    """What to draw: ``sheet``, ``part``, ``figure``, ``ring``, ``pendant`` or ``thing``."""

    kind: str
    width_mm: float = 0
    height_mm: float = 0
    words: tuple[str, ...] = ()
    colour: str = RAW

    @property
    def is_large(self) -> bool:
        """Whether it is a sheet for a wall rather than for a hand."""
        return max(self.width_mm, self.height_mm) >= LARGE_SHEET_MM


def look_of(terms: Properties) -> Look:
    """Return how a product with these properties is drawn."""
    art = terms.artwork
    if art is None:
        return Look("thing")
    if art.trim_width_mm and art.trim_height_mm:
        words = tuple(
            field.label for field in terms.personalisation if field.kind in {"text", "date"}
        )
        return Look("sheet", float(art.trim_width_mm), float(art.trim_height_mm), words[:2])
    if art.approval == "design":
        keys = {option.key for option in terms.options}
        return Look("ring" if "size" in keys else "pendant")
    if MODELS & set(art.accept):
        volume = art.build_volume_mm
        is_small = volume and max(volume) <= SMALL_BUILD_MM
        return Look("figure" if is_small else "part", colour=_colour(terms))
    return Look("thing")


def _colour(terms: Properties) -> str:
    """Return the first colour that is neither so light nor so dark that its faces vanish."""
    found = [choice.colour for option in terms.options for choice in option.choices]
    return next((one for one in reversed(found) if one), RAW)
