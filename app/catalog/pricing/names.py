"""The names that formulas may use: facts with their units, options, letters, typed numbers, rates."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from app.catalog.pricing.language import Value
from app.catalog.pricing.measures import number_typed
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.terms import Rate
from app.catalog.properties import Properties
from app.core.translations import _, _l
from app.core.web.formats import quantity as grouped


class Named(NamedTuple):
    """A name of the language: what it means, and its unit."""

    label: str
    unit: str = ""


FACTS = {
    "quantity": Named(_l("quantity"), _l("pieces")),
    "width_mm": Named(_l("width"), "mm"),
    "height_mm": Named(_l("height"), "mm"),
    "area_m2": Named(_l("area"), "m²"),
    "perimeter_m": Named(_l("outline"), "m"),
    "pages": Named(_l("pages")),
    "sides": Named(_l("printed sides")),
    "designs": Named(_l("designs")),
    "sheets": Named(_l("sheets of the line")),
    "volume_cm3": Named(_l("volume"), "cm³"),
    "box_cm3": Named(_l("bounding box"), "cm³"),
    "weight_g": Named(_l("weight"), "g"),
    "minutes": Named(_l("minutes of work on the line"), "min"),
}


def names_offered(product: Properties, rates: Mapping[str, Rate]) -> dict[str, Named]:
    """Return every name that a formula of this product may use, with its meaning and unit."""
    found = dict(FACTS)
    for step in product.route:
        found[f"minutes.{step.work_centre}"] = Named(_("minutes: %(step)s", step=step.name), "min")
    for option in product.options:
        found[f"option.{option.key}"] = Named(option.label)
    for field in product.personalisation:
        if field.kind == "number":
            found.setdefault(field.key, Named(field.label, field.unit))
        elif field.kind == "text":
            found[f"letters.{field.key}"] = Named(_("letters: %(field)s", field=field.label))
    for key, rate in rates.items():
        unit = f"{rate.currency}/{rate.unit}" if rate.unit else rate.currency
        found[f"rate.{key}"] = Named(rate.label or key.replace("_", " "), unit)
    return found


def names_of(line: LineToPrice) -> dict[str, Value | None]:
    """Return each name with its value for this line; None where it is not known yet.

    A rate of another currency than the price is not known.
    """
    known = line.measures
    found: dict[str, Value | None] = {
        "quantity": Decimal(line.quantity),
        "width_mm": known.width_mm,
        "height_mm": known.height_mm,
        "area_m2": known.area_m2,
        "perimeter_m": known.perimeter_m,
        "pages": Decimal(known.pages),
        "sides": Decimal(known.sides),
        "designs": Decimal(known.designs),
        "sheets": None if known.sheets is None else Decimal(known.sheets),
        "volume_cm3": known.volume_cm3,
        "box_cm3": known.box_cm3,
        "weight_g": known.weight_g,
        "minutes": sum(known.minutes.values(), Decimal(0)),
    }
    for step in line.product.route:
        found[f"minutes.{step.work_centre}"] = known.minutes.get(step.work_centre, Decimal(0))
    for option in line.product.options:
        several = line.variants and option.key in line.product.variants.options
        found[f"option.{option.key}"] = line.options.get(option.key, None if several else "")
    for field in line.product.personalisation:
        text = line.personalisation.get(field.key, "")
        if not line.product.meets(field.only_if, line.options, line.breakdown):
            text = ""
        if field.kind == "number":
            found.setdefault(field.key, number_typed(text))
        elif field.kind == "text":
            found[f"letters.{field.key}"] = Decimal(letters(text))
    for key, rate in line.terms.rates.items():
        is_ours = rate.currency == line.rule.currency
        found[f"rate.{key}"] = rate.value if is_ours else None
    return found


def letters(text: str) -> int:
    """Return how many letters are made: spaces don't count."""
    return sum(not sign.isspace() for sign in text)


def described(name: str, value: Value | None, offered: Mapping[str, Named]) -> str:
    """Return a name with its value and unit, as ``area 0.0155 m²``."""
    named = offered.get(name, Named(name))
    shown = grouped(value) if isinstance(value, Decimal) else str(value or "–")
    return f"{named.label} {shown} {named.unit}".strip()
