"""What can be done to rates."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from app.core.archiving import unless_archived, unless_in_use
from app.core.db import locked
from app.core.inputs import Day, NotPast, Text, checked_by, fields
from app.core.numbers import read_decimal
from app.core.permissions import permission
from app.core.text_input import clean_currency, clean_key
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record
from app.rates import services
from app.rates.models import MaterialRate

VIEW = permission("rate.view", _l("View rates"), "sales", "planner", "finance")
EDIT = permission("rate.edit", _l("Set rates"), "sales", "finance")
PLACES = 6
MOST = Decimal(10) ** 9


def _value(typed: object) -> object:
    return read_decimal(typed, PLACES) if isinstance(typed, str) else typed


def _in_range(value: Decimal) -> Decimal:
    if not 0 < value < MOST or value != round(value, PLACES):
        raise ValueError(_("Enter an amount above zero with at most six decimals."))
    return value


Value = Annotated[
    Decimal,
    BeforeValidator(_value),
    AfterValidator(_in_range),
    Field(json_schema_extra={"exclusiveMinimum": 0}),
]
Name = Annotated[str, Text(_l("Enter the name."), most=120)]
Source = Annotated[
    str, Text(_l("Enter who published it, such as LBMA or your supplier."), most=200)
]

RATE: Subject[MaterialRate] = Subject(
    "rate", find=services.find_rate, lock=lambda rate_id: locked(MaterialRate, rate_id)
)

create_rate = new_record("new_rate").verb(
    services.create_rate,
    _l("Create rate"),
    EDIT,
    fields(
        key=Annotated[str, checked_by(clean_key)],
        name=Name,
        currency=Annotated[str, checked_by(clean_currency)],
        value=Value,
        source=Source,
        unit=(Annotated[str, Text(most=20)], ""),
        valid_from=(Day | None, None),
    ),
    entry=frozenset(),
)
change_rate = RATE.verb(
    services.change_rate,
    _l("Edit rate"),
    EDIT,
    fields(name=(Name | None, None)),
    done=_l("The rate is saved."),
    entry=frozenset(),
)
set_rate = RATE.verb(
    services.set_rate,
    _l("Set rate"),
    EDIT,
    fields(
        value=Annotated[Value, Field(title=_l("Value"))],
        source=Annotated[Source, Field(title=_l("Source"))],
        valid_from=(
            Annotated[
                Day | None,
                NotPast(_l("This day has passed, and its prices were made with the rate of then.")),
                Field(title=_l("From")),
            ],
            None,
        ),
    ),
    done=_l("The rate is set. Quotes that were sent keep the rate they name."),
)
archive_rate = RATE.verb(
    services.archive_rate,
    _l("Archive rate"),
    EDIT,
    can=unless_archived(_l("The rate is already archived. Nothing was changed.")),
    done=_l("The rate is archived."),
    entry=frozenset({"staff"}),
)
restore_rate = RATE.verb(
    services.restore_rate,
    _l("Restore rate"),
    EDIT,
    can=unless_in_use(_l("The rate is in use. Nothing was changed.")),
    done=_l("The rate is in use again."),
    entry=frozenset({"staff"}),
)
