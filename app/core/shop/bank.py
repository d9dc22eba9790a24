"""The account that customers pay to, checked by its own check digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, ClassVar

from pydantic import Field

from app.core.inputs import Limit
from app.core.shop.fields import line
from app.core.shop.reading import shop
from app.core.shop.section import EDIT_MONEY, Section
from app.core.translations import _, _l


def _checked(name: str, fault: str) -> Callable[[str], str]:
    """Return the check of an account number by `python-stdnum`; `fault` is its sentence."""

    def check(value: str) -> str:
        from importlib import import_module

        from stdnum.exceptions import ValidationError

        module = import_module(f"stdnum.{name}")
        if not value.strip():
            return ""
        try:
            return str(getattr(module, "format", str)(module.validate(value)))
        except ValidationError:
            raise ValueError(_(fault, value=value.strip()[:40])) from None

    return check


def _sort_code(value: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if digits and not re.fullmatch(r"\d{6}", digits):
        raise ValueError(
            _(
                "“%(value)s” is not a sort code. It has six digits, such as 12-34-56.",
                value=value[:20],
            )
        )
    return "-".join(re.findall("..", digits))


def _account_number(value: str) -> str:
    text = re.sub(r"[\s-]", "", value).upper()
    if text and not re.fullmatch(r"[A-Z0-9]{4,34}", text):
        raise ValueError(_("“%(value)s” is not an account number.", value=value[:40]))
    return text


IBAN = Limit(
    _checked(
        "iban",
        _l(
            "“%(value)s” is not an IBAN: its check digits are wrong. Compare it with a bank statement."
        ),
    ),
    most=42,
)
BIC = Limit(
    _checked(
        "bic", _l("“%(value)s” is not a BIC. It has 8 or 11 characters, such as COBADEFFXXX.")
    ),
    most=11,
)
ROUTING = Limit(
    _checked("us.rtn", _l("“%(value)s” is not a routing number: its check digit is wrong.")),
    most=11,
)


class Bank(Section):
    """Where customers pay by bank transfer."""

    key: ClassVar[str] = "bank"
    title: ClassVar[str] = _l("Bank details")
    sentence: ClassVar[str] = _l("Printed where customers are asked to pay by bank transfer.")
    icon: ClassVar[str] = "coin"
    order: ClassVar[int] = 20
    permission: ClassVar[str] = EDIT_MONEY

    holder: Annotated[str, line(_l("account holder"), 120), Field(title=_l("Account holder"))] = ""
    bank: Annotated[str, line(_l("bank"), 120), Field(title=_l("Bank"))] = ""
    iban: Annotated[str, IBAN, Field(title=_l("IBAN"))] = ""
    bic: Annotated[str, BIC, Field(title=_l("BIC (SWIFT)"))] = ""
    sort_code: Annotated[str, Limit(_sort_code, most=8), Field(title=_l("Sort code"))] = ""
    routing_number: Annotated[str, ROUTING, Field(title=_l("Routing number (ABA)"))] = ""
    account_number: Annotated[
        str, Limit(_account_number, most=40), Field(title=_l("Account number"))
    ] = ""

    def is_complete(self) -> bool:
        """Return whether somebody could pay."""
        return bool(self.iban or self.account_number)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is said of the account, as pairs of label and value."""
        shown = ("holder", "bank", "iban", "bic", "sort_code", "routing_number", "account_number")
        fields = type(self).model_fields
        return [
            (str(fields[name].title), getattr(self, name)) for name in shown if getattr(self, name)
        ]


def bank() -> Bank:
    """Return the account that customers pay to."""
    return shop(Bank)
