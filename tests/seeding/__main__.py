"""What ``flask seed`` starts, as the tables' owner: fill this empty shop with N orders."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from app.cli.maintenance import rebuild
from app.core.clock import now
from app.core.db import db
from app.core.settings import current
from tests.seeding import base, loading, recording, stories
from tests.seeding.printing import FIRST, Form

NOT_EMPTY = "This shop has orders already. Seed an empty shop, or drop this one's database first."
# Levels are the sums of movements and of open reservations.
LEVELS = """
UPDATE stock_levels l SET on_hand = coalesce((
    SELECT sum(CASE WHEN m.to_location_id = l.location_id THEN quantity ELSE -quantity END)
    FROM stock_movements m WHERE m.item_id = l.item_id AND m.lot = l.lot
      AND l.location_id IN (m.to_location_id, m.from_location_id)), 0),
  reserved = coalesce((
    SELECT sum(r.quantity - r.consumed) FROM reservations r WHERE r.item_id = l.item_id
      AND r.location_id = l.location_id AND r.lot = l.lot AND r.released_at IS NULL), 0)
"""
# Finished deliveries are kept for some days only, so a past of years has those of the last ones.
DELIVERED = """
INSERT INTO event_deliveries (id, event_id, reaction, queue, state, attempts, fence, due_at,
  enqueued_at, created_at, updated_at)
SELECT md5(e.id::text || r.reaction)::uuid, e.id, r.reaction, r.queue, 'done', 1, 1, e.at, e.at, e.at, e.at
FROM events e JOIN unnest(CAST(:names AS text[]), CAST(:reactions AS text[]), CAST(:queues AS text[]))
  AS r (name, reaction, queue) ON r.name = e.name
WHERE e.at > now() - interval '7 days'
"""
SETVAL = text("SELECT setval(CAST(:counter AS regclass), :value, true)")


class NotEmpty(Exception):
    """The shop has orders."""


@dataclass(frozen=True)
class Told:
    """The forms of all stories with their weights: of ended orders, and of open ones."""

    ended: list[tuple[int, Form]]
    open: list[tuple[int, Form]]


def seed(orders: int, number: int = 1, open_orders: int | None = None) -> None:
    """Fill the shop of the current application with `orders` orders, about 2 % of them open.

    The same `number` on the same day gives the same shop. Needs the role that owns the tables, an
    application context, and nobody else at work. Raises NotEmpty where there are orders.
    """
    if db.session.scalar(text("SELECT EXISTS (SELECT 1 FROM orders)")):
        raise NotEmpty(NOT_EMPTY)
    began = time.perf_counter()
    told = tell()
    loading.timed(f"{len(told.ended) + len(told.open)} stories recorded", began)
    fill(told, orders, number, open_orders)


def tell() -> Told:
    """Lay the ground (products, people, material, files) and record every story on it."""
    base.prepare()
    return Told(forms(stories.ENDED), forms(stories.OPEN))


def fill(told: Told, orders: int, number: int = 1, open_orders: int | None = None) -> None:
    """Print `orders` orders into the current application's shop, in which `tell` laid the ground."""
    until = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    few = max(1, orders // 50) if open_orders is None else open_orders
    plan = loading.Plan(told.ended, told.open, orders, min(few, orders // 2), number, until)
    address = current().database_url.replace("+psycopg", "")
    db.session.remove()
    at = time.perf_counter()
    with loading.Bare(address) as bare:
        shared = [one for _, form in (*told.ended, *told.open) for one in form.shared]
        for table in recording.SHARED:  # the same bytes are one row in all stories
            rows = {line.split("\t")[0]: line for of, line in shared if of == table}
            if rows:
                loading.copy_rows(bare.connection, table, list(rows.values()))
        loading.load(plan, address)
        at = loading.timed(f"rows of {orders:,} orders written", at)
    at = loading.timed("indexes built", at)
    _finish(orders)
    at = loading.timed("sums and deliveries", at)
    _derive(address)
    loading.timed("figures, progress and search index", at)


def forms(told: Sequence[tuple[int, int, stories.Story]]) -> list[tuple[int, Form]]:
    """Record each story and return its form with its weight."""
    return [
        (weight, Form(recording.record(story, stories.WARES[ware], base.upload)))
        for weight, ware, story in told
    ]


def _finish(orders: int) -> None:
    from app.reactions import REACTIONS

    db.session.execute(text("SET statement_timeout = 0"))
    db.session.execute(text(LEVELS))
    bound = [(name, r.name, r.queue) for name, found in REACTIONS.items() for r in found]
    names, reactions, queues = (list(column) for column in zip(*bound, strict=True))
    db.session.execute(text(DELIVERED), {"names": names, "reactions": reactions, "queues": queues})
    for name, first in FIRST.items():
        bound_to = {"counter": recording.counter(name), "value": first + orders}
        db.session.execute(SETVAL, bound_to)
    db.session.commit()


def _derive(address: str) -> None:
    """Write what triggers and clock keep, which slept meanwhile."""
    assert rebuild.callback
    with loading.without_indexes(address, "search_entries", "gin"):
        rebuild.callback()
    db.session.execute(text("ANALYZE search_entries"))
    db.session.commit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--number", type=int, default=1)
    asked = parser.parse_args()
    from app import create_app

    app: Flask = create_app(pages=False)
    with app.app_context():
        try:
            seed(asked.orders, asked.number)
        except NotEmpty as problem:
            raise SystemExit(str(problem)) from None


if __name__ == "__main__":
    main()
