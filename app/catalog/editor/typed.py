"""Values of properties as people type them, and back: money in whole units, lists one a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.catalog.editor.specs import SEVERAL, Spec
from app.core.errors import BadInput
from app.core.inputs import price_minor
from app.core.money import exponent, without_currency
from app.core.numbers import read_decimal, read_whole, shorten
from app.core.translations import _

PLACES = 12
MINUS = "\N{MINUS SIGN}"
LONGEST_TEXT = 20_000


def typed_of(spec: Spec, value: Any, currency: str) -> list[str]:
    """Return what is in the input of a stored value; nothing for None."""
    if value is None:
        return []
    if spec.kind in SEVERAL:
        return [str(one) for one in value]
    if spec.kind == "bool":
        return ["yes"] if value else ["no"]
    if spec.kind == "size":
        return [_plain(Decimal(str(one))) for one in value]
    if spec.kind in ("lines", "numbers"):
        texts = [str(one) for one in value]
        return ["\n".join(texts) if spec.kind == "lines" else ", ".join(texts)]
    if spec.kind in ("money", "rate", "permille", "decimal", "number"):
        return [_typed_number(spec.kind, value, currency)]
    return [str(value)]


def value_of(spec: Spec, typed: list[str], currency: str) -> Any:
    """Return the value that was typed; raise ValueError with a sentence where it is none."""
    text = typed[-1] if typed else ""
    if spec.kind in SEVERAL:
        return [one for one in typed if one]
    if spec.kind == "bool":
        return text == "yes"
    if spec.kind == "size":
        return [_decimal(one) for one in typed]
    if spec.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if len(text) > LONGEST_TEXT:
        raise ValueError(_("Shorten this text."))
    if spec.kind == "money" and spec.is_signed and text.strip()[:1] in ("-", MINUS):
        return -_money(text.strip()[1:], currency)
    read = READERS.get(spec.kind)
    return read(text, currency) if read else text.replace("\r\n", "\n").strip()


def is_empty(spec: Spec, typed: list[str]) -> bool:
    """Return whether nothing was typed."""
    return not any(one.strip() for one in typed)


def _typed_number(kind: str, value: Any, currency: str) -> str:
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return str(value)  # stored by another way than this form: shown as it is, to be corrected
    if kind in ("money", "rate"):
        places = exponent(currency)
        number = number.scaleb(-places)
        whole = number.quantize(Decimal(1).scaleb(-places))
        return f"{whole:f}" if whole == number else _plain(number)
    return _plain(number / 10 if kind == "permille" else number)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stored(number: Decimal) -> int | str:
    """Return a decimal as JSON keeps it without loss: a whole number, else as text, as `plain` writes it."""
    return int(number) if number == number.to_integral_value() else str(number)


def _decimal(text: str, currency: str = "") -> int | str:
    return _stored(read_decimal(text, PLACES))


def _whole(text: str, currency: str = "") -> int:
    number = read_whole(text)
    if number is None:
        raise ValueError(_("“%(text)s” is not a whole number.", text=shorten(text)))
    return number


def _money(text: str, currency: str) -> int:
    try:
        return price_minor(text, currency, "amount")
    except BadInput as fault:
        raise ValueError(fault.sentence) from None


def _rate(text: str, currency: str) -> int | str:
    number = read_decimal(without_currency(text, currency), PLACES)
    return _stored(number.scaleb(exponent(currency)))


def _permille(text: str, currency: str) -> int:
    number = read_decimal(text.replace("%", ""), 1) * 10
    if number != number.to_integral_value():
        raise ValueError(_("Enter the percentage with one decimal at most."))
    return int(number)


def _numbers(text: str, currency: str) -> list[int]:
    return [
        _whole(one) for one in text.replace(";", ",").replace("\n", ",").split(",") if one.strip()
    ]


def _date(text: str, currency: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise ValueError(_("Enter the date as year, month, day: 2027-02-14.")) from None


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "decimal": _decimal,
    "number": _whole,
    "money": _money,
    "rate": _rate,
    "permille": _permille,
    "numbers": _numbers,
    "date": _date,
}
