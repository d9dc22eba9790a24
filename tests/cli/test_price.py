"""`flask price`: a product's price, row by row, on a running shop's database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.catalog.models import Product
from app.core.db import db
from tests.files.sample_files import CUBE, an_stl


def run(app: Any, *words: str) -> Any:
    return app.test_cli_runner().invoke(args=["price", *words])


def priced(app: Any, *words: str) -> Any:
    done = run(app, *words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def shop(preset_products: None, session: Any) -> None:
    """The presets' products."""


def test_the_price_is_printed_row_by_row(app: Any, shop: None) -> None:
    found = priced(app, "INV-A6", "--qty", "250", "--option", "paper=cotton", "--rush", "rush")
    assert [(row["key"], row["amount_minor"]) for row in found["rows"]] == [
        ("setup", 2900),
        ("pieces", 35500),
        ("options.paper", 4500),
        ("rush", 10725),
    ]
    assert found["rows"][1]["how"] == "Price per piece from 250: £1.42 × 250 = £355.00"
    assert found["net_minor"] == sum(row["amount_minor"] for row in found["rows"])
    assert found["total_minor"] == found["net_minor"] + found["tax_minor"]
    assert (found["currency"], found["reasons"]) == ("GBP", [])


def test_skus_on_offer_are_listed(app: Any, shop: None) -> None:
    assert "INV-A6" in json.loads(run(app, "--list", "--json").stdout)
    product = db.session.query(Product).filter_by(sku="INV-A6").one()
    product.state = "archived"
    db.session.flush()
    assert "INV-A6" not in json.loads(run(app, "--list", "--json").stdout)


def test_a_file_is_measured_as_an_upload_is(app: Any, shop: None, tmp_path: Path) -> None:
    part = tmp_path / "part.stl"
    part.write_bytes(an_stl(triangles=CUBE))
    product = db.session.query(Product).filter_by(sku="INV-A6").one()
    product.properties = product.properties | {"price": {"per_cm3_minor": "38.5"}}
    db.session.flush()
    assert priced(app, "INV-A6")["reasons"] == [
        "The price depends on the file's volume, which is not known yet."
    ]
    measured = priced(app, "INV-A6", "--file", str(part))
    assert "volume" in {row["key"] for row in measured["rows"]}
    assert measured["reasons"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["NO-SUCH"], "There is no product with the SKU NO-SUCH."),
        (["INV-A6", "--option", "paper=gold"], "“gold” is not offered as paper"),
        (["INV-A6", "--option", "size=a4"], "This product has no “size”"),
        (["INV-A6", "--option", "paper"], "Write --option KEY=VALUE, not paper."),
        (["INV-A6", "--qty", "0"], "can't be ordered"),
        (["INV-A6", "--qty", "many"], "must be a whole number"),
        (["INV-A6", "--on", "2027-02-30"], "2027-02-30 is not a day."),
        (["INV-A6", "--rush", "never"], "This rush level is not offered."),
        (["INV-A6", "--text", "song=la"], "This product has no text song"),
        (["INV-A6", "--customer", "nobody@example.com"], "No customer is called"),
        (["INV-A6", "--file", "/no/such/file.pdf"], "does not exist"),
        ([], "Name a SKU"),
    ],
)
def test_what_can_not_be_priced_is_told_in_a_sentence(
    app: Any, shop: None, words: list[str], sentence: str
) -> None:
    done = run(app, *words)
    assert done.exit_code in (1, 2)
    assert sentence in done.stderr
    assert done.stdout == ""


def test_without_json_it_reads_as_a_list(app: Any, shop: None) -> None:
    told = run(app, "INV-A6", "--qty", "250").output
    assert "Set-up and proof  £29.00\n    Set-up and proof, once per item: £29.00\n" in told
    assert "Total  £" in told
