"""The pages of tax classes and rates: made in forms, ended by date, the usual ones added by a button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.tax import verbs as tax
from app.tax.models import TaxClass, TaxRate
from tests.backoffice.conftest import Person

Enter = Callable[..., Person]
LIST = "/admin/tax-rates/"
RATE = {"country": "CH", "percent": "8.1", "label": "MWST", "valid_from": "2027-01-01"}


def rates() -> list[str]:
    return [str(rate) for rate in db.session.scalars(select(TaxRate).order_by(TaxRate.id))]


def test_the_usual_rates_of_the_shops_country_are_added_by_a_button(
    somebody: Enter, session: Any
) -> None:
    finance = somebody("finance")
    page = finance.get(LIST)
    assert "standard 20 %, reduced 5 %" in page.words and "before use" in page.words
    assert finance.press(page, "usual").status == 303
    assert rates() == ["Standard rate, GB, VAT 20 %", "Reduced rate, GB, VAT 5 %"]
    assert "Add usual rates" not in finance.get(LIST).words


def test_a_class_and_its_rate_are_made_in_forms(somebody: Enter, session: Any) -> None:
    finance = somebody("finance")
    form = finance.get("/admin/tax-classes/new/").document.forms[-1]
    given = {"key": "standard", "name": "Standard", "kind": "taxed", "supply": "goods"}
    assert finance.send("/admin/tax-classes/new/", dict(form.form_values()) | given).status == 302
    tax_class = db.session.scalars(select(TaxClass)).one()
    form = finance.get(f"{LIST}new/").document.forms[-1]
    sent = finance.send(
        f"{LIST}new/", dict(form.form_values()) | RATE | {"tax_class": str(tax_class.id)}
    )
    assert sent.status == 302
    assert rates() == ["Standard, CH, MWST 8.1 %"]
    page = finance.get(f"/admin/tax-classes/details/?id={tax_class.id}")
    assert "Switzerland" in page.words and "MWST 8.1 %" in page.words


def test_a_rate_that_overlaps_is_refused_with_the_one_that_holds(
    somebody: Enter, session: Any
) -> None:
    tax_class = tax.create_class(None, "standard", "Standard", actor=system())
    tax.create_rate(None, tax_class, "CH", "7.7", actor=system())
    finance = somebody("finance")
    form = finance.get(f"{LIST}new/").document.forms[-1]
    page = finance.send(
        f"{LIST}new/", dict(form.form_values()) | RATE | {"tax_class": str(tax_class.id)}
    )
    assert page.status == 422
    assert "Standard, CH, VAT 7.7 % already applies without an end" in page.words
    assert len(rates()) == 1


def test_a_rate_is_ended_on_its_page_and_says_so_in_its_history(
    somebody: Enter, session: Any
) -> None:
    tax_class = tax.create_class(None, "standard", "Standard", actor=system())
    rate = tax.create_rate(None, tax_class, "CH", "7.7", actor=system())
    finance = somebody("finance")
    page = finance.get(f"{LIST}details/?id={rate.id}")
    assert finance.press(page, "end_rate", valid_until="2026-12-31").status == 303
    words = finance.get(f"{LIST}details/?id={rate.id}").words
    assert "31 Dec" in words and "Tax rate ended" in words


def test_sales_see_the_rates_and_no_button(somebody: Enter, session: Any) -> None:
    page = somebody("sales").get(LIST)
    assert page.status == 200 and "Add usual rates" not in page.words
