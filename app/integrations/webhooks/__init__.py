"""Webhooks in. One file a source, found by its `SOURCE`; an unknown source is no address at all."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

from app.core.errors import NotFound


class Source(Protocol):
    """A system that calls us."""

    name: str
    label: str
    settings: tuple[str, ...]

    def genuine(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Return whether the raw body carries the sender's signature; header names in lower case."""

    def receive(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Take the call in: idempotent, in any order. The door commits."""


@lru_cache(maxsize=1)
def sources() -> dict[str, Source]:
    """Return all sources by name."""
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(__path__):
        source = importlib.import_module(f"{__name__}.{module.name}").SOURCE
        found[source.name] = source
    return found


def source(name: str) -> Source:
    """Return the source called `name`; raise NotFound where there is none."""
    try:
        return sources()[name]
    except KeyError:
        raise NotFound("Nothing listens under this address.") from None
