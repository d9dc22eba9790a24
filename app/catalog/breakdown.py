"""The breakdown of a line: how many pieces of each variant, as it is typed, checked and shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.catalog.properties import Properties, Variant
from app.catalog.quantities import read_quantity
from app.catalog.variant_grid import shared_choices, variant_label
from app.core.errors import BadInput
from app.core.inputs import Faults
from app.core.numbers import shorten
from app.core.translations import _
from app.core.web.formats import quantity as grouped


class BreakdownRow(NamedTuple):
    """The pieces of one variant as pages and papers show them."""

    key: str
    label: str
    quantity: int
    sku: str


def breakdown_rows(properties: Properties, breakdown: Mapping[str, int]) -> list[BreakdownRow]:
    """Return a row for each variant of the breakdown, in the grid's order.

    A choice that all variants share is left out of their labels: it is among the line's options.
    """
    shared = shared_choices(properties, breakdown) if len(breakdown) > 1 else {}
    return [
        BreakdownRow(row.key, variant_label(properties, row, shared), breakdown[row.key], row.sku)
        for row in properties.variants.rows
        if breakdown.get(row.key)
    ]


def breakdown_words(properties: Properties, breakdown: Mapping[str, int]) -> str:
    """Return the breakdown in one line, ``S 4, M 10, L 6``; empty for a line without variants."""
    rows = breakdown_rows(properties, breakdown)
    return ", ".join(f"{row.label} {grouped(row.quantity)}" for row in rows)


def read_breakdown(
    properties: Properties, quantities: Mapping[str, Any], field: str = "quantities"
) -> dict[str, int]:
    """Return variant → pieces of what was typed or sent, in the grid's order; empty ones are absent.

    Raises BadInput with everything that is wrong, by ``FIELD.VARIANT``: an unknown variant, what is no whole
    number. Whether they are offered, and how many may be ordered, `check_breakdown` says.
    """
    faults, found = Faults(), {}
    for key, value in quantities.items():
        with faults.caught():
            row = properties.variants.row(key)
            if row is None:
                fault = _("There is no variant “%(key)s”.", key=shorten(key))
                raise BadInput(fault, field=f"{field}.{key}")
            number = 0 if value is None or value == "" else read_quantity(value)
            if number is None:
                fault = _("“%(shown)s” is not a number of pieces. Enter a whole number, or nothing.",
                          shown=shorten(value))  # fmt: skip
                raise BadInput(fault, field=f"{field}.{key}")
            if number:
                found[key] = number
    faults.raise_all()
    return {row.key: found[row.key] for row in properties.variants.rows if row.key in found}


def check_breakdown(properties: Properties, breakdown: Mapping[str, int]) -> None:
    """Raise BadInput, by ``quantities.VARIANT``, for what is not offered or is too few of a variant."""
    faults = Faults()
    for row in properties.variants.rows:
        if row.key in breakdown:
            with faults.caught():
                _check_row(properties, row, breakdown[row.key])
    faults.raise_all()
    if not breakdown:
        raise BadInput(_("Enter how many pieces of each variant you need."), field="quantities")


def _check_row(properties: Properties, row: Variant, number: int) -> None:
    variants = properties.variants
    field = f"quantities.{row.key}"
    if not row.offered:
        label = variant_label(properties, row)
        raise BadInput(_("“%(label)s” is not offered.", label=label), field=field)
    least, step = variants.minimum_each, variants.step_each
    if number < least or (number - least) % step:
        limits = _("at least %(least)s", least=grouped(least))
        if step > 1:
            limits += _(" in steps of %(step)s", step=grouped(step))
        label = variant_label(properties, row)
        fault = _("Order %(limits)s of “%(label)s”.", limits=limits, label=label)
        raise BadInput(fault, field=field)


def part_of(
    properties: Properties, whole: Mapping[str, int], wanted: Mapping[str, int], field: str
) -> dict[str, int]:
    """Return `wanted` without what is zero; raise BadInput at `field` for more of a variant than in `whole`."""
    for key, number in wanted.items():
        if number > (left := whole.get(key, 0)):
            row = properties.variants.row(key)
            label = variant_label(properties, row) if row else shorten(key)
            fault = _("There are only %(left)s of “%(label)s”.", left=grouped(left), label=label)
            raise BadInput(fault, field=field)
    return {key: number for key in whole if (number := wanted.get(key, 0))}


def minus(whole: Mapping[str, int], part: Mapping[str, int]) -> dict[str, int]:
    """Return what is left of a breakdown without a part of it."""
    left = {key: number - part.get(key, 0) for key, number in whole.items()}
    return {key: number for key, number in left.items() if number > 0}


def share_out(whole: Mapping[str, int], pieces: int) -> dict[str, int]:
    """Return `pieces` divided among the variants as `whole` is, the largest remainders rounded up first."""
    total = sum(whole.values())
    if not total:
        return {}
    shares = {key: divmod(number * pieces, total) for key, number in whole.items()}
    found = {key: share for key, (share, _rest) in shares.items()}
    largest = sorted(shares, key=lambda key: -shares[key][1])
    for key in largest[: pieces - sum(found.values())]:
        found[key] += 1
    return {key: number for key, number in found.items() if number}
