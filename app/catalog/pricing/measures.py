"""The measures of a piece that prices are made from: of what was typed or chosen, the product, the file.

A product that says its own size is made in that size, whatever the file's is: so what the customer typed
comes first, then the chosen size, then the product's own trim size, and the file's only after these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.catalog.demand import weight_g
from app.catalog.facts import Facts
from app.catalog.pricing.imposition import pieces_per_sheet, sheets_used
from app.catalog.properties import Choice, Properties, applies
from app.catalog.properties.personalisation import LENGTHS, MM_PER_UNIT


@dataclass(frozen=True)
class Measures:
    """Measures of one piece, and `sheets` and `minutes` of the whole line; None where not known.

    `per_sheet` is how many fit on a sheet, 0 where a piece is larger; `minutes` are by work centre.
    """

    width_mm: Decimal | None
    height_mm: Decimal | None
    pages: int
    sides: int
    designs: int
    volume_cm3: Decimal | None
    box_cm3: Decimal | None
    weight_g: Decimal | None
    per_sheet: int | None
    sheets: int | None
    minutes: dict[str, Decimal]

    @property
    def area_m2(self) -> Decimal | None:
        """The area of a piece's outer rectangle in m²."""
        if self.width_mm is None or self.height_mm is None:
            return None
        return self.width_mm * self.height_mm / 1_000_000

    @property
    def perimeter_m(self) -> Decimal | None:
        """The outline of a piece's outer rectangle in metres."""
        if self.width_mm is None or self.height_mm is None:
            return None
        return 2 * (self.width_mm + self.height_mm) / 1000


def measures_of(
    product: Properties,
    options: Mapping[str, str],
    personalisation: Mapping[str, str],
    quantity: int,
    facts: Facts,
    breakdown: Mapping[str, int] | None = None,
) -> Measures:
    """Return the measures of a piece in this configuration."""
    typed = typed_measures(product, options, personalisation)
    chosen = product.chosen(options)
    choices = [choice for _, choice in chosen]
    artwork = product.artwork
    own = (artwork.trim_width_mm, artwork.trim_height_mm) if artwork else (None, None)
    width = _first(typed.get("width_mm"), _choice(choices, "width_mm"), own[0], facts.width_mm)
    height = _first(typed.get("height_mm"), _choice(choices, "height_mm"), own[1], facts.height_mm)
    least = artwork.pages_min if artwork else 1
    pages = int(_first(typed.get("pages"), facts.pages, least) or 1)
    sides = _first(typed.get("sides"), _choice(choices, "sides"), 2 if pages > 1 else 1)
    printed = max(1, int(sides if sides is not None else 1))
    up = None
    if product.price.sheet and width is not None and height is not None:
        up = pieces_per_sheet(product.price.sheet, width, height)
    leaves = -(-pages // printed)
    return Measures(
        width_mm=width,
        height_mm=height,
        pages=pages,
        sides=int(sides if sides is not None else 1),
        designs=int(typed.get("designs") or 1),
        volume_cm3=facts.volume_cm3,
        box_cm3=facts.box_cm3,
        weight_g=_first(
            weight_g(chosen, facts), typed.get("weight_g"), _choice(choices, "weight_g")
        ),
        per_sheet=up,
        sheets=sheets_used(quantity, leaves, up) if up else None,
        minutes=minutes_of(product, options, quantity, breakdown),
    )


def typed_measures(
    product: Properties, options: Mapping[str, str], personalisation: Mapping[str, str]
) -> dict[str, Decimal]:
    """Return measure → what the customer typed for it, lengths in mm."""
    found = {}
    for field in product.personalisation:
        if field.measure and applies(field.only_if, options):
            number = number_typed(personalisation.get(field.key, ""))
            if number is not None and number >= 0:
                scale = MM_PER_UNIT[field.unit] if field.measure in LENGTHS else 1
                found[str(field.measure)] = number * scale
    return found


def number_typed(text: str) -> Decimal | None:
    """Return a clean typed number; None for anything else."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def minutes_of(
    product: Properties,
    options: Mapping[str, str],
    quantity: int,
    breakdown: Mapping[str, int] | None = None,
) -> dict[str, Decimal]:
    """Return work centre → minutes that a line of `quantity` pieces takes there, set-up included."""
    found: dict[str, Decimal] = {}
    for step in product.route_for(options, breakdown):
        minutes = step.setup_minutes + step.minutes_per_unit * quantity
        found[step.work_centre] = found.get(step.work_centre, Decimal(0)) + minutes
    return found


def _first(*values: Decimal | int | None) -> Decimal | None:
    return next((Decimal(value) for value in values if value is not None), None)


def _choice(choices: list[Choice], name: str) -> Decimal | None:
    return _first(*(getattr(choice, name) for choice in choices))
