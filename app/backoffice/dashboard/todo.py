"""What waits for the person who looks, and what waits for customers: what every room declares."""

from dataclasses import dataclass
from typing import Literal

from app.core.actor import Actor
from app.core.backoffice.todo import Todo, TodoItem, Urgency, declared


@dataclass(frozen=True)
class TodoList:
    """The first items, each with its declaration, and the number of all."""

    items: list[tuple[Todo, TodoItem]]
    count: int


def to_do(actor: Actor) -> TodoList:
    """Return what `actor` can deal with, the most urgent and among them the oldest first."""
    found = _read(actor, "staff", per_todo=4)
    return TodoList(found.items[:12], found.count) if found else TodoList([], 0)


def waiting_on_customers(actor: Actor) -> TodoList | None:
    """Return what customers have not answered, the longest first; None for who may see none of it."""
    found = _read(actor, "customer", per_todo=6)
    return TodoList(found.items[:8], found.count) if found else None


def _read(actor: Actor, who: Literal["staff", "customer"], *, per_todo: int) -> TodoList | None:
    """Return the items that wait for `who`; one query for each kind that the roles may deal with."""
    kinds = [todo for todo in declared() if todo.waits_for == who and actor.may(todo.permission)]
    if not kinds:
        return None
    found = [todo.find(per_todo) for todo in kinds]
    items = [(one.todo, item) for one in found for item in one.items]

    def place(pair: tuple[Todo, TodoItem]) -> tuple[Urgency, float]:
        todo, item = pair
        since = item.since.timestamp() if item.since else 0.0
        return (todo.urgency if who == "staff" else Urgency.ROUTINE), since

    return TodoList(sorted(items, key=place), sum(one.count for one in found))
