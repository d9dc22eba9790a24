"""Who may do what: one table of roles and permissions, read by everything that asks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from app.core.actor import EVERYTHING

OWNER = "owner"
ROLES = (OWNER, "sales", "prepress", "planner", "operator", "quality", "warehouse", "finance")

ROLE_WORDS = {
    OWNER: "Owner",
    "sales": "Sales",
    "prepress": "Prepress",
    "planner": "Planner",
    "operator": "Floor operator",
    "quality": "Quality",
    "warehouse": "Warehouse",
    "finance": "Finance",
}

# The owner has every permission and no column. What only the owner may do has an empty row; what the
# customer answers (quote.answer, proof.sign) is nobody else's, so that no signature is lent.
MATRIX = """
                     sales  prepress  planner  operator  quality  warehouse  finance
order.view             x       x         x        x         x         x         x
order.create           x       -         -        -         -         -         -
order.estimate         x       -         -        -         -         -         -
order.decline          x       -         -        -         -         -         -
order.cancel           x       -         x        -         -         -         -
order.hold             x       x         x        -         x         -         x
quote.send             x       -         -        -         -         -         -
payment.confirm        x       -         -        -         -         -         x
order.answer           x       -         -        -         -         -         -
quote.answer           -       -         -        -         -         -         -
artwork.upload         x       x         -        -         -         -         -
artwork.check          -       x         -        -         -         -         -
artwork.override       -       x         -        -         -         -         -
proof.sign_internal    -       x         -        -         -         -         -
proof.send             x       x         -        -         -         -         -
proof.sign             -       -         -        -         -         -         -
job.view               x       x         x        x         x         x         -
job.plan               -       -         x        -         -         -         -
job.run                -       -         x        x         -         -         -
job.quality            -       -         -        -         x         -         -
job.reprint            -       -         x        -         x         -         -
stock.view             x       x         x        x         x         x         x
stock.move             -       -         x        -         -         x         -
shipment.view          x       -         x        -         x         x         x
shipment.pack          -       -         -        -         -         x         -
shipment.label         -       -         -        -         -         x         -
shipment.ship          -       -         -        -         -         x         -
shipment.deliver       x       -         -        -         -         x         -
message.view           x       x         x        -         -         x         x
message.resend         x       -         -        -         -         -         -
event.view             x       -         x        -         x         -         x
deadletter.replay      -       -         -        -         -         -         -
staff.manage           -       -         -        -         -         -         -
catalog.view           x       x         x        x         x         x         x
catalog.edit           -       x         x        -         -         -         -
customer.view          x       x         x        -         -         x         x
customer.edit          x       -         -        -         -         -         x
report.view            x       -         x        -         -         -         x
export.run             x       -         x        -         -         x         x
integration.view       -       -         -        -         -         -         x
integration.manage     -       -         -        -         -         -         -
"""

PERMISSION_WORDS = {
    "order.view": "See orders",
    "order.create": "Take an order",
    "order.estimate": "Price a request",
    "order.decline": "Decline a request",
    "order.cancel": "Cancel an order",
    "order.hold": "Hold and resume an order",
    "order.answer": "Answer a question for the customer",
    "payment.confirm": "Note that a payment came",
    "quote.send": "Send a quote",
    "quote.answer": "Answer a quote for the customer",
    "artwork.upload": "Upload artwork",
    "artwork.check": "Check artwork",
    "artwork.override": "Override a preflight finding",
    "proof.sign_internal": "Sign a proof internally",
    "proof.send": "Send a proof",
    "proof.sign": "Sign a proof for the customer",
    "job.view": "See jobs",
    "job.plan": "Plan jobs",
    "job.run": "Run operations at a station",
    "job.quality": "Pass quality",
    "job.reprint": "Order a reprint",
    "stock.view": "See stock",
    "stock.move": "Move stock",
    "shipment.view": "See shipments",
    "shipment.pack": "Pack",
    "shipment.label": "Buy a label",
    "shipment.ship": "Hand over to the carrier",
    "shipment.deliver": "Mark as delivered",
    "message.view": "See messages",
    "message.resend": "Send a message again",
    "event.view": "See the event log",
    "deadletter.replay": "Replay a dead letter",
    "staff.manage": "Manage staff and roles",
    "catalog.view": "See the catalogue",
    "catalog.edit": "Edit the catalogue",
    "customer.view": "See customers",
    "customer.edit": "Edit customers",
    "report.view": "See reports",
    "export.run": "Run exports",
    "integration.view": "See integrations",
    "integration.manage": "Set up integrations",
}

CUSTOMER_PERMISSIONS = frozenset(
    {"order.view", "order.answer", "quote.answer", "artwork.upload", "proof.sign", "order.cancel"}
)


@lru_cache(maxsize=1)
def grants() -> dict[str, frozenset[str]]:
    """Return permission → the roles that have it (without the owner), in the order of the table."""
    lines = [line.split() for line in MATRIX.strip().splitlines()]
    columns = lines[0]
    return {
        permission: frozenset(
            role for role, mark in zip(columns, marks, strict=True) if mark == "x"
        )
        for permission, *marks in lines[1:]
    }


def permissions() -> tuple[str, ...]:
    """Return every permission there is, in the order of the table."""
    return tuple(grants())


def may(role: str, permission: str) -> bool:
    """Return whether people of `role` may do `permission`."""
    return role == OWNER or role in grants().get(permission, frozenset())


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Return what somebody with these roles may do, together; an owner everything (with ``*``)."""
    held = set(roles)
    if OWNER in held:
        return EVERYTHING | frozenset(permissions())
    return frozenset(name for name, granted in grants().items() if granted & held)


def role_words(roles: Iterable[str]) -> list[str]:
    """Return the roles as people call them, in the order of the table."""
    held = set(roles)
    return [ROLE_WORDS[role] for role in ROLES if role in held]
