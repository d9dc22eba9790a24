"""Tax classes and rates in the database: no two for one day, ended by date, the usual ones of a country."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.core.actor import system
from app.core.db import db
from app.core.errors import BadInput, NotAllowed
from app.core.events import Event
from app.core.ids import new_id
from app.tax import verbs
from app.tax.book import tax_book
from app.tax.models import TaxClass, TaxRate
from app.tax.rule import Destination, Rate, TaxStatus
from app.tax.territories import EU
from app.tax.usual import usual_rates, usual_rates_words
from tests.order_rows import staff_actor

pytestmark = pytest.mark.usefixtures("session")
BOSS = system()
FIRST, LAST = date(2027, 1, 1), date(2026, 12, 31)


@pytest.fixture
def standard() -> TaxClass:
    return verbs.create_class(None, "standard", "Standard rate", actor=BOSS)


def create(tax_class: TaxClass, percent: Any = "19", **more: Any) -> TaxRate:
    return verbs.create_rate(
        None, tax_class, more.pop("country", "DE"), percent, actor=BOSS, **more
    )


def test_two_rates_of_one_class_and_place_never_hold_on_the_same_day(standard: TaxClass) -> None:
    create(standard, valid_until=LAST)
    create(standard, "16", valid_from=FIRST)
    create(standard, "8", region="BY")
    with pytest.raises(
        BadInput, match=r"Standard rate, DE, VAT 19 % already applies until"
    ) as caught:
        create(standard, "20", valid_from=date(2026, 12, 31), valid_until=date(2026, 12, 31))
    assert caught.value.field == "valid_from"
    row = {"id": new_id(), "class_id": standard.id, "country": "DE", "percent": 1, "version_id": 1}
    with pytest.raises(IntegrityError, match="ex_tax_rates_validity"), db.session.begin_nested():
        db.session.execute(insert(TaxRate).values(row | {"valid_from": LAST}))


def test_a_rate_is_ended_by_date_and_the_next_one_begins(standard: TaxClass) -> None:
    old = create(standard)
    verbs.end_rate(old.id, LAST, actor=BOSS)
    create(standard, "16", valid_from=FIRST)
    assert [row.percent for row in tax_book().rates if row.holds_on(LAST)] == [19]
    assert [row.percent for row in tax_book().rates if row.holds_on(FIRST)] == [16]
    with pytest.raises(BadInput, match="VAT 16 % already applies from") as caught:
        verbs.end_rate(old.id, FIRST, actor=BOSS)
    assert caught.value.field == "valid_until"
    query = select(Event.name).where(Event.subject_id == old.id).order_by(Event.stream_seq)
    assert list(db.session.scalars(query)) == ["tax_rate.created", "tax_rate.ended"]


@pytest.mark.parametrize(
    ("percent", "more", "field"),
    [
        ("101", {}, "percent"), ("-1", {}, "percent"), ("abc", {}, "percent"),
        ("1.23456", {}, "percent"), ("20", {"country": "X1"}, "country"),
        ("20", {"valid_from": FIRST, "valid_until": LAST}, "valid_until"),
    ],
)  # fmt: skip
def test_a_rate_that_makes_no_sense_is_refused_at_its_field(
    standard: TaxClass, percent: str, more: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as caught:
        create(standard, percent, **more)
    assert caught.value.field == field


def test_an_exempt_class_needs_the_reason_that_papers_print() -> None:
    with pytest.raises(BadInput, match="printed on papers") as caught:
        verbs.create_class(None, "exempt", "Exempt", "exempt", actor=BOSS)
    assert caught.value.field == "note"


def test_sales_may_see_rates_and_not_change_them(standard: TaxClass) -> None:
    with pytest.raises(NotAllowed):
        verbs.create_rate(None, standard, "DE", "19", actor=staff_actor("sales"))
    assert verbs.create_rate(None, standard, "DE", "19", actor=staff_actor("finance")).percent == 19


def test_the_usual_rates_of_a_member_state_bring_those_of_all_and_come_once() -> None:
    made = verbs.add_usual_rates(None, "DE", actor=BOSS)
    assert len({rate.country for rate in made}) == 27
    found = {(rate.country, rate.tax_class.key): rate.percent for rate in made}
    assert (found["DE", "standard"], found["DE", "reduced"]) == (19, 7)
    assert verbs.add_usual_rates(None, "DE", actor=BOSS) == []
    assert [rate.country for rate in verbs.add_usual_rates(None, "GB", actor=BOSS)] == ["GB", "GB"]
    with pytest.raises(BadInput, match="no usual rates of Japan"):
        verbs.add_usual_rates(None, "JP", actor=BOSS)


def test_the_file_of_usual_rates_names_its_day_and_its_source() -> None:
    assert set(usual_rates()) == {"GB", "CH", "NO"} | EU
    assert all(0 < percent < 30 for rates in usual_rates().values() for percent in rates.values())
    words = usual_rates_words("CH")
    assert "2026" in words and "8.1 %" in words and "Check them" in words
    assert usual_rates_words("JP") == ""


def test_a_rate_of_a_products_own_stands_for_its_class(standard: TaxClass) -> None:
    create(standard, "20", country="GB")
    own = Rate(class_key="", country="", percent=Decimal("17.5"), label="VAT")
    book, day = tax_book(), date(2026, 11, 27)
    at_home = book.rule("", Destination(country="GB"), TaxStatus(), day, own)
    assert (at_home.label, at_home.percent) == ("VAT 17.5 %", Decimal("17.5"))
    assert book.rule("", Destination(country="US"), TaxStatus(), day, own).kind == "export"
    assert book.rule("", Destination(country="GB"), TaxStatus(), day).percent == 20
