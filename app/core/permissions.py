"""Permissions: declared once, in the room whose pages or verbs take them; everything else reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

#: Every role besides the owner, who has all permissions.
EVERY_ROLE = ("sales", "prepress", "planner", "operator", "quality", "warehouse", "finance")
PERMISSIONS: dict[str, Permission] = {}
_loaders: list[Callable[[], None]] = []


@dataclass(frozen=True)
class Permission:
    """A right: its key, the words of the roles' page, the roles that have it besides the owner, and whether a
    customer has it on the orders of their own links."""

    key: str
    label: str
    roles: frozenset[str]
    customer: bool = False


def permission(key: str, label: str, *roles: str, customer: bool = False) -> str:
    """Declare a permission and return its key. Without roles only an owner has it."""
    if key in PERMISSIONS:
        raise TypeError(f"The permission {key} is declared twice.")
    PERMISSIONS[key] = Permission(key, label, frozenset(roles), customer)
    return key


def load_with(load: Callable[[], None]) -> None:
    """Name the function that imports every room's declarations; called once, when first needed."""
    _loaders.append(load)


def all_permissions() -> tuple[Permission, ...]:
    """Return every permission, in the order in which the rooms are loaded."""
    while _loaders:
        _loaders.pop()()
    return tuple(PERMISSIONS.values())
