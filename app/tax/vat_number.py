"""VAT numbers: checked by format and check digits, without asking anybody. Whether a number is in force only
the tax office knows (VIES, HMRC): ask there before the first supply without tax."""

import importlib
import re

from app.core.errors import BadInput
from app.core.translations import _
from app.core.web.formats import country_name
from app.tax.territories import EU

PREFIXES = {"GR": "EL"}
LONGEST = 24


def clean_vat_number(value: str, country: str = "") -> str:
    """Return the VAT number with its country's two letters, without spaces; "" for an empty one.

    A number without letters in front is one of `country`. Raises BadInput (field ``vat_number``) for what can't
    be one of its country; numbers of countries that nobody can check are kept as they were typed.
    """
    from stdnum import get_cc_module
    from stdnum.exceptions import ValidationError

    text = re.sub(r"[\s.\-/]", "", value or "").upper()
    if not text:
        return ""
    prefix = text[:2] if text[:2].isalpha() else PREFIXES.get(country, country)
    code = {"EL": "GR"}.get(prefix, prefix)
    number = text.removeprefix(prefix)
    if not re.fullmatch(r"[A-Z]{2}", prefix) or not 2 <= len(number) <= LONGEST:
        raise _fault(value, code)
    checker = importlib.import_module("stdnum.eu.vat") if code in EU else get_cc_module(code, "vat")
    if checker is None:
        return f"{prefix}{number}"
    try:
        found = str(checker.validate(f"{prefix}{number}" if code in EU or code == "CH" else number))
    except ValidationError:
        raise _fault(value, code) from None
    return found if found.startswith(prefix) else f"{prefix}{found}"


def _fault(value: str, country: str) -> BadInput:
    return BadInput(
        _("“%(value)s” is not a VAT number of %(country)s.",
          value=value.strip()[:40], country=country_name(country) or "?"),
        next_step=_("Enter it with its country's letters, such as DE136695976."),
        field="vat_number",
    )  # fmt: skip
