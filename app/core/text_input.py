"""Text that people enter, cleaned; each fault is a sentence for the one who entered it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from app.core.errors import BadInput
from app.core.fonts import is_blank, undrawable
from app.core.translations import _

if TYPE_CHECKING:
    from email_validator import ValidatedEmail

LONGEST_PHONE = 40
#: Controls that turn the direction of what follows: they make a text read as another one.
TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: Zero-width signs that join nothing and part nothing in a line: space, word joiner, mark of byte order, soft hyphen.
WITHOUT_WIDTH = str.maketrans("", "", "\u200b\u2060\ufeff\u00ad")


def normalize(value: str) -> str:
    """Return one line in NFC with single spaces and no needless zero-width signs; "" where nothing can be seen."""
    text = " ".join(unicodedata.normalize("NFC", value).translate(WITHOUT_WIDTH).split())
    return "" if is_blank(text) else text


def unprintable(text: str) -> str | None:
    """Return what of a line can't be printed, as a sentence that names the letters; None if all can."""
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co") or sign in TURNS_TEXT for sign in text):
        return _("This text contains a character that can't be printed. Enter it again.")
    if missing := undrawable(text):
        letters = ", ".join(
            f"“{letter}” ({unicodedata.name(letter, f'U+{ord(letter):04X}').lower()})"
            for letter in missing[:3]
        )
        return _("Our typefaces can't print %(letters)s. Use another character.", letters=letters)
    return None


def clean_email(value: str) -> str:
    """Return the address in the one form we keep, in small letters; raise BadInput (field ``email``).

    A domain of any script is kept as people read it (bücher.example), however it was typed. An address that
    no mail server could deliver to, such as ``ada@example``, is none.
    """
    from email_validator import EmailNotValidError

    try:
        found = read_email(value)
    except EmailNotValidError:
        raise BadInput(
            _("“%(value)s” is not an e-mail address.", value=value.strip()[:80]),
            next_step=_("Enter it as name@example.com."),
            field="email",
        ) from None
    return found.normalized.lower()


def read_email(value: str) -> ValidatedEmail:
    """Return what an address consists of, and how it is written in ASCII; raise EmailNotValidError.

    Forms and the channel that sends ask this alone, so that what the one takes the other can send to.
    """
    from email_validator import validate_email

    return validate_email(value.strip(), check_deliverability=False, test_environment=True)


def clean_line(
    value: str, what: str, field: str, *, longest: int = 200, needed: bool = True
) -> str:
    """Return one line of text without odd spaces; raise BadInput if it is empty, long or unprintable,
    which a text that turns its direction is too."""
    text = normalize(value or "")
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
    if fault := unprintable(text):
        raise BadInput(fault, field=field)
    return text


def clean_full_name(value: str, missing: str) -> str:
    """Return the name that somebody signs with; raise ValueError with `missing` for what is no name.

    One word is enough, since not everybody has two; initials alone or one letter repeated are not. A sign of
    a script without capitals (明) is as good as a word of letters.
    """
    name = normalize((value or "").replace("\x00", ""))
    words = ["".join(filter(str.isalpha, word)) for word in name.split()]
    letters = "".join(words)
    is_word = any(len(word) >= 2 for word in words) or (
        len(letters) >= 2 and all(unicodedata.category(letter) == "Lo" for letter in letters)
    )
    if not is_word or len(set(letters.casefold())) < 2 or len(name) > 200:
        raise ValueError(missing)
    if fault := unprintable(name):
        raise ValueError(fault)
    return name


def clean_phone(value: str) -> str:
    """Return the number as it is dialled from abroad, with its extension, or ""; raise BadInput (field ``phone``).

    Without a country code it is one of the shop's country; where it isn't valid there, it stays as typed.
    """
    import phonenumbers as numbers

    text = "".join(sign for sign in value or "" if unicodedata.category(sign) not in ("Cf", "Cc"))
    text = " ".join("".join(" " if sign.isspace() else sign for sign in text).split())
    if is_blank(text):
        return ""
    try:
        found = numbers.parse(text, shop_country())
    except numbers.NumberParseException:
        found = None
    if found is None or not numbers.is_possible_number(found) or len(text) > LONGEST_PHONE:
        raise BadInput(
            _("“%(text)s” is not a phone number, such as +44 20 7946 0000.", text=text[:40]),
            field="phone",
        )
    is_foreign = text.lstrip("( ").startswith(("+", "\uff0b"))
    if not is_foreign and not numbers.is_valid_number(found):
        return text
    return numbers.format_number(found, numbers.PhoneNumberFormat.INTERNATIONAL)


def shop_country() -> str:
    """Return the country of the shop's address, else of its locale, two capitals."""
    from app.core.shop.details import shop_details
    from app.core.shop.region import region

    if country := shop_details().country:
        return country
    found = region().locale.rpartition("_")[2].upper()
    return found if re.fullmatch(r"[A-Z]{2}", found) else "GB"


def clean_country(value: str) -> str:
    """Return the ISO 3166 alpha-2 code in capitals; raise BadInput (field ``country``)."""
    code = (value or "").strip().upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise BadInput(
            _("“%(value)s” is not a country code of two letters, such as GB.", value=value[:20]),
            field="country",
        )
    return code


def clean_key(value: str) -> str:
    """Return a key as formulas, imports and the API name a record; raise BadInput for anything else."""
    if not re.fullmatch("[a-z][a-z0-9_]{0,39}", value):
        raise BadInput(_("Use lower-case letters, digits and underscores, a letter first."))
    return value


def clean_currency(value: str) -> str:
    """Return a currency's three letters (ISO 4217), in capitals; raise BadInput where there is none of the kind."""
    from babel.numbers import list_currencies

    code = value.strip().upper()
    if code not in list_currencies():
        raise BadInput(_("Enter a currency's three letters, such as GBP."))
    return code
