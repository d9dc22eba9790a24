"""Pricing: the price rule of a line, its tax included."""

from datetime import date
from decimal import Decimal

from pydantic import Field, field_validator

from app.catalog.properties.part import Count, Minor, Part, Rate
from app.core.translations import _l


class Break(Part):
    """From this many pieces on, a piece costs this."""

    from_quantity: Count
    unit_minor: Minor


class Price(Part):
    """The price rule of one line. `by_person` is the reason why a person sets the price, if so."""

    currency: str = Field(default="GBP", pattern=r"^[A-Z]{3}$")
    setup_minor: Minor = Field(default=0, title=_l("Set-up"))
    setup_label: str = Field(default=_l("Set-up"), title=_l("Set-up label"))
    unit_breaks: list[Break] = Field(default=[], title=_l("Price per piece"))
    per_cm3_minor: Rate = Field(default=Decimal(0), title=_l("Per cm³"))
    per_gram_minor: Rate = Decimal(0)
    per_box_cm3_minor: Rate = Field(default=Decimal(0), title=_l("Per cm³ of bounding box"))
    min_minor: Minor = Field(default=0, title=_l("Minimum price"))
    rush_percent: Rate = Field(default=Decimal(0), title=_l("Rush surcharge"))
    tax_permille: int = Field(default=0, ge=0, le=1000, title=_l("Tax rate"))
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

    @property
    def is_measured(self) -> bool:
        """Whether the price needs the volume or size of the customer's file."""
        return bool(self.per_cm3_minor or self.per_gram_minor or self.per_box_cm3_minor)
