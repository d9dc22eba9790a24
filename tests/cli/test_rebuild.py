"""`flask rebuild`: what it writes anew is left as the planner and index-only scans need it."""

from __future__ import annotations

import sqlalchemy as sa

from app.cli.maintenance import WRITTEN, rebuild
from app.core.db import db
from tests.order_rows import placed_order

DEAD = sa.text(
    "SELECT relname FROM pg_class WHERE relname = ANY (:tables) AND relpages > 0 "
    "AND relallvisible < relpages"
)


def test_rebuilt_tables_are_vacuumed(committed):
    with committed.app.app_context():
        placed_order([5])
        db.session.commit()
        rebuild.callback()
    with committed.owner_engine.connect() as connection:
        assert connection.scalars(DEAD, {"tables": list(WRITTEN)}).all() == []
        rows = connection.scalar(
            sa.text("SELECT reltuples FROM pg_class WHERE relname = 'search_entries'")
        )
    assert rows > 0
