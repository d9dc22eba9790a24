"""Numbers as people type them: thousands apart or not, a decimal point or comma, full-width or not.

What could be two numbers is refused with a sentence: 1,000 kg may be a thousand of them, or one.
"""

import re
from decimal import Decimal

from app.core.translations import _

LONGEST = 40
#: Signs of other keyboards, and what they are here.
MARKS = str.maketrans("０１２３４５６７８９，．’ʼ＇−－＋", "0123456789,.'''--+")
WHOLE = re.compile(r"[0-9]+|[1-9][0-9]{0,2}(?P<apart>[, '])[0-9]{3}((?P=apart)[0-9]{3})*")
COMMAS = r"([1-9][0-9]{0,2}(?:,[0-9]{3})+)"
DECIMALS = (
    r"([0-9]*)(?:\.([0-9]+))?",
    r"([1-9][0-9]{0,2}(?:[ '][0-9]{3})+)(?:[.,]([0-9]+))?",
    COMMAS + r"(?:\.([0-9]+))?",
    r"([1-9][0-9]{0,2}(?:\.[0-9]{3}){2,})(?:,([0-9]+))?",
    r"([1-9][0-9]{0,2}\.[0-9]{3}),([0-9]+)",
    r"([0-9]+),([0-9]+)",
)
"""The ways to write a number, each with its whole part and its decimals; the first that fits counts."""


def shorten(text: object) -> str:
    """Return what was typed as a sentence may repeat it."""
    typed = str(text).strip()
    return typed if len(typed) <= LONGEST else f"{typed[:LONGEST]}…"


def read_whole(text: str) -> int | None:
    """Return a whole number of at most nine digits, None for anything else. Thousands may be apart by a comma,
    a space or an apostrophe; 1.000 is none, as it may be one."""
    typed = _plain(text).removeprefix("+")
    if not WHOLE.fullmatch(typed):
        return None
    digits = re.sub("[^0-9]", "", typed).lstrip("0") or "0"
    return int(digits) if len(digits) <= 9 else None


def read_decimal(text: str, places: int) -> Decimal:
    """Return a number that may have `places` decimals, checked for nothing else.

    Raises ValueError with a sentence for what is none, and for one with a comma before three digits where that
    may be three decimals.
    """
    typed = _plain(text)
    sign, typed = ("-", typed[1:]) if typed.startswith("-") else ("", typed.removeprefix("+"))
    found = next(filter(None, (re.fullmatch(form, typed) for form in DECIMALS)), None)
    if not typed or found is None:
        raise ValueError(
            _(
                "“%(shown)s” is not an amount. Enter it in digits, such as 120.50.",
                shown=shorten(text),
            )
        )
    if places >= 3 and typed.count(",") == 1 and re.fullmatch(COMMAS, typed):
        two = {"shown": typed, "many": typed.replace(",", ""), "few": typed.replace(",", ".")}
        raise ValueError(
            _("“%(shown)s” can be read in two ways: enter %(many)s or %(few)s.", **two)
        )
    whole, fraction = found.groups()
    digits = re.sub("[^0-9]", "", whole) or "0"
    return Decimal(sign + (f"{digits}.{fraction}" if fraction else digits)) + 0  # not minus zero


def _plain(text: str) -> str:
    """Return `text` in ASCII digits, marks and single spaces; "" for one that is too long to be a number."""
    if len(text) > 4 * LONGEST:
        return ""
    typed = " ".join(text.translate(MARKS).split())
    return typed if len(typed) <= LONGEST else ""
