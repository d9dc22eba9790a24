"""Route: the operations that make a piece, and the gates before them."""

from decimal import Decimal
from typing import Annotated, Literal

from app.catalog.properties.part import Key, Part, Rate, Ref

Gate = Literal["artwork", "material", "payment"]


class Step(Part):
    """One operation of the route. `only_if` maps option keys to the choices that need the step."""

    key: Key
    name: str
    work_centre: Annotated[Key, Ref("work_centre")]
    setup_minutes: Rate = Decimal(0)
    minutes_per_unit: Rate = Decimal(0)
    quality_check: bool = False
    only_if: dict[str, list[str]] = {}
