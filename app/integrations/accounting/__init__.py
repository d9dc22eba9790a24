"""Accounting systems. One file each, found by its `ADAPTER`; all pass the same contract test."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol


class WriteError(Exception):
    """The other side did not take the entry, and surely so; `permanent`: it never will."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.permanent = permanent


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


class Adapter(Protocol):
    """What an accounting system says of itself and can do."""

    name: str
    """Stored as the intent's target; never reused for something else."""
    label: str
    settings: tuple[str, ...]
    """Names of the settings that it needs."""

    def write(self, key: str, sale: Sale) -> dict[str, Any]:
        """Write the sale under `key` and return the outcome. Raises WriteError.

        Whatever the other side calls `key`, it must be findable by `written`.
        """

    def written(self, key: str, sale: Sale) -> dict[str, Any] | bool | None:
        """Return the outcome if the other side has `key`, None if not, False if it can't be asked."""


@lru_cache(maxsize=1)
def adapters() -> dict[str, Adapter]:
    """Return all accounting adapters by name."""
    found: dict[str, Adapter] = {}
    for module in pkgutil.iter_modules(__path__):
        adapter = getattr(importlib.import_module(f"{__name__}.{module.name}"), "ADAPTER", None)
        if adapter is not None:
            found[adapter.name] = adapter
    return found
