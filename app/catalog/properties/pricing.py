"""Pricing: the price rule of a line, its tax included."""

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field, field_validator

from app.catalog.properties.part import Count, Minor, Part, Rate
from app.catalog.properties.price_parts import (
    Break,
    Formula,
    RushLevel,
    Sheet,
    Surcharge,
    WorkPrice,
)
from app.core.translations import _l

#: The rush level that a rule with `rush_percent` alone offers.
OLD_RUSH = "rush"


class Price(Part):
    """The price rule of one line. `by_person` is the reason why a person sets the price, if so.

    A product sets each field for itself; a list (`unit_breaks`, `surcharges`, `formulas`, `rush_levels`,
    `work_prices`) that it sets replaces its family's as a whole. `breaks`: ``all`` pieces cost what the
    reached break says, or each tier's pieces their own price (``graduated``). `mode` says when customers
    see the price at once; `below_minor` (net) and `below_quantity` are the limits of ``instant_below``.
    `tax_permille` is a rate of the product's own, from before there were tax classes.
    """

    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    setup_minor: Minor = Field(default=0, title=_l("Set-up"))
    setup_label: str = Field(default=_l("Set-up"), title=_l("Set-up label"))
    setup_per: Literal["order", "line", "design"] = Field(
        default="line", title=_l("Set-up charged per")
    )
    breaks: Literal["all", "graduated"] = Field(default="all", title=_l("Quantity breaks apply to"))
    unit_breaks: list[Break] = Field(default=[], title=_l("Price per piece"))
    per_cm3_minor: Rate = Field(default=Decimal(0), title=_l("Per cm³"))
    per_gram_minor: Rate = Decimal(0)
    per_box_cm3_minor: Rate = Field(default=Decimal(0), title=_l("Per cm³ of bounding box"))
    per_m2_minor: Rate = Field(default=Decimal(0), title=_l("Per m²"))
    per_m_minor: Rate = Field(default=Decimal(0), title=_l("Per metre of outline"))
    per_sheet_minor: Rate = Field(default=Decimal(0), title=_l("Per sheet"))
    per_page_minor: Rate = Field(default=Decimal(0), title=_l("Per page"))
    sheet: Sheet | None = Field(default=None, title=_l("Press sheet"))
    work_prices: list[WorkPrice] = Field(default=[], title=_l("Per minute at a work centre"))
    surcharges: list[Surcharge] = []
    formulas: list[Formula] = []
    min_minor: Minor = Field(default=0, title=_l("Minimum price"))
    order_min_minor: Minor = Field(default=0, title=_l("Minimum price of an order"))
    rush_percent: Rate = Field(default=Decimal(0), title=_l("Rush surcharge"))
    rush_levels: list[RushLevel] = []
    mode: Literal["instant", "instant_below", "on_request", "signed_in"] = Field(
        default="instant", title=_l("Show the price")
    )
    below_minor: Minor = Field(default=0, title=_l("Instant below"))
    below_quantity: Count | None = Field(default=None, title=_l("Instant below quantity"))
    tax_permille: int | None = Field(default=None, ge=0, le=1000, title=_l("Tax rate"))
    tax_label: str = "VAT"
    by_person: str = Field(default="", title=_l("Priced by hand"))
    valid_until: date | None = None

    @field_validator("unit_breaks")
    @classmethod
    def _ascending(cls, value: list[Break]) -> list[Break]:
        starts = [item.from_quantity for item in value]
        if starts != sorted(set(starts)):
            raise ValueError("quantity breaks must rise, each quantity once")
        return value

    @field_validator("surcharges", "formulas", "rush_levels", "work_prices")
    @classmethod
    def _each_key_once(cls, value: list[Any]) -> list[Any]:
        keys = [item.key for item in value]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"the key {twice} is used twice")
        return value

    @property
    def is_measured(self) -> bool:
        """Whether the price needs the volume or size of the customer's file."""
        return bool(self.per_cm3_minor or self.per_gram_minor or self.per_box_cm3_minor)

    @property
    def reads_file(self) -> bool:
        """Whether a measure of the customer's file may change the price."""
        counts_area = any(
            (self.per_m2_minor, self.per_m_minor, self.per_sheet_minor, self.per_page_minor)
        )
        return self.is_measured or counts_area or bool(self.surcharges or self.formulas)

    @property
    def reads_words(self) -> bool:
        """Whether what the customer writes or types may change the price."""
        return self.reads_file

    @property
    def levels(self) -> list[RushLevel]:
        """The rush levels on offer; one called ``rush`` where only `rush_percent` is set."""
        if self.rush_levels or not self.rush_percent:
            return self.rush_levels
        return [RushLevel(key=OLD_RUSH, label=_l("Rush"), percent=self.rush_percent)]

    def rush_level(self, key: str) -> RushLevel | None:
        """Return the level called `key`, else the first one where any is asked for; None for no rush."""
        levels = self.levels if key else []
        return next((level for level in levels if level.key == key), levels[0] if levels else None)
