"""A family's and a product's own properties as layers, for tests of what is inherited."""

from __future__ import annotations

from typing import Any

from app.catalog.inheritance import Effective, Layer, Owner, inherit

FAMILY = Owner("family", None, "Cards")
PRODUCT = Owner("product", None, "Card")


def inherit_properties(family: dict[str, Any], product: dict[str, Any]) -> Effective:
    """What a product of a single family has."""
    return inherit([Layer(FAMILY, family), Layer(PRODUCT, product)])
