"""What products said of tax becomes a class and its rate; nobody pays another tax after the upgrade."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from tests.conftest import Committed

BEFORE = "0052_setup_links"
FAMILIES = {
    "cards": {"price": {"tax_permille": 200, "tax_label": "VAT", "setup_minor": 5}},
    "books": {"price": {"tax_permille": 0, "tax_label": "VAT"}},
    "old": {"gates": ["payment"]},
}
PRODUCTS = {
    "card": ("cards", {"price": {"tax_permille": 200}}),
    "leaflet": ("cards", {"price": {"tax_permille": 50, "tax_label": "VAT"}}),
    "novel": ("books", {}),
    "atlas": ("books", {"price": {"tax_permille": 200, "tax_label": "VAT"}}),
    "relic": ("old", {}),
}


@pytest.fixture
def flask_db(committed: Committed) -> Any:
    def run(*arguments: str) -> None:
        told = committed.app.test_cli_runner().invoke(args=["db", *arguments])
        assert told.exit_code == 0, told.output

    return run


def fill(committed: Committed) -> None:
    ids = {name: uuid.uuid4() for name in FAMILIES}
    with committed.owner_engine.begin() as connection:
        for name, properties in FAMILIES.items():
            connection.execute(
                sa.text(
                    "INSERT INTO product_families (id, slug, name, properties, version_id) "
                    "VALUES (:id, :slug, :slug, :properties, 1)"
                ),
                {"id": ids[name], "slug": name, "properties": json.dumps(properties)},
            )
        for name, (family, properties) in PRODUCTS.items():
            connection.execute(
                sa.text(
                    "INSERT INTO products (id, slug, sku, name, summary, family_id, properties, state, "
                    "version_id) VALUES (:id, :slug, :slug, :slug, '', :family, :properties, 'active', 1)"
                ),
                {"id": uuid.uuid4(), "slug": name, "family": ids[family], "properties": json.dumps(properties)},
            )  # fmt: skip


def taxes(committed: Committed) -> dict[str, str | None]:
    """Product → its own rate in permille, its family's, None where it is taxed by class."""
    query = sa.text(
        "SELECT p.slug, coalesce(p.properties -> 'price' ->> 'tax_permille', "
        "f.properties -> 'price' ->> 'tax_permille') AS permille FROM products p "
        "JOIN product_families f ON f.id = p.family_id"
    )
    with committed.owner_engine.connect() as connection:
        return {row.slug: row.permille for row in connection.execute(query)}


def test_products_at_the_shops_usual_rate_take_it_from_the_class_and_others_keep_theirs(
    committed: Committed, flask_db: Any
) -> None:
    flask_db("downgrade", BEFORE)
    fill(committed)
    flask_db("upgrade")
    by_class = None  # "standard", which has the usual rate
    assert taxes(committed) == {
        "card": by_class, "leaflet": "50", "novel": "0", "atlas": "200", "relic": "0",
    }  # fmt: skip
    query = sa.text(
        "SELECT c.key, r.country, r.percent, r.label FROM tax_rates r "
        "JOIN tax_classes c ON c.id = r.class_id"
    )
    with committed.owner_engine.connect() as connection:
        assert [tuple(row) for row in connection.execute(query)] == [("standard", "GB", 20, "VAT")]
        setup = sa.text("SELECT properties -> 'price' FROM product_families WHERE slug = 'cards'")
        assert connection.scalar(setup) == {"setup_minor": 5}
    flask_db("downgrade", BEFORE)
    assert taxes(committed) == {
        "card": "200", "leaflet": "50", "novel": "0", "atlas": "200", "relic": "0",
    }  # fmt: skip


def test_a_shop_without_products_gets_no_class(committed: Committed, flask_db: Any) -> None:
    flask_db("downgrade", BEFORE)
    flask_db("upgrade")
    with committed.owner_engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM tax_classes")) == 0
