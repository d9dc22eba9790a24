"""The grid of variants in the form of a product: generated, kept, filled down, saved."""

from __future__ import annotations

from typing import Any

import pytest

from app.catalog import admin, verbs
from app.catalog.models import Product
from app.core.actor import system
from app.production import references as production_references
from app.stock import references as stock_references
from tests.back_office_app import back_office_app
from tests.catalog.editor_form import changed, editor_form
from tests.catalog.test_editor_page import EDITS, address, fault_at, opened, pressed, save
from tests.stock.conftest import make_item
from tests.variant_orders import put_on_offer

__all__ = ["production_references", "stock_references"]
ROWS = "p.variants.rows"


@pytest.fixture(scope="module")
def own(application: Any) -> Any:
    return back_office_app(application, admin)


@pytest.fixture
def browser(own: Any, session: Any) -> Any:
    return own.test_client()


@pytest.fixture
def tee(session: Any) -> Product:
    product = put_on_offer()
    properties = {
        **product.properties,
        "variants": {"options": ["size"], "sku_pattern": "T-{size}"},
    }
    return verbs.change_product(product.id, properties=properties, actor=system())


def grid(form: Any) -> dict[str, str]:
    """SKU → what stands beside it: whether it is offered."""
    names = [name.rpartition(".")[0] for name in form if name.endswith(".sku")]
    return {form[f"{row}.sku"]: ",".join(form.getlist(f"{row}.offered")) for row in names
            if row.startswith(ROWS)}  # fmt: skip


def test_variants_are_generated_in_the_form_and_saved_with_it(browser: Any, tee: Product) -> None:
    page = pressed(browser, tee, opened(browser, tee), "generate:p.variants")
    form = editor_form(page)
    assert list(grid(form)) == ["T-S", "T-M", "T-L", "T-XL"]
    answer = save(browser, tee, changed(form, {f"{ROWS}.n0.price_difference_minor": "-1.50"}))
    assert answer.status_code == 302
    first, *_rest = tee.properties["variants"]["rows"]
    assert (first["key"], first["choices"], first["price_difference_minor"]) == (
        "s",
        {"size": "s"},
        -150,
    )
    assert len(tee.properties["variants"]["rows"]) == 4


def test_generating_again_keeps_what_was_typed_and_adds_what_is_missing(
    browser: Any, tee: Product
) -> None:
    make_item("BLANK", 0)
    form = editor_form(pressed(browser, tee, opened(browser, tee), "generate:p.variants"))
    changed(form, {f"{ROWS}.n1.sku": "MINE", f"{ROWS}.n1.stock_sku": "BLANK"})
    assert save(browser, tee, form).status_code == 302
    form = changed(opened(browser, tee), {"p.variants.options": ["_set", "size", "colour"]})
    changed(form, {"p.variants.sku_pattern": "T-{size}-{colour}"})
    again = editor_form(pressed(browser, tee, form, "generate:p.variants"))
    found = grid(again)
    assert list(found)[:3] == ["T-S-WHITE", "T-S-NAVY", "T-M-WHITE"]
    assert found["MINE"] == "_set", "the combination of one option is no more, so it isn't offered"
    assert save(browser, tee, again).status_code == 302
    assert len(tee.properties["variants"]["rows"]) == 12


def test_empty_fields_are_filled_down(browser: Any, tee: Product) -> None:
    form = editor_form(pressed(browser, tee, opened(browser, tee), "generate:p.variants"))
    changed(form, {f"{ROWS}.n0.weight_g": "150", f"{ROWS}.n2.weight_g": "180"})
    filled = editor_form(pressed(browser, tee, form, "fill:p.variants"))
    assert [filled[f"{ROWS}.n{place}.weight_g"] for place in range(4)] == [
        "150",
        "150",
        "180",
        "180",
    ]


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"p.variants.options": ["_set"]}, "options", "Choose at least one option"),
        ({"p.variants.sku_pattern": "T-{cut}"}, "sku_pattern", "may use {size}"),
    ],
)
def test_a_grid_that_cannot_be_generated_says_why_at_its_field(
    browser: Any, tee: Product, typed: dict[str, Any], field: str, says: str
) -> None:
    form = changed(opened(browser, tee), typed)
    answer = browser.post(address(tee), data=form | {"do": "generate:p.variants"}, headers=EDITS)
    assert answer.status_code == 200
    assert says in fault_at(answer, f"p.variants.{field}")


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ("4006381333932", "barcode", "is no EAN or UPC"),
        ("NOT-THERE", "stock_sku", "There is no stock item “NOT-THERE”"),
        ("TEE", "sku", "The SKU “TEE” is used twice in this product"),
    ],
)
def test_a_wrong_field_of_a_variant_is_refused_at_its_input(
    browser: Any, tee: Product, typed: str, field: str, says: str
) -> None:
    form = editor_form(pressed(browser, tee, opened(browser, tee), "generate:p.variants"))
    answer = save(browser, tee, changed(form, {f"{ROWS}.n1.{field}": typed}))
    assert answer.status_code == 422
    assert says in answer.text
    assert "rows" not in tee.properties["variants"]
