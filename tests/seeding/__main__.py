"""What ``flask seed`` starts, as the tables' owner: fill this empty shop with N orders."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import timedelta

from flask import Flask
from sqlalchemy import text

from app.core.clock import now
from app.core.db import db
from app.core.settings import current
from tests.seeding import base, loading, recording, stories
from tests.seeding.printing import Form

NOT_EMPTY = "This shop has orders already. Seed an empty shop, or drop this one's database first."
AFTER = (
    # levels are the sums of movements and of open reservations
    "UPDATE stock_levels l SET on_hand = m.moved, reserved = coalesce(r.held, 0) FROM ("
    " SELECT item_id, sum(CASE WHEN t.kind = 'internal' THEN quantity ELSE 0 END"
    " - CASE WHEN f.kind = 'internal' THEN quantity ELSE 0 END) AS moved FROM stock_movements"
    " JOIN stock_locations f ON f.id = from_location_id"
    " JOIN stock_locations t ON t.id = to_location_id GROUP BY item_id) m"
    " LEFT JOIN (SELECT item_id, sum(quantity - consumed) AS held FROM reservations"
    " WHERE released_at IS NULL GROUP BY item_id) r ON r.item_id = m.item_id"
    " WHERE l.item_id = m.item_id",
)
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


def seed(orders: int, number: int = 1, open_orders: int | None = None) -> None:
    """Fill the shop of the current application with `orders` orders, about 2 % of them open.

    The same `number` on the same day gives the same shop. Needs the role that owns the tables, an
    application context, and nobody else at work. Raises NotEmpty where there are orders.
    """
    if db.session.scalar(text("SELECT EXISTS (SELECT 1 FROM orders)")):
        raise NotEmpty(NOT_EMPTY)
    until = now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    started = time.perf_counter()
    base.prepare()
    ended, living = forms(stories.ENDED), forms(stories.OPEN)
    few = max(1, orders // 50) if open_orders is None else open_orders
    plan = loading.Plan(ended, living, orders, min(few, orders // 2), number, until)
    started = loading.timed(f"{len(ended) + len(living)} stories recorded", started)
    address = current().database_url.replace("+psycopg", "")
    db.session.remove()
    with loading.Bare(address) as bare:
        done = {
            line: table for _, form in (*ended, *living) for table, line in reversed(form.shared)
        }
        for table in dict.fromkeys(sorted(done.values())):
            rows = [line for line, of in done.items() if of == table]
            loading.copy_rows(bare.connection, table, _one_each(rows))
        loading.load(plan, address)
        started = loading.timed("rows written", started)
    started = loading.timed("indexes built", started)
    _finish(orders)
    loading.timed("sums and deliveries", started)


def forms(told: Sequence[tuple[int, int, stories.Story]]) -> list[tuple[int, Form]]:
    """Record each story and return its form with its weight."""
    return [
        (weight, Form(recording.record(story, stories.WARES[ware], base.upload)))
        for weight, ware, story in told
    ]


def _one_each(lines: list[str]) -> list[str]:
    """Return the lines with different ids."""
    return list({line.split("\t")[0]: line for line in lines}.values())


def _finish(orders: int) -> None:
    from app.reactions import REACTIONS

    db.session.execute(text("SET statement_timeout = 0"))
    for statement in AFTER:
        db.session.execute(text(statement))
    bound = [(name, r.name, r.queue) for name, found in REACTIONS.items() for r in found]
    names, reactions, queues = (list(column) for column in zip(*bound, strict=True))
    db.session.execute(text(DELIVERED), {"names": names, "reactions": reactions, "queues": queues})
    for name in recording.NUMBERS:
        table, column = name.split(".")
        highest = db.session.scalar(text(f"SELECT coalesce(max({column}), 1) FROM {table}"))
        db.session.execute(SETVAL, {"counter": recording.counter(name), "value": highest})
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
