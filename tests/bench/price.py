"""A price with twenty rules, the portal's price answer, and the catalogue's pages with many products."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests import servers
from tests.bench.turns import Row, compare

DAY = date(2027, 1, 15)
FEW, MANY = 100, 10_000
IN_A_FAMILY = 50
ROUNDS = 25
HERE = "http://127.0.0.1"
FORMULAS = (
    "2.50 + 0.10 * letters.text + area_m2 * 40",
    'if(option.paper == "cotton", 1.10, 0.90) * max(1, quantity / 100)',
    "ceil(quantity / 12) * 0.35 + perimeter_m * 1.2",
    "rate.gold * 0.05",
)
KINDS = (
    *("fixed", "per_piece", "per_m2", "per_m", "per_side", "per_page"),
    *("per_letter", "percent"),
)


def rows() -> Iterator[Row | str]:
    """Yield the time of a price beside one written by hand, then of the answers of a shop."""
    yield from prices()
    yield from shops()


def prices() -> Iterator[Row | str]:
    """Compare a price of twenty rules with the same inputs through JSON, and with a sum written by hand."""
    from app.catalog.pricing import price_line

    product, given = twenty_rules()

    def ours() -> Any:
        return price_line(product, {"paper": "cotton", "finish": "matt"}, 250, **given)

    count = len(ours().rows)
    stored = {"rows": [vars(row) for row in ours().rows], "rule": product.model_dump(mode="json")}
    yield compare(f"a price of {count} rows", ours, "its rule and rows through JSON",
                  lambda: json.loads(json.dumps(stored)), rounds=200)  # fmt: skip
    yield f"{'a price of ' + str(count) + ' rows, median':44} {median_ms(ours, 400):7.3f} ms"


def twenty_rules() -> tuple[Any, dict[str, Any]]:
    """Return a product whose price has twenty rules and more, and the terms it is asked under."""
    from app.catalog.inheritance import parse
    from app.catalog.pricing import PriceTerms
    from app.catalog.pricing.terms import PriceListTerms, Promotion, Rate

    options = [
        {
            "key": key,
            "label": key.capitalize(),
            "choices": [
                {"key": "plain", "label": "Plain"},
                {"key": first, "label": first, "surcharge_minor": 18, "setup_minor": 500},
            ],
        }
        for key, first in (("paper", "cotton"), ("finish", "matt"))
    ]
    price = {
        "setup_minor": 2900,
        "unit_breaks": [
            {"from_quantity": 50, "unit_minor": 196},
            {"from_quantity": 250, "unit_minor": 142},
        ],
        "per_m2_minor": 2500,
        "surcharges": [
            {"key": kind, "label": kind, "kind": kind, "amount": "12.5"} for kind in KINDS
        ],
        "formulas": [
            {"key": f"f{place}", "label": f"Formula {place}", "expression": expression}
            for place, expression in enumerate(FORMULAS)
        ],
        "rush_levels": [{"key": "soon", "label": "Soon", "working_days": 2, "percent": 25}],
    }
    product = parse(
        {
            "options": options,
            "price": price,
            "personalisation": [{"key": "text", "label": "Text"}],
            "artwork": {"trim_width_mm": 148, "trim_height_mm": 105},
        }
    )
    terms = PriceTerms(
        price_list=PriceListTerms(key="trade", name="Trade", percent=Decimal(-10)),
        rates={"gold": Rate(key="gold", value=Decimal("32.40"), currency="GBP", unit="g")},
        promotion=Promotion(code="SPRING", percent=Decimal(5)),
    )
    return product, {
        "on": DAY,
        "rush": "soon",
        "personalisation": {"text": "Robin & Sasha"},
        "terms": terms,
    }


@dataclass(frozen=True)
class Side:
    """One shop: its application and a client that is signed in."""

    app: Flask
    client: FlaskClient
    sku: str
    product_id: str


def shops() -> Iterator[str]:
    """Ask a shop of few products and one of many by turns."""
    from app.core.db import db

    values = servers.ensure()
    with servers.lock("users", shared=True):
        sides, names = [], []
        try:
            for count in (FEW, MANY):
                names.append(f"bench_products_{count}")
                sides.append(side(values, names[-1], count))
            yield from answers(*sides)
        finally:
            for one in sides:
                with one.app.app_context():
                    db.engine.dispose()
            for name in names:
                servers.drop(values, name)


def side(values: dict[str, str], name: str, count: int) -> Side:
    """Make a shop with `count` products, and sign somebody in."""
    from app import create_app
    from app.accounts.verbs import create_staff
    from app.core import settings
    from app.core.actor import system
    from app.core.db import db
    from tests.bench.pages import EMAIL, PASSWORD, sign_in
    from tests.preset_shop import load_presets

    own = servers.clone(values, name)
    environment = servers.environment(values, own, valkey_number=0)
    settings.use(settings.load(environment | {"DATABASE_URL": own.owner_url}))
    with create_app(pages=False).app_context():
        load_presets(["print"])
        fill(count)
        create_staff(None, EMAIL, "Bench", ["owner"], actor=system("bench"), password=PASSWORD)
        db.session.commit()
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        db.engine.dispose()
    settings.use(settings.load(environment))
    app = create_app()
    client = app.test_client()
    sign_in(client)
    with app.app_context():
        one = db.session.execute(
            text("SELECT sku, id::text FROM products WHERE sku LIKE 'BENCH-%' ORDER BY sku LIMIT 1")
        ).one()
    return Side(app, client, one.sku, one.id)


def fill(count: int) -> None:
    """Add products like those there are until there are `count`, so many in a family."""
    from app.core.db import db

    db.session.execute(
        text(
            "INSERT INTO product_families (id, slug, name, properties, version_id, created_at, updated_at) "
            "SELECT gen_random_uuid(), 'bench-' || n, 'Cards ' || n, f.properties, 1, now(), now() "
            "FROM product_families f, generate_series(1, :families) n WHERE f.slug = 'cards'"
        ),
        {"families": max(1, count // IN_A_FAMILY)},
    )
    db.session.execute(
        text(
            "INSERT INTO products (id, slug, sku, name, summary, family_id, properties, state, version_id, "
            "created_at, updated_at) SELECT gen_random_uuid(), 'bench-' || n, 'BENCH-' || lpad(n::text, 6, '0'), "
            "'Card ' || n, p.summary, f.id, p.properties, 'active', 1, now(), now() "
            "FROM products p, generate_series(1, :products - (SELECT count(*) FROM products)) n "
            "JOIN product_families f ON f.slug = 'bench-' || (1 + n % :families) "
            "WHERE p.slug = 'invitation-card-a6'"
        ),
        {"products": count, "families": max(1, count // IN_A_FAMILY)},
    )


def answers(few: Side, many: Side) -> Iterator[str]:
    """Yield a line for each answer: its milliseconds in both shops, and how many times as long."""
    portal = [price_answer(one) for one in (few, many)]
    pages: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "portal, price answer": (portal[0], portal[1])
    }
    for name, path in (
        ("products, list", "/admin/products/"),
        ("products, search", "/admin/products/?search=BENCH-000077"),
        ("product, edit page", "/admin/products/edit/?id={id}"),
        ("families, list", "/admin/families/"),
    ):
        pages[name] = tuple(asked(one, path) for one in (few, many))  # type: ignore[assignment]
    for name, (small, large) in pages.items():
        small_ms, large_ms = by_turns(small, large)
        yield (
            f"{name:44} {small_ms:7.1f} ms of {FEW:,} products, {large_ms:7.1f} ms of {MANY:,}: "
            f"{large_ms / small_ms:.2f} times"
        )


def asked(one: Side, path: str) -> Callable[[], Any]:
    """Return what asks a page of the shop."""
    address = path.format(id=one.product_id)

    def ask() -> None:
        answer = one.client.get(address, base_url=HERE)
        assert answer.status_code == 200, (address, answer.status, answer.text[:300])

    return ask


def price_answer(one: Side) -> Callable[[], Any]:
    """Return what asks the portal for the price of a card, as its page does at every change."""
    import re

    client = one.app.test_client()
    page = client.get("/p/bench-1", base_url=HERE)
    assert page.status_code == 200, page.status
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    form = {
        "options.paper": "cotton",
        "options.foil": "none",
        "quantity": "250",
        "csrf_token": token[1] if token else "",
    }

    def ask() -> None:
        answer = client.post("/p/bench-1/price", data=form, base_url=HERE)
        assert answer.status_code == 200, (answer.status, answer.text[:300])

    return ask


def by_turns(small: Callable[[], Any], large: Callable[[], Any]) -> tuple[float, float]:
    """Return the medians of both in milliseconds, asked by turns after three times to warm up."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 3):
        for run, into in ((small, taken[0]), (large, taken[1])):
            started = time.perf_counter()
            run()
            if number >= 3:
                into.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])


def median_ms(run: Callable[[], Any], rounds: int) -> float:
    """Return the median time of a call in milliseconds, after some to warm up."""
    taken = []
    for number in range(rounds + 20):
        started = time.perf_counter()
        run()
        if number >= 20:
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)
