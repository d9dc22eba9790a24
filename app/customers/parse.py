"""Phone numbers and countries that people enter, cleaned; each fault is a sentence for them."""

from __future__ import annotations

import re

from app.core.errors import BadInput
from app.core.translations import _


def clean_phone(value: str) -> str:
    """Return the number with single spaces, or ""; raise BadInput (field ``phone``)."""
    text = " ".join((value or "").split())
    if text and not re.fullmatch(r"\+?[0-9 ()./-]{5,30}", text):
        raise BadInput(
            _("“%(text)s” is not a phone number, such as +44 20 7946 0000.", text=text[:40]),
            field="phone",
        )
    return text


def clean_country(value: str) -> str:
    """Return the ISO 3166 alpha-2 code in capitals; raise BadInput (field ``country``)."""
    code = (value or "").strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise BadInput(
            _("“%(value)s” is not a country code of two letters, such as GB.", value=value[:20]),
            field="country",
        )
    return code
