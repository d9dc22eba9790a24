"""Options: questions with a fixed set of answers."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from app.catalog.properties.part import Key, Minor, Part, Rate, Ref


class Choice(Part):
    """One answer to an option; `surcharge_minor` per piece, `setup_minor` once a line.

    `width_mm`, `height_mm`, `sides` and `weight_g` say how large a piece gets by this choice, how many of its
    sides are printed and what it weighs, where the choice decides that.
    """

    key: Key
    label: str
    note: str = ""
    surcharge_minor: Minor = 0
    setup_minor: Minor = 0
    per_cm3_minor: Rate = Decimal(0)
    per_gram_minor: Rate = Decimal(0)
    density_g_per_cm3: Rate | None = None
    width_mm: Rate | None = None
    height_mm: Rate | None = None
    sides: int | None = Field(default=None, ge=0, le=100)
    weight_g: Rate | None = None
    material_sku: Annotated[str, Ref("stock_item")] = ""
    colour: str = ""


class Option(Part):
    """A question with a fixed set of answers: paper, finish, material, metal, ring size."""

    key: Key
    label: str
    choices: list[Choice] = Field(min_length=1)
    required: bool = True
    help: str = ""

    def choice(self, key: str) -> Choice | None:
        """Return the choice called `key`, or None."""
        return next((choice for choice in self.choices if choice.key == key), None)
