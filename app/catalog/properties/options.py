"""Options: questions with a fixed set of answers."""

from decimal import Decimal

from pydantic import Field

from app.catalog.properties.part import Key, Minor, Part, Rate


class Choice(Part):
    """One answer to an option; `surcharge_minor` per piece, `setup_minor` once a line."""

    key: Key
    label: str
    note: str = ""
    surcharge_minor: Minor = 0
    setup_minor: Minor = 0
    per_cm3_minor: Rate = Decimal(0)
    per_gram_minor: Rate = Decimal(0)
    density_g_per_cm3: Rate | None = None
    material_sku: str = ""
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
