from __future__ import annotations

from decimal import Decimal

import pytest

from app.core import storage
from app.integrations.accounting import Entry, Sale, Tax
from app.integrations.accounting.journal import Journal, entry, storage_key
from tests.integrations.conftest import a_sale


def amounts(text: str) -> list[Decimal]:
    return [Decimal(line.split()[-1]) for line in text.splitlines()[1:] if line.strip()]


def test_an_entry_is_a_journal_transaction():
    assert entry(a_sale(number="MR-10428")) == (
        "2026-11-21 (MR-10428) Example Stationers | order closed\n"
        "    assets:receivable        EUR 136.28\n"
        "    income:sales             EUR -113.57\n"
        "    liabilities:tax:vat 20%  EUR -22.71\n"
        "\n"
    )


@pytest.mark.parametrize(
    "sale",
    [
        a_sale(),
        a_sale(taxes=(), total_minor=11357),
        a_sale(
            taxes=(Tax(label="VAT 20%", amount_minor=2000), Tax(label="VAT 5%", amount_minor=271))
        ),
        a_sale(net_minor=0, taxes=(), total_minor=0),
        a_sale(currency="JPY"),
        a_sale(currency="KWD"),
    ],
    ids=["one tax", "no tax", "two taxes", "nothing due", "no decimals", "three decimals"],
)
def test_every_entry_adds_up_to_zero(sale):
    assert sum(amounts(entry(sale))) == 0


def test_amounts_have_the_decimals_of_their_currency():
    assert "JPY 13628\n" in entry(a_sale(currency="JPY"))
    assert "KWD 13.628\n" in entry(a_sale(currency="KWD"))


@pytest.mark.parametrize(
    "name", ["Ink; Paper", "Ink\n2026-01-01 Theft", "Ink | Paper", "Ink\x00\x7fPaper", "", " ; "]
)
def test_a_customers_name_ends_no_entry_and_begins_none(name):
    lines = entry(a_sale(customer=name)).splitlines()
    assert len([line for line in lines if line.strip()]) == 4
    assert ";" not in lines[0] and lines[0].count("|") == 1


def test_a_tax_label_stays_one_account():
    text = entry(a_sale(taxes=(Tax(label="VAT: 20%  extra", amount_minor=2271),)))
    assert "liabilities:tax:vat 20% extra  EUR" in text


def test_what_was_meant_survives_the_way_through_the_database():
    sale = a_sale(
        taxes=(Tax(label="VAT 20%", amount_minor=2000), Tax(label="VAT 5%", amount_minor=271))
    )
    assert Sale.model_validate(sale.model_dump(mode="json")) == sale


def test_the_same_key_is_written_once(app):
    sale = a_sale()
    other = a_sale(number=sale.number, customer="Someone Else")
    first = Journal().perform_write(Entry("k", sale))
    Journal().perform_write(Entry("k", other))
    assert storage.read_bytes(storage_key(sale)).decode() == entry(sale)
    assert Journal().find_written(Entry("k", sale)) == first
