"""The promises that can be read from the data. Each room registers its own; `flask check` asks all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import text

from app.core.db import db

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


def no_rows(name: str, query: str, sentence: str) -> Finder:
    """Register the promise that `query` finds no row; `sentence` is filled with a row's columns."""

    def find() -> Iterator[str]:
        for row in db.session.execute(text(query)):
            yield sentence.format(**row._mapping)

    return promise(name)(find)


def ask(name: str) -> Verdict:
    """Ask one promise; it stops at the first row that breaks it."""
    return Verdict(name, next(iter(PROMISES[name]()), None))
