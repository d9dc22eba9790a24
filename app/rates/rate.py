"""A rate as prices are calculated with it."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class Rate(BaseModel):
    """The price of metal, paper or resin that formulas name: `value` in whole units of `currency` per `unit`.

    `on` is the day it holds from, `source` who published it. An unknown name is kept: rates are sealed with a
    quote.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    key: str
    value: Decimal
    currency: str
    unit: str = ""
    on: date | None = None
    source: str = ""
    label: str = ""
