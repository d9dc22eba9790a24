"""What the tables cost: an event beside a bare row, a search beside one without its index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from tests import servers
from tests.bench.turns import Row, compare

NAME = "bench"
CUSTOMERS = 200_000
BARE = sa.text(
    "INSERT INTO bare (id, at, name, data) VALUES (gen_random_uuid(), now(), :name, :data)"
)


def rows() -> Iterator[Row]:
    """Make a shop's database, compare on it, and drop it."""
    from app import create_app
    from app.core import settings
    from app.core.db import db

    values = servers.ensure()
    with servers.lock("users", shared=True):
        own = servers.clone(values, NAME)
        try:
            settings.use(settings.load(servers.environment(values, own, valkey_number=0)))
            app = create_app(pages=False)
            with app.app_context():
                yield from (_event(own.owner_url), _search(own.owner_url))
                db.session.remove()
                db.engine.dispose()
        finally:
            servers.drop(values, NAME)


def _event(owner_url: str) -> Row:
    from app.core.actor import system
    from app.core.db import db
    from app.core.events import EventKind, Payload, record
    from app.customers.models import Customer

    _as_owner(owner_url, "CREATE TABLE bare (id uuid PRIMARY KEY, at timestamptz, name text, data jsonb)",
              "GRANT INSERT ON bare TO PUBLIC")  # fmt: skip

    class Happened(Payload):
        quantity: int
        label: str

    EventKind("bench.happened", "Measured", Happened)
    customer = Customer(name="Example Stationers")
    db.session.add(customer)
    db.session.commit()
    data = {"quantity": 250, "label": "Print file"}

    def ours() -> None:
        record("bench.happened", customer, system("bench"), data=data)
        db.session.commit()

    def peer() -> None:
        db.session.execute(BARE, {"name": "bench.happened", "data": json.dumps(data)})
        db.session.commit()

    return compare("an event, chained and queued", ours, "INSERT and COMMIT", peer, rounds=200)


def _search(owner_url: str) -> Row:
    from app.core.db import db

    _as_owner(
        owner_url,
        "INSERT INTO customers (id, name, terms, created_at, updated_at, version_id) SELECT "
        "gen_random_uuid(), md5(n::text) || ' ' || md5((n * 7)::text), 'prepaid', now(), now(), 1 "
        f"FROM generate_series(1, {CUSTOMERS}) n",
        "ANALYZE customers",
    )
    wanted = sa.text("SELECT id FROM customers WHERE name ILIKE '%c4ca42%' LIMIT 20")

    def ours() -> Any:
        return db.session.execute(wanted).all()

    def peer() -> Any:
        db.session.execute(sa.text("SET LOCAL enable_bitmapscan = off"))
        found = db.session.execute(wanted).all()
        db.session.rollback()
        return found

    return compare(f"a name among {CUSTOMERS:,} customers", ours, "the same without index", peer)


def _as_owner(url: str, *statements: str) -> None:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
