"""What the customer picked and wrote, checked against what the product offers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from app.catalog.patterns import fits
from app.catalog.properties import Option, Personalisation, Properties, Quantity, applies
from app.core.errors import BadInput
from app.core.inputs import Faults
from app.core.translations import _
from app.core.web.formats import quantity

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
TURNS_TEXT = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Configuration(BaseModel):
    """What was chosen and written for a line: option → choice, field → text; empty ones are absent."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    options: dict[str, str] = {}
    personalisation: dict[str, str] = {}


def validate_configuration(
    product: Properties,
    options: Mapping[str, object],
    personalisation: Mapping[str, object],
    quantity: object,
) -> tuple[Configuration, int]:
    """Return the configuration, clean, and the quantity.

    Text is NFC with outer and doubled spaces removed, dates are ISO ``YYYY-MM-DD``, colours
    ``#rrggbb`` in lower case. Keys that were left empty are absent. Raises BadInput with everything
    that is wrong, by field: ``options.KEY``, ``personalisation.KEY`` or ``quantity``.
    """
    faults = Faults()
    with faults.caught():
        _no_strangers("options", options, [item.key for item in product.options])
    with faults.caught():
        _no_strangers("personalisation", personalisation, [i.key for i in product.personalisation])
    chosen, written, number = {}, {}, 0
    for option in product.options:
        with faults.caught():
            if choice := _choice(option, options.get(option.key)):
                chosen[option.key] = choice
    for field in product.personalisation:
        if applies(field.only_if, chosen):
            with faults.caught():
                if text := _text(field, personalisation.get(field.key)):
                    written[field.key] = text
    with faults.caught():
        number = validate_quantity(product.quantity, quantity)
    faults.raise_all()
    return Configuration(options=chosen, personalisation=written), number


def validate_quantity(rule: Quantity, value: object) -> int:
    """Return `value` as a whole number within `rule`; raise BadInput that names the limits."""
    text = str(value if value is not None else "").strip().replace(",", "").replace(" ", "")
    limits = _(
        "%(minimum)s to %(maximum)s", minimum=quantity(rule.minimum), maximum=quantity(rule.maximum)
    )
    if rule.step > 1:
        limits += _(" in steps of %(step)s", step=quantity(rule.step))
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadInput(
            _("The quantity must be a whole number, %(limits)s.", limits=limits), field="quantity"
        )
    number = int(text)
    if not rule.minimum <= number <= rule.maximum or (number - rule.minimum) % rule.step:
        raise BadInput(
            _(
                "%(number)s can't be ordered. Order %(limits)s.",
                number=quantity(number),
                limits=limits,
            ),
            field="quantity",
        )
    return number


def _no_strangers(group: str, given: Mapping[str, object], known: list[str]) -> None:
    for key in given:
        if key not in known:
            offered = ", ".join(known) or _("nothing to fill in")
            raise BadInput(
                _("This product has no “%(key)s”; it has %(offered)s.", key=key, offered=offered),
                field=f"{group}.{key}",
            )


def _choice(option: Option, value: object) -> str:
    field = f"options.{option.key}"
    offered = ", ".join(choice.label for choice in option.choices)
    key = str(value or "").strip()
    if not key:
        if option.required:
            raise BadInput(
                _(
                    "Choose the %(option_label)s: %(offered)s.",
                    option_label=option.label.lower(),
                    offered=offered,
                ),
                field=field,
            )
        return ""
    if option.choice(key) is None:
        raise BadInput(
            _(
                "“%(key)s” is not offered as %(option_label)s: %(offered)s.",
                key=key,
                option_label=option.label.lower(),
                offered=offered,
            ),
            field=field,
        )
    return key


def _text(rule: Personalisation, value: object) -> str:
    field = f"personalisation.{rule.key}"
    text = " ".join(unicodedata.normalize("NFC", str(value if value is not None else "")).split())
    if not text:
        if rule.required:
            raise BadInput(
                _(
                    "“%(rule_label)s” is empty. %(help)s", rule_label=rule.label, help=rule.help
                ).strip(),
                field=field,
            )
        return ""
    if len(text) > rule.max_length:
        raise BadInput(
            _(
                "“%(rule_label)s” has %(count)s characters; %(max_length)s fit.",
                rule_label=rule.label,
                count=len(text),
                max_length=rule.max_length,
            ),
            field=field,
        )
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co") or sign in TURNS_TEXT for sign in text):
        raise BadInput(
            _(
                "“%(rule_label)s” contains a character that can't be printed. Enter it again.",
                rule_label=rule.label,
            ),
            field=field,
        )
    if rule.kind == "date":
        return _date(rule, text, field)
    if rule.kind == "colour":
        if not COLOUR.fullmatch(text):
            raise BadInput(
                _("“%(rule_label)s” must be a colour such as #1d6f8a.", rule_label=rule.label),
                field=field,
            )
        return text.lower()
    if rule.kind == "choice" and text not in rule.choices:
        raise BadInput(
            _(
                "“%(rule_label)s” must be one of %(choices)s.",
                rule_label=rule.label,
                choices=", ".join(rule.choices),
            ),
            field=field,
        )
    if rule.pattern and not fits(rule.pattern, text):
        allowed = rule.pattern_says or _("the form %(pattern)s", pattern=rule.pattern)
        raise BadInput(
            _(
                "“%(text)s” is not valid for “%(rule_label)s”: use %(allowed)s.",
                text=text,
                rule_label=rule.label,
                allowed=allowed,
            ),
            field=field,
        )
    return text


def _date(rule: Personalisation, text: str, field: str) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(
            _(
                "“%(rule_label)s” must be a date such as 2027-06-19; “%(text)s” is not one.",
                rule_label=rule.label,
                text=text,
            ),
            field=field,
        ) from None
