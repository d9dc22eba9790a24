"""What waits for a customer: proofs, quotes, questions and missing files, the longest first."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.actor import Actor
from app.core.backoffice.todo import TodoItem, declared

PER_TODO = 6
SHOWN = 8


@dataclass(frozen=True)
class WaitingOnCustomers:
    """The items that have waited longest, and the number of all."""

    items: tuple[TodoItem, ...]
    count: int


def read(actor: Actor) -> WaitingOnCustomers | None:
    """Return what customers have not answered yet; None for people who may see none of it."""
    kinds = [
        todo for todo in declared() if todo.waits_for == "customer" and actor.may(todo.permission)
    ]
    if not kinds:
        return None
    found = [todo.find(PER_TODO) for todo in kinds]
    items = [item for one in found for item in one.items]
    items.sort(key=lambda item: item.since.timestamp() if item.since else 0.0)
    return WaitingOnCustomers(tuple(items[:SHOWN]), sum(one.count for one in found))
