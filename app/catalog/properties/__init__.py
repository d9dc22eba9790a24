"""What a product line is made of, as data: everything that differs between trades is in here.

Lengths are millimetres, weights grams, money is integer minor units of `Price.currency`, rates that
may be finer than a minor unit (per cm³, per gram) are decimals of minor units.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from app.catalog.patterns import check_pattern

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Minor = Annotated[int, Field(ge=0)]
Rate = Annotated[Decimal, Field(ge=0)]


class Part(BaseModel):
    """A piece of the data. A misspelt name is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class Personalisation(Part):
    """Something the customer writes. `only_if` maps option keys to the choices that ask for it."""

    key: Key
    label: str
    kind: Literal["text", "date", "choice", "colour"] = "text"
    max_length: int = Field(default=120, ge=1, le=2000)
    pattern: str = ""
    pattern_says: str = ""
    choices: list[str] = []
    required: bool = False
    help: str = ""
    only_if: dict[str, list[str]] = {}

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, value: str) -> str:
        check_pattern(value)
        return value

    @model_validator(mode="after")
    def _choice_has_choices(self) -> Personalisation:
        if self.kind == "choice" and not self.choices:
            raise ValueError("a field of kind choice needs choices")
        return self


class Artwork(Part):
    """The file a line needs. `approval` says what the customer signs: a proof we make, or the
    design file itself. `build_volume_mm` is the largest box (x, y, z) a part may fill."""

    label: str = "Print file"
    help: str = ""
    accept: list[str] = []
    trim_width_mm: Rate | None = None
    trim_height_mm: Rate | None = None
    bleed_mm: Rate = Decimal(0)
    safe_mm: Rate = Decimal(0)
    min_dpi: int = 0
    pages_min: int = 1
    pages_max: int = 1
    approval: Literal["proof", "design"] = "proof"
    build_volume_mm: tuple[Rate, Rate, Rate] | None = None


class Break(Part):
    """From this many pieces on, a piece costs this."""

    from_quantity: int = Field(ge=1)
    unit_minor: Minor


class Price(Part):
    """The price rule of one line. `by_person` is the reason why a person sets the price, if so."""

    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    setup_minor: Minor = 0
    setup_label: str = "Set-up"
    unit_breaks: list[Break] = []
    per_cm3_minor: Rate = Decimal(0)
    per_gram_minor: Rate = Decimal(0)
    per_box_cm3_minor: Rate = Decimal(0)
    min_minor: Minor = 0
    rush_percent: Rate = Decimal(0)
    tax_permille: int = Field(default=0, ge=0, le=1000)
    tax_label: str = "VAT"
    by_person: str = ""
    valid_until: date | None = None

    @field_validator("unit_breaks")
    @classmethod
    def _ascending(cls, value: list[Break]) -> list[Break]:
        starts = [item.from_quantity for item in value]
        if starts != sorted(set(starts)):
            raise ValueError("quantity breaks must rise, each quantity once")
        return value

    @property
    def is_measured(self) -> bool:
        """Whether the price needs the volume or size of the customer's file."""
        return bool(self.per_cm3_minor or self.per_gram_minor or self.per_box_cm3_minor)


class Quantity(Part):
    """How many one may order."""

    minimum: int = Field(default=1, ge=1)
    maximum: int = Field(default=10_000, ge=1)
    step: int = Field(default=1, ge=1)
    default: int = Field(default=1, ge=1)
    suggestions: list[int] = []

    @model_validator(mode="after")
    def _sane(self) -> Quantity:
        if self.minimum > self.maximum:
            raise ValueError("minimum is above maximum")
        for value in (self.default, *self.suggestions):
            if not self.minimum <= value <= self.maximum or (value - self.minimum) % self.step:
                raise ValueError(f"{value} can't be ordered with these limits")
        return self


class Material(Part):
    """What a piece uses up: a fixed `sku`, or the one of the choice made for `from_option`.

    Amounts are in the stock item's unit. `spoilage_percent` is reserved on top; `whole` rounds the
    line's demand up to whole units (sheets, blanks). `unmeasured` is the amount per piece that
    stands in for the measured one while the file's volume is not known.
    """

    key: Key
    sku: str = ""
    from_option: str = ""
    per_piece: Rate = Decimal(0)
    per_cm3: Rate = Decimal(0)
    per_gram: Rate = Decimal(0)
    unmeasured: Rate = Decimal(0)
    spoilage_percent: Rate = Decimal(0)
    whole: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Material:
        if bool(self.sku) == bool(self.from_option):
            raise ValueError("name either a sku or the option it comes from")
        return self


class Step(Part):
    """One operation of the route. `only_if` maps option keys to the choices that need the step."""

    key: Key
    name: str
    work_centre: Key
    setup_minutes: Rate = Decimal(0)
    minutes_per_unit: Rate = Decimal(0)
    quality_check: bool = False
    only_if: dict[str, list[str]] = {}


class Ship(Part):
    """What a piece weighs in a parcel and how it usually travels."""

    weight_g_per_piece: Rate = Decimal(0)
    weight_g_packaging: Rate = Decimal(100)
    service: str = "standard"


class Wording(Part):
    """The words of this trade where they differ."""

    piece: str = "piece"
    pieces: str = "pieces"
    file: str = "print file"
    approve_title: str = "Your proof is ready"
    approve_ask: str = "Check every word and the trim line."
    approve_statement: str = "I approve this proof. Make it exactly as shown."


class Properties(Part):
    """All of a product's properties after the family's were handed down."""

    options: list[Option] = []
    personalisation: list[Personalisation] = []
    artwork: Artwork | None = None
    price: Price = Price()
    quantity: Quantity = Quantity()
    materials: list[Material] = []
    route: list[Step] = []
    gates: list[Literal["artwork", "material", "payment"]] = ["artwork", "material", "payment"]
    ship: Ship = Ship()
    wording: Wording = Wording()

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Properties:
        for name in ("options", "personalisation", "materials", "route"):
            keys = [item.key for item in getattr(self, name)]
            if len(keys) != len(set(keys)):
                raise ValueError(f"{name}: a key is used twice")
        known = {item.key: {choice.key for choice in item.choices} for item in self.options}
        asked = [field.only_if for field in self.personalisation]
        asked += [step.only_if for step in self.route]
        asked += [{item.from_option: []} for item in self.materials if item.from_option]
        for condition in asked:
            for key, choices in condition.items():
                if key not in known:
                    raise ValueError(f"there is no option {key}")
                if unknown := sorted(set(choices) - known[key]):
                    raise ValueError(f"option {key} has no choice {unknown[0]}")
        return self

    def option(self, key: str) -> Option | None:
        """Return the option called `key`, or None."""
        return next((option for option in self.options if option.key == key), None)

    def chosen(self, options: dict[str, str]) -> list[tuple[Option, Choice]]:
        """Return each option with the choice made for it, in the product's order."""
        made = [(option, option.choice(options.get(option.key, ""))) for option in self.options]
        return [(option, choice) for option, choice in made if choice is not None]

    def route_for(self, options: dict[str, str]) -> list[Step]:
        """Return the steps that a line with these `options` passes through."""
        return [step for step in self.route if applies(step.only_if, options)]


def applies(only_if: dict[str, list[str]], options: dict[str, str]) -> bool:
    """Return whether the choices in `options` meet every condition of `only_if`."""
    return all(options.get(key, "") in choices for key, choices in only_if.items())
