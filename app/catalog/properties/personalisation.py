"""Personalisation: what the customer writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from app.catalog.patterns import check_pattern
from app.catalog.properties.part import MOST, Key, Part

Amount = Annotated[Decimal, Field(ge=-MOST, le=MOST, decimal_places=6)]
Measure = Literal["", "width_mm", "height_mm", "pages", "sides", "designs", "weight_g"]
LENGTHS = ("width_mm", "height_mm")
MM_PER_UNIT = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000), "in": Decimal("25.4")}


class Personalisation(Part):
    """Something the customer writes. `only_if` maps option keys to the choices that ask for it.

    `use` says where a text ends up: in the customer's file, which is compared with it; added by the shop
    (an engraving); or nowhere on the piece, for information only.

    A ``number`` is typed in `unit`, from `minimum` to `maximum`, with `decimals` places at most. `measure`
    says what it measures of a piece (its width, ...): then prices by area or sheet read it. Formulas name it
    by its key.
    """

    key: Key
    label: str
    kind: Literal["text", "date", "choice", "colour", "number"] = "text"
    max_length: int = Field(default=120, ge=1, le=2000)
    pattern: str = ""
    pattern_says: str = ""
    choices: list[str] = []
    unit: str = Field(default="", max_length=20)
    minimum: Amount | None = None
    maximum: Amount | None = None
    decimals: int = Field(default=0, ge=0, le=6)
    measure: Measure = ""
    use: Literal["file", "added", "information"] = "file"
    required: bool = False
    help: str = ""
    only_if: dict[str, list[str]] = {}

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        check_pattern(value)
        return value

    @model_validator(mode="after")
    def _number_has_sane_limits(self) -> Personalisation:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        if self.measure and self.kind != "number":
            raise ValueError("only a field of kind number can measure something")
        if self.measure in LENGTHS and self.unit not in MM_PER_UNIT:
            raise ValueError(f"a length needs a unit: {', '.join(MM_PER_UNIT)}")
        return self

    @model_validator(mode="after")
    def _choice_has_choices(self) -> Personalisation:
        if self.kind == "choice" and not self.choices:
            raise ValueError("a field of kind choice needs choices")
        return self
