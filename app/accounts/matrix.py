"""Who may do what: the roles, and the permissions that the rooms declare for them."""

from collections.abc import Iterable
from functools import lru_cache

from app.core.actor import EVERYTHING
from app.core.permissions import all_permissions
from app.core.translations import _l

OWNER = "owner"
ROLE_WORDS = {
    OWNER: _l("Owner"),
    "sales": _l("Sales"),
    "prepress": _l("Prepress"),
    "planner": _l("Planner"),
    "operator": _l("Floor operator"),
    "quality": _l("Quality"),
    "warehouse": _l("Warehouse"),
    "finance": _l("Finance"),
}
ROLES = tuple(ROLE_WORDS)

# The owner has every permission; what only an owner may do is declared without roles. What customers
# answer (quote.answer, proof.sign) is declared without roles too: no staff member signs for them.


@lru_cache(maxsize=1)
def grants() -> dict[str, frozenset[str]]:
    """Return permission → the roles that have it (without the owner), as the rooms declare them.
    Raises ValueError for a role that does not exist."""
    found = {one.key: one.roles for one in all_permissions()}
    for key, roles in found.items():
        if unknown := roles - set(ROLES):
            raise ValueError(f"{key} names roles that don't exist: {', '.join(sorted(unknown))}.")
    return found


@lru_cache(maxsize=1)
def customer_permissions() -> frozenset[str]:
    """Return what a customer may do with the orders of their links."""
    return frozenset(one.key for one in all_permissions() if one.customer)


def permissions() -> tuple[str, ...]:
    """Return every permission there is, in the order of declaration."""
    return tuple(grants())


def permission_label(key: str) -> str:
    """Return a permission in words; its key where no room declares it."""
    return next((one.label for one in all_permissions() if one.key == key), key)


def may(role: str, permission: str) -> bool:
    """Return whether people of `role` may do `permission`."""
    return role == OWNER or role in grants().get(permission, frozenset())


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return what somebody with these roles may do, together; an owner everything (with ``*``)."""
    held = set(roles)
    if OWNER in held:
        return EVERYTHING | frozenset(permissions())
    return frozenset(name for name, granted in grants().items() if granted & held)
