"""Text that people enter, cleaned; each fault is a sentence for the one who entered it."""

import re
import unicodedata

from app.core.errors import BadInput
from app.core.translations import _


def clean_email(value: str) -> str:
    """Return the address in the one form we keep, in small letters; raise BadInput (field ``email``)."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            value.strip(),
            check_deliverability=False,
            test_environment=False,
            globally_deliverable=False,
        )
    except EmailNotValidError:
        raise BadInput(
            _("“%(value)s” is not an e-mail address.", value=value.strip()[:80]),
            next_step=_("Enter it as name@example.com."),
            field="email",
        ) from None
    return found.normalized.lower()


def clean_line(
    value: str, what: str, field: str, *, longest: int = 200, needed: bool = True
) -> str:
    """Return one line of text without odd spaces; raise BadInput if it is empty, long or unprintable."""
    text = " ".join(unicodedata.normalize("NFC", value or "").split())
    if needed and not text:
        raise BadInput(_("Enter the %(what)s.", what=what), field=field)
    if len(text) > longest:
        raise BadInput(
            _(
                "Shorten the %(what)s to %(longest)s characters; it has %(count)s now.",
                what=what,
                longest=longest,
                count=len(text),
            ),
            field=field,
        )
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        raise BadInput(
            _(
                "The %(what)s contains a character that can't be displayed. Enter it again.",
                what=what,
            ),
            field=field,
        )
    return text


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
