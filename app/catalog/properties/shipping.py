"""Shipping: what a piece weighs and how it travels."""

from __future__ import annotations

from decimal import Decimal

from app.catalog.properties.part import Part, Rate


class Ship(Part):
    """What a piece weighs in a parcel and how it usually travels."""

    weight_g_per_piece: Rate = Decimal(0)
    weight_g_packaging: Rate = Decimal(100)
    service: str = "standard"
