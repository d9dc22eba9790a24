"""The to-do list of the person who looks: what every room declares, the most urgent first."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.actor import Actor
from app.core.backoffice.todo import Todo, TodoItem, declared

PER_TODO = 4
SHOWN = 12


@dataclass(frozen=True)
class TodoList:
    """The first items, each with its declaration, and the number of all."""

    items: tuple[tuple[Todo, TodoItem], ...]
    count: int


def read(actor: Actor) -> TodoList:
    """Return what `actor` can deal with, the most urgent and among them the oldest first.

    One query for each kind that the roles of `actor` may deal with.
    """
    found = [
        todo.find(PER_TODO)
        for todo in declared()
        if todo.waits_for == "staff" and actor.may(todo.permission)
    ]
    items = [(one.todo, item) for one in found for item in one.items]
    items.sort(key=lambda pair: (pair[0].urgency, _age(pair[1])))
    return TodoList(tuple(items[:SHOWN]), sum(one.count for one in found))


def _age(item: TodoItem) -> float:
    return item.since.timestamp() if item.since else 0.0
