"""Artwork: the file that a line needs."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from app.catalog.properties.part import Part, Rate
from app.core.translations import _l


class Artwork(Part):
    """The file a line needs. Every parameter that a preflight check or the proof reads is set here.

    `accept` lists kinds of file, empty takes all. `build_volume_mm` is the largest box (x, y, z) a
    part may fill, `min_wall_mm` the thinnest wall that can be made. `approval` says what the customer
    signs: a proof we make, or the design file itself. `send_when_signed`: our own signature sends the
    proof to the customer at once.
    """

    label: str = _l("Print file")
    help: str = ""
    accept: list[str] = Field(default=[], title=_l("File types"))
    trim_width_mm: Rate | None = None
    trim_height_mm: Rate | None = None
    bleed_mm: Rate = Decimal(0)
    safe_mm: Rate = Field(default=Decimal(0), title=_l("Safe margin"))
    min_dpi: int = Field(default=0, title=_l("Minimum resolution"))
    most_scaling_percent: int = Field(
        default=10, ge=0, le=1000, title=_l("Scaling without asking, at most (%)")
    )
    pages_min: int = Field(default=1, title=_l("Minimum pages"))
    pages_max: int = Field(default=1, title=_l("Maximum pages"))
    min_wall_mm: Rate | None = Field(default=None, title=_l("Minimum wall thickness"))
    build_volume_mm: tuple[Rate, Rate, Rate] | None = None
    approval: Literal["proof", "design"] = Field(default="proof", title=_l("Customer approves"))
    send_when_signed: bool = Field(
        default=True, title=_l("Send to customer once approved internally")
    )
