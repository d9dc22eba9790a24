"""The grid of variants: generated from the variant options, and read when a line orders several of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product as combinations
from math import prod

from app.catalog.properties import Option, Properties, Variant, Variants
from app.catalog.properties.constraints import broken
from app.catalog.properties.variants import MOST_VARIANTS, key_of
from app.core.errors import BadInput
from app.core.translations import _


def generate(properties: Properties, variants: Variants) -> Variants:
    """Return `variants` with a row for each combination of its options' choices.

    Rows that exist are kept as they are, in the grid's order; missing ones are added with a SKU by the
    pattern; those whose combination is no more follow, no longer offered. Combinations that the rules between
    options refuse are left out. Raises BadInput for an unknown option or placeholder, or too many rows.
    """
    options = [_variant_option(properties, key) for key in variants.options]
    if not options:
        raise BadInput(
            _("Choose at least one option that makes variants."),
            field="properties.variants.options",
        )
    count = prod(len(option.choices) for option in options)
    if count > MOST_VARIANTS:
        raise BadInput(
            _("These options make %(count)s variants; at most %(most)s are possible.",
              count=count, most=MOST_VARIANTS),
            field="properties.variants.options",
        )  # fmt: skip
    had = {_identity(row.choices): row for row in variants.rows}
    keys = set(variants.options)
    rules = [rule for rule in properties.constraints if {rule.option, *rule.when} <= keys]
    rows = []
    for picked in combinations(*(option.choices for option in options)):
        choices = {o.key: choice.key for o, choice in zip(options, picked, strict=True)}
        if not broken(rules, choices):
            key = key_of(variants.options, choices)
            kept = had.pop(_identity(choices), None)
            rows.append(kept or Variant(key=key, choices=choices, sku=_sku(variants, choices)))
    rows += [row.model_copy(update={"offered": False}) for row in had.values()]
    return variants.model_copy(update={"rows": _each_sku_once(rows)})


def _identity(choices: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(choices.items()))


def _variant_option(properties: Properties, key: str) -> Option:
    option = properties.option(key)
    if option is None:
        fault = _("There is no option “%(key)s”.", key=key)
        raise BadInput(fault, field="properties.variants.options")
    if not option.required:
        fault = _("“%(label)s” must be required to make variants.", label=option.label)
        raise BadInput(fault, field="properties.variants.options")
    return option


def _sku(variants: Variants, choices: Mapping[str, str]) -> str:
    """Return the SKU by the pattern; the choices stand in it in capitals."""
    sku = variants.sku_pattern
    for option, choice in choices.items():
        sku = sku.replace("{" + option + "}", choice.upper().replace("_", "-"))
    if "{" in sku or "}" in sku:
        offered = ", ".join("{" + option + "}" for option in choices)
        fault = _("The SKU pattern may use %(offered)s.", offered=offered)
        raise BadInput(fault, field="properties.variants.sku_pattern")
    return sku


def _each_sku_once(rows: Iterable[Variant]) -> list[Variant]:
    """Return the rows, a SKU that an earlier row has left out: a pattern may not name every option."""
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(row.model_copy(update={"sku": ""}) if row.sku in seen else row)
        seen.add(row.sku)
    return found


@dataclass(frozen=True)
class VariantPieces:
    """So many pieces of one variant, with all choices that they are made in."""

    variant: Variant
    pieces: int
    options: dict[str, str]


def pieces_of(
    properties: Properties, options: Mapping[str, str], breakdown: Mapping[str, int], quantity: int
) -> list[VariantPieces]:
    """Return the pieces of each variant of a line, in the grid's order; empty for a product without.

    `breakdown` maps variants to pieces; where it is empty all are of the one that `options` say.
    """
    variants = properties.variants
    if not variants.options:
        return []
    if not breakdown and (only := variants.having(options)) is not None:
        breakdown = {only.key: quantity}
    return [
        VariantPieces(row, breakdown[row.key], {**options, **row.choices})
        for row in variants.rows
        if breakdown.get(row.key)
    ]


def shared_choices(properties: Properties, breakdown: Iterable[str]) -> dict[str, str]:
    """Return the variant options in which all these variants agree, with their choice."""
    rows = [row for key in breakdown if (row := properties.variants.row(key)) is not None]
    found = {}
    for option in properties.variants.options:
        choices = {row.choices.get(option, "") for row in rows}
        if len(choices) == 1 and (choice := choices.pop()):
            found[option] = choice
    return found


def variant_label(properties: Properties, row: Variant, but: Iterable[str] = ()) -> str:
    """Return the labels of a variant's choices, ``M / Navy``, without those of the options `but`."""
    left_out = set(but)
    labels = []
    for key, choice in row.choices.items():
        option = properties.option(key)
        found = option.choice(choice) if option else None
        if key not in left_out:
            labels.append(str(found.label) if found else choice)
    return " / ".join(labels)
