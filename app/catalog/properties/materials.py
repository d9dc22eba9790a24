"""Materials: what a piece uses up."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from app.catalog.properties.part import Key, Part, Rate, Ref
from app.core.translations import _l


class Material(Part):
    """What a piece uses up: a fixed `sku`, the one of the choice made for `from_option`, or the stock item
    of its variant (`from_variant`).

    Amounts are in the stock item's unit. `spoilage_percent` is reserved on top; `whole` rounds the
    line's demand up to whole units (sheets, blanks). `unmeasured` is the amount per piece that
    is used until the file's volume has been measured.
    """

    key: Key
    sku: Annotated[str, Ref("stock_item")] = ""
    from_option: str = ""
    from_variant: bool = Field(default=False, title=_l("Or the stock item of the variant"))
    per_piece: Rate = Decimal(0)
    per_cm3: Rate = Decimal(0)
    per_gram: Rate = Decimal(0)
    unmeasured: Rate = Decimal(0)
    spoilage_percent: Rate = Decimal(0)
    whole: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Material:
        if bool(self.sku) + bool(self.from_option) + self.from_variant != 1:
            raise ValueError("name either a sku or the option it comes from, or the variant")
        return self
