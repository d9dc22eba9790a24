"""Who does a thing, by which door, and what that person may do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from app.core.errors import NotAllowed

EVERYTHING = frozenset({"*"})


@dataclass(frozen=True)
class Actor:
    """A person or program at a door.

    `streams` limits a customer to the orders of their links; staff have no such limit.
    """

    kind: str
    id: uuid.UUID | None
    label: str
    door: str
    permissions: frozenset[str] = frozenset()
    streams: frozenset[uuid.UUID] = frozenset()

    def may(self, permission: str, *, stream_id: uuid.UUID | None = None) -> bool:
        """Return whether the matrix allows `permission`, and for a customer on this very order."""
        if "*" in self.permissions:
            return True
        if permission not in self.permissions:
            return False
        return self.kind != "customer" or stream_id is None or stream_id in self.streams


def system(door: str = "job") -> Actor:
    """Return the actor of everything that no person started: reactions, clock, sweeps."""
    return Actor("system", None, "Makeready", door, EVERYTHING)


SYSTEM = system


def require(actor: Actor, permission: str, *, stream_id: uuid.UUID | None = None) -> None:
    """Raise NotAllowed unless `actor` may do `permission` (on the order `stream_id`)."""
    if not actor.may(permission, stream_id=stream_id):
        raise NotAllowed(
            "You may not do this.",
            next_step="Ask an owner of the shop for the role that may.",
            field=permission,
        )
