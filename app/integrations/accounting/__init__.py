"""Accounting systems: one folder each; all pass the same contract test."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from app.core.outbound.adapters import Adapter, Kind, declare


class Tax(BaseModel):
    """One rate's share of a sale: its amount and the net it is taken of (None for quotes from before that was
    stored), with the reason where there is none to pay."""

    model_config = ConfigDict(frozen=True)

    label: str
    amount_minor: int
    net_minor: int | None = None
    percent: Decimal | None = None
    kind: str = ""
    note: str = ""


class Sale(BaseModel):
    """A closed order as the books see it: net + all taxes = total, in minor units of `currency`."""

    model_config = ConfigDict(frozen=True)

    number: str
    customer: str
    customer_vat_number: str = ""
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
