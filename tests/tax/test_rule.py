"""Which tax a supply bears, case by case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.tax.rule import (
    Destination,
    GoodsClass,
    Rate,
    Registration,
    Seller,
    TaxRule,
    TaxStatus,
    tax_rule,
)

DAY = date(2026, 11, 27)
STANDARD = GoodsClass(key="standard", name="Standard")
REDUCED = GoodsClass(key="reduced", name="Reduced")
ZERO = GoodsClass(key="zero", name="Zero", kind="zero")
EXEMPT = GoodsClass(key="exempt", name="Exempt", kind="exempt", note="Exempt, Article 132.")
SERVICE = GoodsClass(key="standard", name="Printing", supply="service")


def rate(country: str, percent: str, key: str = "standard", **more: object) -> Rate:
    return Rate(class_key=key, country=country, percent=Decimal(percent), **more)  # type: ignore[arg-type]


RATES = (
    rate("GB", "20"), rate("GB", "5", "reduced"), rate("DE", "19"), rate("DE", "7", "reduced"),
    rate("FR", "20"), rate("US", "7.25", region="CA", label="Sales tax"),
    rate("US", "4", region="NY", label="Sales tax"), rate("CH", "8.1"),
)  # fmt: skip
GB, DE, CH = Seller(country="GB"), Seller(country="DE"), Seller(country="CH")
OSS = Seller(country="DE", oss=True)
IN_FRANCE = Seller(country="DE", registrations=(Registration(country="FR"),))
CALIFORNIA = Seller(country="US", region="CA")
SMALL = Seller(country="DE", charges_tax=False, no_tax_note="No VAT under § 19 UStG.")
PRIVATE = TaxStatus()
FRENCH = TaxStatus(kind="business", vat_number="FR40303265045")
GERMAN = TaxStatus(kind="business", vat_number="DE136695976")
GREEK = TaxStatus(kind="business", vat_number="EL094259216")
SCHOOL = TaxStatus(kind="exempt", reason="Charity", certificate="C-7", valid_until=DAY)


def to(country: str, region: str = "") -> Destination:
    return Destination(country=country, region=region)


def found(
    goods: GoodsClass, seller: Seller, where: Destination, customer: TaxStatus = PRIVATE,
    on: date = DAY,
) -> TaxRule:  # fmt: skip
    return tax_rule(goods, seller, where, customer, on, RATES)


@pytest.mark.parametrize(
    ("goods", "seller", "where", "customer", "kind", "percent", "country"),
    [
        (STANDARD, GB, to("GB"), PRIVATE, "taxed", "20", "GB"),
        (REDUCED, GB, to("GB"), PRIVATE, "taxed", "5", "GB"),
        (ZERO, GB, to("GB"), PRIVATE, "zero", "0", "GB"),
        (EXEMPT, GB, to("GB"), PRIVATE, "exempt", "0", "GB"),
        (STANDARD, GB, to("IM"), PRIVATE, "taxed", "20", "GB"),
        (STANDARD, GB, to("JE"), PRIVATE, "export", "0", "JE"),
        (STANDARD, GB, to("DE"), GERMAN, "export", "0", "DE"),
        (STANDARD, GB, Destination(is_pickup=True), GERMAN, "taxed", "20", "GB"),
        (STANDARD, GB, Destination(), PRIVATE, "taxed", "20", "GB"),
        (STANDARD, DE, to("DE"), FRENCH, "taxed", "19", "DE"),
        (STANDARD, DE, to("FR"), PRIVATE, "taxed", "19", "DE"),
        (STANDARD, OSS, to("FR"), PRIVATE, "taxed", "20", "FR"),
        (STANDARD, OSS, to("MC"), PRIVATE, "taxed", "20", "FR"),
        (STANDARD, IN_FRANCE, to("FR"), PRIVATE, "taxed", "20", "FR"),
        (STANDARD, DE, to("FR"), FRENCH, "intra_community", "0", "FR"),
        (STANDARD, IN_FRANCE, to("FR"), FRENCH, "intra_community", "0", "FR"),
        (STANDARD, DE, to("FR"), GREEK, "intra_community", "0", "FR"),
        (STANDARD, DE, to("FR"), GERMAN, "taxed", "19", "DE"),
        (SERVICE, DE, to("DE"), FRENCH, "reverse_charge", "0", "DE"),
        (STANDARD, DE, to("GB"), PRIVATE, "export", "0", "GB"),
        (STANDARD, CH, to("LI"), PRIVATE, "taxed", "8.1", "CH"),
        (STANDARD, CH, to("DE"), GERMAN, "export", "0", "DE"),
        (STANDARD, CALIFORNIA, to("US", "CA"), PRIVATE, "taxed", "7.25", "US"),
        (STANDARD, CALIFORNIA, to("US", "NY"), PRIVATE, "taxed", "4", "US"),
        (STANDARD, CALIFORNIA, to("US", "OR"), PRIVATE, "outside", "0", "US"),
        (STANDARD, CALIFORNIA, Destination(is_pickup=True), PRIVATE, "taxed", "7.25", "US"),
        (STANDARD, SMALL, to("FR"), FRENCH, "outside", "0", "FR"),
        (STANDARD, GB, to("GB"), SCHOOL, "exempt_customer", "0", "GB"),
        (REDUCED, OSS, to("FR"), PRIVATE, "missing", "0", "FR"),
    ],
)
def test_a_supply_is_taxed_where_and_as_the_law_says(
    goods: GoodsClass, seller: Seller, where: Destination, customer: TaxStatus, kind: str,
    percent: str, country: str,
) -> None:  # fmt: skip
    rule = found(goods, seller, where, customer)
    assert (rule.kind, rule.percent, rule.country) == (kind, Decimal(percent), country)
    assert rule.label and rule.why


@pytest.mark.parametrize(
    ("rule", "label", "note"),
    [
        (found(STANDARD, GB, to("GB")), "VAT 20 %", ""),
        (found(STANDARD, CH, to("CH")), "VAT 8.1 %", ""),
        (found(STANDARD, CALIFORNIA, to("US", "CA")), "Sales tax 7.25 %", ""),
        (found(STANDARD, DE, to("FR"), FRENCH), "VAT 0 % (reverse charge)", "Article 138(1)"),
        (found(SERVICE, DE, to("FR"), FRENCH), "VAT 0 % (reverse charge)", "Article 196"),
        (found(STANDARD, DE, to("US")), "VAT 0 % (export)", "Article 146(1)(a)"),
        (found(STANDARD, GB, to("US")), "VAT 0 % (export)", "section 30(6)"),
        (found(EXEMPT, GB, to("GB")), "Exempt from tax", "Article 132"),
        (found(STANDARD, SMALL, to("DE")), "No tax", "§ 19 UStG"),
        (found(STANDARD, GB, to("GB"), SCHOOL), "Exempt from tax",
         "Exempt from tax: Charity, certificate C-7, valid until 27 November 2026."),
    ],
)  # fmt: skip
def test_a_paper_names_the_rate_and_the_reason_for_none(
    rule: TaxRule, label: str, note: str
) -> None:
    assert rule.label == label
    assert note in rule.note if note else rule.note == ""


def test_a_destination_that_nobody_said_is_told_to_be_an_estimate() -> None:
    assert found(STANDARD, GB, Destination()).is_estimated
    assert not found(STANDARD, GB, to("GB")).is_estimated
    assert not found(STANDARD, GB, Destination(is_pickup=True)).is_estimated


def test_an_exemption_ends_with_its_certificate() -> None:
    day_after = date(2026, 11, 28)
    assert found(STANDARD, GB, to("GB"), SCHOOL, day_after).percent == 20


def test_the_rate_is_the_one_of_the_day() -> None:
    last = date(2026, 12, 31)
    rates = (rate("DE", "19", valid_until=last), rate("DE", "16", valid_from=date(2027, 1, 1)))
    on = {day: tax_rule(STANDARD, DE, to("DE"), PRIVATE, day, rates).percent
          for day in (last, date(2027, 1, 1))}  # fmt: skip
    assert on == {last: 19, date(2027, 1, 1): 16}


def test_a_rule_is_kept_as_json_and_read_back_the_same() -> None:
    rule = found(STANDARD, CH, to("CH"))
    assert TaxRule.model_validate_json(rule.model_dump_json()) == rule
