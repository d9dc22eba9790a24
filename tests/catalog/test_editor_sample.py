"""The sample price in the editor."""

from __future__ import annotations

from typing import Any

from app.catalog.models import Product
from tests.back_office_app import page_text
from tests.catalog.test_editor_page import browser, card, opened, own, pressed, save

__all__ = ["browser", "card", "own"]


def test_the_sample_price_shows_what_a_formula_comes_to(browser: Any, card: Product) -> None:
    form = opened(browser, card)
    formula = {"key": "engraving", "label": "Engraving", "expression": "2 + letters.names * 0.25"}
    for name, value in formula.items():
        form.setlist(f"p.price.formulas.n0.{name}", [value])
    said = page_text(pressed(browser, card, form, "refresh:p.price")).partition("Sample price:")[2]
    assert "Formula 2 + letters.names * 0.25 (letters: Names 12)" in said
    form.setlist("p.price.formulas.n0.expression", ["2 / (letters.nmes - 1)"])
    refused = save(browser, card, form)
    assert refused.status_code == 422
    assert "There is no “letters.nmes”. Did you mean letters.names?" in page_text(refused.text)
    assert "formulas" not in card.properties["price"]
