"""Lines that carried their terms point at product revisions after the upgrade, and carry them again back."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from app import declarations
from app.core.db import db
from app.core.invariants import INVARIANTS, find_break
from app.orders.models import OrderLine
from tests.conftest import Committed
from tests.order_rows import TERMS, placed_order

BEFORE, BETWEEN = "0015_search", "0016_product_revisions"
# What JSON can hold and a hash could trip over: order of keys, signs, empty parts, numbers.
ODD = {
    "wording": {"piece": 'Ünï "quoted" \\ \n\t\u007f €', "zz": "a", "b": "", "Z": "é"},
    "price": {"tax_permille": 200, "unit_breaks": [], "x": 2.50, "y": 1e3, "n": None, "t": True},
}


@pytest.fixture
def flask_db(committed: Committed) -> Any:
    def run(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    return run


@pytest.fixture
def old_lines(committed: Committed, flask_db: Any) -> dict[uuid.UUID, Any]:
    """Line id → its terms, in the shape of before; two of five lines agreed on the same."""
    with committed.app.app_context():
        for _ in range(2):
            placed_order((10, 20), state="requested")
        db.session.commit()
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.begin() as connection:
        rows = connection.execute(sa.text("SELECT id, terms FROM order_lines ORDER BY id"))
        lines: dict[uuid.UUID, Any] = {row.id: row.terms for row in rows}
        assert all(
            terms["wording"]["piece"] == TERMS["wording"]["piece"] for terms in lines.values()
        )
        first = next(iter(lines))
        lines[first] = ODD
        odd = {"id": first, "terms": json.dumps(ODD)}
        connection.execute(sa.text("UPDATE order_lines SET terms = :terms WHERE id = :id"), odd)
        assert connection.scalar(sa.text("SELECT to_regclass('product_revisions')")) is None
    return lines


def copy_of_a_line(columns: str, values: str) -> sa.TextClause:
    """SQL by which a process of some version writes one more line."""
    return sa.text(
        f"INSERT INTO order_lines (id, order_id, position, product_id, product_name, sku, "
        f"configuration, quantity, {columns}) SELECT gen_random_uuid(), order_id, position + 100, "
        f"product_id, product_name, sku, configuration, quantity, {values} FROM order_lines "
        "WHERE id = :id RETURNING *"
    )


def contents(committed: Committed) -> dict[uuid.UUID, Any]:
    """Line id → what its revision holds."""
    query = sa.text(
        "SELECT l.id, r.content FROM order_lines l "
        "JOIN product_revisions r ON r.id = l.product_revision_id AND r.product_id = l.product_id"
    )
    with committed.owner_engine.connect() as connection:
        return {row.id: row.content for row in connection.execute(query)}


def test_every_line_keeps_its_terms_as_a_revision_and_all_invariants_hold(
    committed: Committed, flask_db: Any, old_lines: dict[uuid.UUID, Any]
) -> None:
    flask_db("upgrade")
    assert contents(committed) == old_lines
    with committed.owner_engine.connect() as connection:
        # one for each product that several lines agreed on alike, and the odd one
        assert connection.scalar(sa.text("SELECT count(*) FROM product_revisions")) == 3
    with committed.app.app_context():
        declarations.load(declarations.INVARIANTS)
        assert {name: said for name in INVARIANTS if (said := find_break(name))} == {}


def test_a_line_made_after_the_upgrade_shares_the_revision_of_the_one_before(
    committed: Committed, flask_db: Any, old_lines: dict[uuid.UUID, Any]
) -> None:
    from app.catalog.models import Product
    from app.catalog.properties import Properties
    from app.catalog.revisions import revision_of

    flask_db("upgrade")
    with committed.app.app_context():
        line = db.session.get_one(OrderLine, list(old_lines)[-1])
        product = db.session.get_one(Product, line.product_id)
        same = Properties.model_validate(old_lines[line.id])
        assert same == line.specification
        assert revision_of(product, same) == line.product_revision_id


def test_downgraded_again_every_line_carries_its_terms(
    committed: Committed, flask_db: Any, old_lines: dict[uuid.UUID, Any]
) -> None:
    flask_db("upgrade")
    flask_db("downgrade", BEFORE)
    with committed.owner_engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, terms FROM order_lines"))
        assert {row.id: row.terms for row in rows} == old_lines
        left = "SELECT count(*) FROM pg_proc WHERE proname IN ('canonical_json', 'order_lines_revision')"
        assert connection.scalar(sa.text(left)) == 0
    flask_db("upgrade")
    assert contents(committed) == old_lines


def test_between_the_two_migrations_processes_of_both_versions_write_lines(
    committed: Committed, flask_db: Any, old_lines: dict[uuid.UUID, Any]
) -> None:
    flask_db("upgrade", BETWEEN)
    line_id = next(iter(old_lines))
    with committed.engine.begin() as connection:
        before = connection.execute(copy_of_a_line("terms", "terms"), {"id": line_id}).one()
        after = connection.execute(
            copy_of_a_line("product_revision_id", "product_revision_id"), {"id": before.id}
        ).one()
    assert before.product_revision_id == after.product_revision_id
    assert after.terms == ODD
    flask_db("upgrade")
    assert contents(committed) == old_lines | {before.id: ODD, after.id: ODD}
