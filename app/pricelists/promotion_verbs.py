"""What can be done to promotion codes."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from app.core.archiving import unless_archived, unless_in_use
from app.core.errors import BadInput
from app.core.inputs import Between, Day, Text, checked_by, fields
from app.core.numbers import read_decimal
from app.core.text_input import clean_currency
from app.core.translations import _, _l
from app.core.verbs import new_record, rows_of
from app.pricelists.promotion_models import PromotionCode
from app.pricelists.services import promotions
from app.pricelists.verbs import EDIT

MOST_AMOUNT = Decimal(10) ** 9
MOST_USES = 10**6


def _code(value: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch("[A-Z0-9][A-Z0-9_-]{2,39}", code):
        raise BadInput(_("Use 3 to 40 letters, digits, hyphens and underscores."))
    return code


def _number(typed: Any) -> Any:
    if isinstance(typed, str):
        return read_decimal(typed.replace("%", ""), 4) if typed.strip() else Decimal(0)
    return typed


def _percent_off(value: Decimal) -> Decimal:
    if not 0 <= value <= 100 or value != round(value, 4):
        raise ValueError(_("Enter a percentage from 0 to 100 with at most four decimals."))
    return value


def _amount(value: Decimal) -> Decimal:
    if not 0 <= value < MOST_AMOUNT:
        raise ValueError(_("The amount must be zero or more."))
    return value


def _listed(typed: Any) -> Any:
    if isinstance(typed, str):
        return [part for part in re.split(r"[,\s]+", typed.strip()) if part]
    return typed


PercentOff = Annotated[Decimal, BeforeValidator(_number), AfterValidator(_percent_off)]
Amount = Annotated[Decimal, BeforeValidator(_number), AfterValidator(_amount)]
Uses = Annotated[int, Between(1, MOST_USES, _l("Enter a number of 1 or more."))]
Names = Annotated[list[str], BeforeValidator(_listed)]

PROMOTIONS = rows_of("promotion", PromotionCode)

create_promotion = new_record("new_promotion").verb(
    promotions.create_promotion,
    _l("Create promotion code"),
    EDIT,
    fields(
        code=Annotated[str, checked_by(_code)],
        label=Annotated[
            str, Text(_l("Enter what price breakdowns call it."), most=120, is_printed=True)
        ],
        currency=Annotated[str, checked_by(clean_currency)],
        percent=(PercentOff, Decimal(0)),
        fixed=(Amount, Decimal(0)),
        min_net=(Amount, Decimal(0)),
        most=(Amount, Decimal(0)),
        first_order_only=(bool, False),
        total_limit=(Uses | None, None),
        customer_limit=(Uses | None, None),
        skus=(Names, []),
        families=(Names, []),
        valid_from=(Day | None, None),
        valid_until=(Day | None, None),
    ),
    entry=frozenset(),
)
end_promotion = PROMOTIONS.verb(
    promotions.end_promotion,
    _l("End code"),
    EDIT,
    fields(valid_until=Annotated[Day, Field(title=_l("Last day"))]),
    done=_l("The code can be entered until that day."),
    entry=frozenset({"staff"}),
)
archive_promotion = PROMOTIONS.verb(
    promotions.archive_promotion,
    _l("Archive code"),
    EDIT,
    can=unless_archived(_l("The code is already archived. Nothing was changed.")),
    done=_l("The code can't be entered any more. Orders that use it keep it."),
    entry=frozenset({"staff"}),
)
restore_promotion = PROMOTIONS.verb(
    promotions.restore_promotion,
    _l("Restore code"),
    EDIT,
    can=unless_in_use(_l("The code is in use. Nothing was changed.")),
    done=_l("The code can be entered again."),
    entry=frozenset({"staff"}),
)
