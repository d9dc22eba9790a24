"""The promises that can be read from the data. Each room registers its own; `flask check` asks all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Finder = Callable[[], Iterator[str]]
PROMISES: dict[str, Finder] = {}


@dataclass(frozen=True)
class Verdict:
    """What asking one promise gave: its sentence, and the first row that breaks it, if any."""

    name: str
    broken: str | None


def promise(name: str) -> Callable[[Finder], Finder]:
    """Register a generator that yields one sentence for each row that breaks the promise `name`."""

    def register(finder: Finder) -> Finder:
        PROMISES[name] = finder
        return finder

    return register


def ask(name: str) -> Verdict:
    """Ask one promise; it stops at the first row that breaks it."""
    return Verdict(name, next(iter(PROMISES[name]()), None))
