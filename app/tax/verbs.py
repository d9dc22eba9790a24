"""What can be done to tax classes and rates."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from app.core.errors import BadInput
from app.core.inputs import Choice, Day, Text, checked_by, fields
from app.core.numbers import read_decimal
from app.core.permissions import permission
from app.core.text_input import clean_country
from app.core.translations import _, _l
from app.core.verbs import new_record, rows_of
from app.tax import services, usual
from app.tax.models import KINDS, SUPPLIES, TaxClass, TaxRate

VIEW = permission("tax.view", _l("View tax classes and rates"), "sales", "planner", "finance")
EDIT = permission("tax.edit", _l("Edit tax classes and rates"), "finance")


def _percent(value: object) -> object:
    if isinstance(value, str):
        value = read_decimal(value.replace("%", ""), 4)
    return value


def _in_range(value: Decimal) -> Decimal:
    if not 0 <= value <= 100 or value != round(value, 4):
        raise ValueError(_("Enter a percentage from 0 to 100 with at most four decimals."))
    return value


def _key(value: str) -> str:
    if not re.fullmatch("[a-z][a-z0-9_]{0,39}", value):
        raise BadInput(_("Use lower-case letters, digits and underscores, a letter first."))
    return value


Percent = Annotated[Decimal, BeforeValidator(_percent), AfterValidator(_in_range)]
Country = Annotated[str, checked_by(clean_country)]
Name = Annotated[str, Text(_l("Enter the name."), most=120, is_printed=True)]
Note = Annotated[str, Text(most=300, is_printed=True)]
Label = Annotated[
    str, Text(_l("Enter what the tax is called, such as VAT."), most=20, is_printed=True)
]
Kind = Annotated[str, Choice(KINDS)]
Supply = Annotated[str, Choice(SUPPLIES)]

CLASS = rows_of("tax_class", TaxClass)
RATE = rows_of("tax_rate", TaxRate)

create_class = new_record("new_tax_class").verb(
    services.create_class,
    _l("Create tax class"),
    EDIT,
    fields(
        key=Annotated[str, checked_by(_key)],
        name=Name,
        kind=(Kind, "taxed"),
        supply=(Supply, "goods"),
        note=(Note, ""),
    ),
    entry=frozenset(),
)
change_class = CLASS.verb(
    services.change_class,
    _l("Edit tax class"),
    EDIT,
    fields(
        name=(Name | None, None),
        kind=(Kind | None, None),
        supply=(Supply | None, None),
        note=(Note | None, None),
    ),
    done=_l("The tax class is saved."),
    entry=frozenset(),
)
create_rate = new_record("new_tax_rate").verb(
    services.create_rate,
    _l("Create tax rate"),
    EDIT,
    fields(
        tax_class=TaxClass,
        country=Country,
        percent=Percent,
        region=(Annotated[str, Text(most=60)], ""),
        label=(Label, "VAT"),
        valid_from=(Day | None, None),
        valid_until=(Day | None, None),
    ),
    entry=frozenset(),
)
end_rate = RATE.verb(
    services.end_rate,
    _l("End rate"),
    EDIT,
    fields(valid_until=Annotated[Day, Field(title=_l("Last day"))]),
    done=_l("The rate ends on that day."),
    entry=frozenset({"staff"}),
)
add_usual_rates = new_record("usual_tax_rates").verb(
    usual.add_usual_rates,
    _l("Add usual rates"),
    EDIT,
    fields(country=Country),
    done=_l("The usual rates were added. Check them with your accountant before use."),
    entry=frozenset(),
)
