"""The rows that a price rule is made of: breaks, surcharges, formulas, rush levels, the press sheet."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from app.catalog.properties.part import Count, Key, Minor, Part, Rate, Ref
from app.core.translations import _l

#: How a surcharge is counted, and its name.
SURCHARGE_KINDS = {
    "fixed": _l("once per item"),
    "per_piece": _l("per piece"),
    "percent": _l("percent of the price so far"),
    "per_m2": _l("per m²"),
    "per_m": _l("per metre of outline"),
    "per_side": _l("per printed side"),
    "per_page": _l("per page"),
    "per_sheet": _l("per sheet"),
    "per_design": _l("per design"),
    "per_letter": _l("per letter"),
}


class Break(Part):
    """From this many pieces on, a piece costs this."""

    from_quantity: Count
    unit_minor: Minor


class Surcharge(Part):
    """Something that is added where `only_if` applies.

    `amount` is minor units for each of what `kind` counts (a decimal, as a rate may be finer than a
    minor unit), or percent where `kind` is ``percent``. `per_letter` counts the letters of the
    personalisation field `field`, of all text fields where that is empty.
    """

    key: Key
    label: str = Field(min_length=1, max_length=120)
    kind: Literal[
        "fixed",
        "per_piece",
        "percent",
        "per_m2",
        "per_m",
        "per_side",
        "per_page",
        "per_sheet",
        "per_design",
        "per_letter",
    ] = "fixed"
    amount: Rate = Decimal(0)
    field: str = ""
    only_if: dict[str, list[str]] = {}


class Formula(Part):
    """An amount that is calculated by an expression in whole units of the currency (pounds, not pence).

    `per` says whether its result is the price of one piece, which is then multiplied, or of the whole
    line. A negative result is a discount.
    """

    key: Key
    label: str = Field(min_length=1, max_length=120)
    expression: str = Field(min_length=1, max_length=500)
    per: Literal["piece", "line"] = "piece"
    only_if: dict[str, list[str]] = {}


class RushLevel(Part):
    """Made within so many working days, for so much more: percent of the net, plus a fixed amount."""

    key: Key
    label: str = Field(min_length=1, max_length=120)
    working_days: int | None = Field(default=None, ge=0, le=365)
    percent: Rate = Decimal(0)
    fixed_minor: Minor = 0


class Sheet(Part):
    """The sheet that pieces are laid out on. `gutter_mm` is between pieces, `margin_mm` stays free on each edge."""

    sheet_width_mm: Rate = Field(gt=0, title=_l("Sheet width"))
    sheet_height_mm: Rate = Field(gt=0, title=_l("Sheet height"))
    gutter_mm: Rate = Field(default=Decimal(0), title=_l("Gutter"))
    margin_mm: Rate = Field(default=Decimal(0), title=_l("Margin"))


class WorkPrice(Part):
    """What a minute at a work centre costs the customer; `key` is the work centre's."""

    key: Annotated[Key, Ref("work_centre")]
    per_minute_minor: Rate = Decimal(0)
