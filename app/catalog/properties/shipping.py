"""Shipping: what a piece weighs and how it travels."""

from decimal import Decimal

from pydantic import Field

from app.catalog.properties.part import Part, Rate
from app.core.translations import _l


class Ship(Part):
    """What a piece weighs in a parcel and how it usually travels."""

    weight_g_per_piece: Rate = Field(default=Decimal(0), title=_l("Weight per piece"))
    weight_g_packaging: Rate = Field(default=Decimal(100), title=_l("Packaging weight"))
    service: str = "standard"
