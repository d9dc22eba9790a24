"""Words that a form for a product with variants needs: its grid of quantities, and what it asks for."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask

from app.catalog.properties import Personalisation, Properties, Variant
from app.catalog.shown_price import shown_minor
from app.catalog.variant_grid import variant_label
from app.core.translations import _
from app.core.web.formats import money, quantity


class VariantField(NamedTuple):
    """The field for the pieces of one variant: the name of its input, its label, what it adds a piece."""

    name: str
    label: str
    note: str
    full_label: str


class VariantGroup(NamedTuple):
    """Variants that differ in the first option alone: ``Navy`` with its colour, and a field for each size."""

    title: str
    colour: str
    fields: list[VariantField]


def init(app: Flask) -> None:
    """Make these functions available in all templates."""
    app.jinja_env.globals.update(
        variant_groups=variant_groups, asked_when=asked_when, variants_help=variants_help
    )


def variant_groups(terms: Properties) -> list[VariantGroup]:
    """Return the grid of the variants on offer."""
    options = terms.variants.options
    found: dict[tuple[str, ...], VariantGroup] = {}
    for row in terms.variants.offered:
        rest = tuple(row.choices[key] for key in options[1:])
        if rest not in found:
            title = variant_label(terms, row, options[:1])
            colours = [
                choice.colour
                for key in options[1:]
                if (option := terms.option(key)) and (choice := option.choice(row.choices[key]))
            ]
            found[rest] = VariantGroup(title, next(filter(None, colours), ""), [])
        label, whole = variant_label(terms, row, options[1:]), variant_label(terms, row)
        note = _difference(terms, row.price_difference_minor + _surcharges(terms, row))
        found[rest].fields.append(VariantField(f"quantities.{row.key}", label, note, whole))
    return list(found.values())


def _surcharges(terms: Properties, row: Variant) -> int:
    """Return what the variant's choices add to a piece, in minor units."""
    return sum(choice.surcharge_minor for _option, choice in terms.chosen(row.choices))


def _difference(terms: Properties, minor: int) -> str:
    """Return what is added to a piece's price, ``+ £2.00``; empty where nothing is."""
    if not minor:
        return ""
    amount = money(shown_minor(abs(minor), terms), terms.price.currency)
    return f"{'+' if minor > 0 else '−'} {amount}"


def variants_help(terms: Properties) -> str:
    """Return how many of one variant may be ordered; empty where any number may."""
    least, step = terms.variants.minimum_each, terms.variants.step_each
    if step > 1:
        return _("Of each at least %(least)s, in steps of %(step)s.",
                 least=quantity(least), step=quantity(step))  # fmt: skip
    return _("Of each at least %(least)s.", least=quantity(least)) if least > 1 else ""


def asked_when(field: Personalisation, terms: Properties) -> dict[str, list[str]]:
    """Return the conditions of a field that the form's script can see: those on options chosen once."""
    keys = {option.key for option in terms.own_options}
    return {key: choices for key, choices in field.only_if.items() if key in keys}
