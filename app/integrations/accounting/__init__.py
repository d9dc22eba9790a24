"""Accounting systems: one folder each; all pass the same contract test."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.lazy import call
from app.core.outbound import intent as intents
from app.core.outbound.adapters import Adapter, Kind, declare


@dataclass(frozen=True)
class Tax:
    """One rate's share of a sale."""

    label: str
    amount_minor: int


@dataclass(frozen=True)
class Sale:
    """A closed order as the books see it: net + all taxes = total, in minor units of `currency`."""

    number: str
    customer: str
    closed_on: date
    currency: str
    net_minor: int
    taxes: tuple[Tax, ...]
    total_minor: int

    def as_payload(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {
            "number": self.number,
            "customer": self.customer,
            "closed_on": self.closed_on.isoformat(),
            "currency": self.currency,
            "net_minor": self.net_minor,
            "taxes": [{"label": tax.label, "amount_minor": tax.amount_minor} for tax in self.taxes],
            "total_minor": self.total_minor,
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Sale:
        """Return the sale that `as_payload` wrote down."""
        return cls(
            **payload
            | {
                "closed_on": date.fromisoformat(payload["closed_on"]),
                "taxes": tuple(Tax(**tax) for tax in payload["taxes"]),
            }
        )


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
        prepare=call("app.integrations.accounting.posting:prepare"),
        follow=intents.follow_by_event,
    )
)
