"""Carriers: one file each, ending in ``register(...)``. An adapter describes itself.

To add one, write a file here. Nothing else lists them; the contract test runs over all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from app.core.errors import NotFound


@dataclass(frozen=True)
class LabelRequest:
    """What a carrier is asked. `key` names the wish: the same key is the same label.

    `sequence` is a number that no other request of this shop has. Weight is grams, size millimetres
    (length, width, height) or None.
    """

    key: str
    sequence: int
    service: str
    reference: str
    order_number: str
    sender: Mapping[str, str]
    recipient: Mapping[str, str]
    weight_g: int
    size_mm: tuple[int, int, int] | None = None


@dataclass(frozen=True)
class Label:
    """What a carrier answers: the tracking number and the label as PDF."""

    tracking_number: str
    pdf: bytes
    cost_minor: int = 0
    currency: str = ""


class CarrierError(Exception):
    """The carrier said no or nothing. `permanent`: asking again won't help; `sentence` says why."""

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent


@dataclass(frozen=True)
class Carrier:
    """An adapter. `settings` maps the names it needs to what they are; `services` key to words.

    `repeats_by_key` promises that `buy` with the same key gives the same label and costs once; only
    then may it be asked again after a crash. `track` returns the address of the public tracking page.
    """

    key: str
    name: str
    buy: Callable[[LabelRequest], Label]
    services: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)
    capabilities: frozenset[str] = frozenset({"label"})
    repeats_by_key: bool = False
    track: Callable[[str], str | None] = lambda tracking_number: None


CARRIERS: dict[str, Carrier] = {}


def register(carrier: Carrier) -> Carrier:
    """Add an adapter to the registry."""
    CARRIERS[carrier.key] = carrier
    return carrier


def carriers() -> Mapping[str, Carrier]:
    """Return key → adapter of every file in this folder."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return CARRIERS


def carrier(key: str) -> Carrier:
    """Return the adapter called `key`; raise NotFound that lists the names there are."""
    known = carriers()
    if key not in known:
        names = ", ".join(sorted(known))
        raise NotFound(f"There is no carrier “{key}”.", next_step=f"There are: {names}.")
    return known[key]


def describe(adapter: Carrier) -> dict[str, Any]:
    """Return what a settings page shows of the adapter."""
    return {
        "key": adapter.key,
        "name": adapter.name,
        "services": dict(adapter.services),
        "settings": dict(adapter.settings),
        "capabilities": sorted(adapter.capabilities),
    }
