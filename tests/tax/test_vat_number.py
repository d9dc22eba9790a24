"""VAT numbers are checked by their digits and kept in one form."""

from __future__ import annotations

import pytest

from app.core.errors import BadInput
from app.tax.vat_number import clean_vat_number


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("DE 136,695 976", "", "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("094259216", "GR", "EL094259216"),
        ("gb 980 7806 84", "", "GB980780684"),
        ("CHE-107.787.577 IVA", "", "CHE107787577IVA"),
        ("US 12-3456789", "", "US123456789"),
        ("  ", "DE", ""),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, country: str, kept: str) -> None:
    assert clean_vat_number(typed, country) == kept


@pytest.mark.parametrize("typed", ["DE136695977", "FR123", "136695976", "DE", "é" * 30])
def test_a_number_that_its_country_never_gave_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="is not a VAT number") as caught:
        clean_vat_number(typed)
    assert caught.value.field == "vat_number"
