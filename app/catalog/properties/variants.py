"""Variants: the combinations of a product's variant options (size, colour) that are stocked and sold apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from app.catalog.properties.options import Option
from app.catalog.properties.part import MOST, Count, Key, Part, Rate, Ref
from app.core.translations import _l

#: More combinations than this are a slip: nobody fills in such a grid.
MOST_VARIANTS = 500
VariantKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(-[a-z][a-z0-9_]*)*$", max_length=200)]


class Variant(Part):
    """One combination of choices. `key` is made of its choices, in the order of the variant options.

    `price_difference_minor` is added to the price of each piece, below zero taken off; `weight_g` is what a
    piece weighs in a parcel, the product's usual weight where it is None; `stock_sku` what a piece is made from.
    """

    key: VariantKey
    choices: dict[str, str] = Field(min_length=1)
    sku: str = Field(default="", max_length=64, title=_l("SKU"))
    barcode: str = Field(default="", max_length=14, title=_l("Barcode (EAN, UPC)"))
    weight_g: Rate | None = Field(default=None, title=_l("Weight of a piece"))
    price_difference_minor: Annotated[int, Field(ge=-MOST, le=MOST)] = Field(
        default=0, title=_l("Price difference")
    )
    stock_sku: Annotated[str, Ref("stock_item")] = Field(default="", title=_l("Stock item"))
    offered: bool = Field(default=True, title=_l("Offered"))

    @field_validator("sku")
    @classmethod
    def _sku_in_one_word(cls, value: str) -> str:
        if value != "".join(value.split()):
            raise ValueError("a SKU has no spaces")
        return value

    @field_validator("barcode")
    @classmethod
    def _barcode_is_whole(cls, value: str) -> str:
        if value and not is_barcode(value):
            raise ValueError(
                f"{value} is no EAN or UPC: check its digits, the last one is calculated from the others"
            )
        return value


class Variants(Part):
    """The variants of a product. `options` are the keys of those that make variants, in the grid's order.

    One line of an order takes a number of pieces of each variant: at least `minimum_each` of one that is
    ordered, in steps of `step_each`. `sku_pattern` is what new rows get: ``TEE-{size}-{colour}``.
    """

    options: list[Key] = Field(default=[], title=_l("Variant options"))
    sku_pattern: str = Field(default="", max_length=120, title=_l("SKU pattern"))
    minimum_each: Count = Field(default=1, title=_l("Minimum of each variant"))
    step_each: Count = Field(default=1, title=_l("Step of each variant"))
    rows: list[Variant] = Field(default=[], max_length=MOST_VARIANTS, title=_l("Variants"))

    @model_validator(mode="after")
    def _each_once(self) -> Variants:
        if len(self.options) != len(set(self.options)):
            raise ValueError("a variant option is named twice")
        for name in ("key", "sku", "barcode"):
            values = [value for row in self.rows if (value := getattr(row, name))]
            if twice := next((value for value in values if values.count(value) > 1), None):
                raise ValueError(f"{twice} is the {name} of two variants")
        return self

    @property
    def offered(self) -> list[Variant]:
        """The variants that can be ordered, in the grid's order."""
        return [row for row in self.rows if row.offered]

    def row(self, key: str) -> Variant | None:
        """Return the variant called `key`, or None."""
        return next((row for row in self.rows if row.key == key), None)

    def having(self, choices: Mapping[str, str]) -> Variant | None:
        """Return the variant of these choices (others may be among them), or None."""
        wanted = {option: choices.get(option, "") for option in self.options}
        return next((row for row in self.rows if row.choices == wanted), None)


def is_barcode(digits: str) -> bool:
    """Return whether it is an EAN-8, UPC-A, EAN-13 or GTIN-14 with the right check digit."""
    from stdnum import ean

    return len(digits) in (8, 12, 13, 14) and bool(ean.is_valid(digits)) and digits.isdigit()


def key_of(options: Sequence[str], choices: Mapping[str, str]) -> str:
    """Return the key of the variant with these choices, ``m-navy``."""
    return "-".join(choices[option] for option in options)


def check_variants(options: Sequence[Option], variants: Variants) -> None:
    """Raise ValueError for a variant option that can't be one and a variant on offer that can't be made.

    What is not offered may name choices that are no more: orders may have been made of it.
    """
    known = {option.key: option for option in options}
    for key in variants.options:
        if key not in known:
            raise ValueError(f"variants: there is no option {key}")
        if not known[key].required:
            raise ValueError(f"variants: option {key} must be required to make variants")
    if variants.rows and not variants.options:
        raise ValueError("variants: choose the options that make them first")
    for row in variants.offered:
        if list(row.choices) != variants.options and set(row.choices) != set(variants.options):
            raise ValueError(f"variant {row.key} has no choice for one of its options")
        for option, choice in row.choices.items():
            if known[option].choice(choice) is None:
                raise ValueError(
                    f"variant {row.key}: option {option} has no choice {choice}. Generate the variants anew"
                )
        if row.key != key_of(variants.options, row.choices):
            raise ValueError(f"variant {row.key} is not called what its choices say")


def weight_of(row: Variant | None, usual_g: Decimal) -> Decimal:
    """Return what a piece of the variant weighs in grams."""
    return usual_g if row is None or row.weight_g is None else row.weight_g
