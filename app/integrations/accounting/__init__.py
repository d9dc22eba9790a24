"""Accounting systems: one folder each; all pass the same contract test."""

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict

from app.core.outbound.adapters import Adapter, Kind, declare


class Tax(BaseModel):
    """One rate's share of a sale."""

    model_config = ConfigDict(frozen=True)

    label: str
    amount_minor: int


class Sale(BaseModel):
    """A closed order as the books see it: net + all taxes = total, in minor units of `currency`."""

    model_config = ConfigDict(frozen=True)

    number: str
    customer: str
    closed_on: date
    currency: str
    net_minor: int
    taxes: tuple[Tax, ...]
    total_minor: int


@dataclass(frozen=True)
class Entry:
    """One sale to be booked under `key`, which the other side must be able to find again."""

    key: str
    sale: Sale


class Accounting(Adapter):
    """An accounting system; its `perform_write` and `find_written` are given an `Entry`."""

    kind = "accounting"


KIND = declare(
    Kind(
        Accounting.kind,
        "Accounting",
        __name__,
        Accounting,
        prepare=lambda intent, adapter: Entry(intent.key, Sale.model_validate(intent.payload)),
    )
)
