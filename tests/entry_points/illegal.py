"""Every situation in which a verb can't be done, for one thing of each kind: its states, and what ends it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import update

from app.core.actor import Actor, system
from app.core.clock import now
from app.core.db import db
from app.core.errors import Problem, Stale, WrongState
from app.core.verbs import Subject, Verb, verbs_of
from app.stock import verbs as stock_verbs

#: Where a verb is done → the kind of its record.
KINDS = {
    "order_page.act": "order",
    "artwork.act": "artwork",
    "messages.act": "message",
    "intents.act": "intent",
    "job_page.act": "job",
    "job_page.act_on_step": "operation",
    "shipment_page.act": "shipment",
    "station.act": "operation",
    "check": "job",
    "staff.act": "staff",
    "api_keys.act": "api_token",
    "movements.act": "stock_movement",
    "dead_letters.act": "delivery",
    "stock_items.act": "stock_item",
    "tax_rates.act": "tax_rate",
    "rates.act": "rate",
    "customer_groups.act": "customer_group",
    "price_lists.act": "price_list",
    "promotions.act": "promotion",
    "customers.act": "customer",
    "families.act": "product_family",
    "products.act": "product",
    "catalog_changes.act": "catalog_change",
    "connections.act": "connection",
    "shop_settings.act": "shop_settings",
}
#: Of kinds without a chart: what their rows hold in each situation.
SITUATIONS: dict[str, tuple[dict[str, Any], ...]] = {
    "staff": ({"disabled_at": now()}, {"disabled_at": None}),
    "api_token": ({"revoked_at": now()},),
    "customer_group": ({"archived_at": now()}, {"archived_at": None}),
    "promotion": ({"archived_at": now()}, {"archived_at": None}),
    "rate": ({"archived_at": now()}, {"archived_at": None}),
    "delivery": ({"state": "done"}, {"state": "pending"}, {"state": "running"}),
}
#: What a state needs beside its name.
ALONG: dict[tuple[str, str], dict[str, Any]] = {
    ("intent", "sent"): {"outcome": {}},
    ("message", "suppressed"): {"suppressed_reason": "No address."},
    ("message", "delivered"): {"sent_at": now(), "suppressed_reason": None},
}


def subject_of(kind: str) -> Subject[Any]:
    return verbs_of(kind)[-1].on  # the first may be the one that creates it


def columns_of(kind: str, state: str) -> dict[str, Any]:
    """What a row of the kind holds in that state."""
    usual = {"suppressed_reason": None} if kind == "message" else {}
    return {"state": state} | usual | ALONG.get((kind, state), {})


def situations(kind: str, ref: str) -> Iterator[str]:
    """Bring the record into each of its situations, committed; yield what each is. Its state is as before then."""
    subject = subject_of(kind)
    row = subject.row(subject.find(ref))
    table, row_id = type(row), row.id
    first = getattr(row, "state", None)
    changes = SITUATIONS.get(kind, ())
    if subject.chart is not None:
        changes = tuple(columns_of(kind, state) for state in subject.chart.states)
    for columns in changes:
        db.session.execute(update(table).where(table.id == row_id).values(**columns))
        db.session.commit()
        db.session.expire_all()
        yield str(columns.get("state", columns))
    if first is not None:  # what hangs on it is looked at next
        db.session.execute(
            update(table).where(table.id == row_id).values(**columns_of(kind, first))
        )
        db.session.commit()
    if kind == "stock_movement":
        stock_verbs.undo(row_id, actor=system("cli"))
        db.session.commit()
        yield "undone"


def refused(
    kind: str, ref: str, entry: str, actor: Actor
) -> Iterator[tuple[str, Verb[Any, Any, Any], Problem]]:
    """Yield situation, verb and problem of each verb that its situation refuses."""
    for situation in situations(kind, ref):
        for verb in verbs_of(kind, entry):
            problem = verb.refusal(verb.on.find(ref), actor)
            if isinstance(problem, (WrongState, Stale)):
                yield situation, verb, problem
