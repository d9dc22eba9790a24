"""What needs the person who looks now: each thing once, with the one page where it is done.

A source is asked only for those who may act on what it finds.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

PER_SOURCE = 4
SHOWN = 12
#: How urgent: what went wrong, what blocks making, what a customer waits for, the day's work.
WRONG, BLOCKED, ASKED, ROUTINE = range(4)


@dataclass(frozen=True)
class Need:
    """One line of the list: what, since when, its state, and the button to the page that ends it."""

    rank: int
    title: str
    more: tuple[str, ...]
    since: datetime | None
    badge: tuple[str, str]
    url: str
    button: str
    icon: str
    order_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Found:
    """What one source found: the first of its things, and how many there are in all."""

    needs: Sequence[Need]
    count: int


@dataclass(frozen=True)
class Needs:
    """The whole list, most urgent first; `count` is of all, `items` are the first of them."""

    items: tuple[Need, ...]
    count: int


def found(rows: Sequence[Any], make: Callable[[Any], Need]) -> Found:
    """Return a source's find from rows that carry ``total``, the count of all of them."""
    return Found([make(row) for row in rows], int(rows[0].total) if rows else 0)


def gather(finds: Sequence[Found]) -> Needs:
    """Return all finds as one list, the most urgent and among them the oldest first."""
    needs = [need for one in finds for need in one.needs]
    needs.sort(key=lambda need: (need.rank, need.since.timestamp() if need.since else 0.0))
    return Needs(tuple(needs[:SHOWN]), sum(one.count for one in finds))
