"""Who does a thing, through which entry point, and what that person may do."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from app.core.errors import NotAllowed
from app.core.translations import _, _l

EVERYTHING = frozenset({"*"})


@dataclass(frozen=True)
class Actor:
    """A person or program at an entry point. A customer is limited to the orders of their links (`streams`)
    and those of the customers they act for (`customers`)."""

    kind: str
    id: uuid.UUID | None
    label: str
    door: str
    permissions: frozenset[str] = frozenset()
    streams: frozenset[uuid.UUID] = frozenset()
    customers: frozenset[uuid.UUID] = frozenset()

    def may(
        self,
        permission: str,
        *,
        stream_id: uuid.UUID | None = None,
        customer_id: uuid.UUID | None = None,
    ) -> bool:
        """Return whether the matrix allows `permission`, for a customer on this order of that customer."""
        if "*" in self.permissions:
            return True
        if permission not in self.permissions:
            return False
        if self.kind != "customer" or (stream_id is None and customer_id is None):
            return True
        return stream_id in self.streams or customer_id in self.customers

    def on_order(self, stream_id: uuid.UUID, customer_id: uuid.UUID) -> Actor:
        """Return the actor as rooms that know an order by its id alone ask for it: with the order
        among its `streams`, if it is of a customer that the actor acts for."""
        if customer_id not in self.customers:
            return self
        return replace(self, streams=self.streams | {stream_id})


def system(door: str = "job") -> Actor:
    """Return the actor of everything that no person started: reactions, clock, sweeps."""
    return Actor("system", None, _l("Makeready"), door, EVERYTHING)


def not_allowed(permission: str | None, sentence: str = "") -> NotAllowed:
    """Return the problem of somebody without `permission`."""
    return NotAllowed(
        sentence or _("You don't have permission to do this."),
        next_step=_("Ask an owner of the shop for a role that has it."),
        field=permission,
    )


def require(actor: Actor, permission: str, *, stream_id: uuid.UUID | None = None) -> None:
    """Raise NotAllowed unless `actor` may do `permission` (a customer on the order `stream_id`)."""
    if not actor.may(permission, stream_id=stream_id):
        raise not_allowed(permission)
