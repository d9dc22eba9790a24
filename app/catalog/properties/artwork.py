"""Artwork: the file that a line needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from app.catalog.properties.part import Part, Rate


class Artwork(Part):
    """The file a line needs. Every parameter that a preflight check or the proof reads is set here.

    `accept` lists kinds of file, empty takes all. `build_volume_mm` is the largest box (x, y, z) a
    part may fill, `min_wall_mm` the thinnest wall that can be made. `approval` says what the customer
    signs: a proof we make, or the design file itself. `send_when_signed`: our own signature sends the
    proof to the customer at once.
    """

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
    min_wall_mm: Rate | None = None
    build_volume_mm: tuple[Rate, Rate, Rate] | None = None
    approval: Literal["proof", "design"] = "proof"
    send_when_signed: bool = True
