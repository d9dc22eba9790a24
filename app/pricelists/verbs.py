"""What can be done to price lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from app.catalog.properties import Break
from app.core.errors import BadInput
from app.core.inputs import Choice, Day, Input, Text, checked_by, fields, price_minor
from app.core.numbers import read_decimal, read_whole
from app.core.permissions import permission
from app.core.text_input import clean_currency
from app.core.translations import _, _l
from app.core.verbs import new_record, rows_of
from app.customers.models import Customer, CustomerGroup
from app.pricelists.models import AUDIENCES, LEAST_PERCENT, MOST_PERCENT, PriceList
from app.pricelists.services import lists
from app.pricelists.states import EDITABLE, PRICE_LIST

VIEW = permission("price_list.view", _l("View price lists and promotion codes"), "sales", "finance")
EDIT = permission("price_list.edit", _l("Edit price lists and promotion codes"), "sales", "finance")
#: How many breaks the form of a price has.
MOST_BREAKS = 8


def _percent(typed: object) -> object:
    return read_decimal(typed.replace("%", ""), 4) if isinstance(typed, str) else typed


def _in_range(value: Decimal) -> Decimal:
    if not LEAST_PERCENT <= value <= MOST_PERCENT or value != round(value, 4):
        raise ValueError(
            _("Enter a percentage from −100 (free) to 900 with at most four decimals.")
        )
    return value


Percent = Annotated[
    Decimal,
    BeforeValidator(_percent),
    AfterValidator(_in_range),
    Field(description=_l("Below zero for a discount, such as −10.")),
]
Name = Annotated[
    str, Text(_l("Enter the name, which price breakdowns show."), most=120, is_printed=True)
]
Sku = Annotated[str, Text(most=64)]
Family = Annotated[str, Text(most=80)]
Breaks = Annotated[
    list[Break],
    WithJsonSchema({"type": "array", "items": {"type": "object"}, "maxItems": MOST_BREAKS}),
]

PRICE_LISTS = rows_of("price_list", PriceList, chart=PRICE_LIST)


class ListPriceInput(Input):
    """The price of one product or family: breaks as rows of quantity and price per piece, or a percentage."""

    sku: Annotated[Sku, Field(title="SKU")] = ""
    family: Annotated[Family, Field(title=_l("Family"))] = ""
    percent: Annotated[Percent | None, Field(title=_l("Percent"))] = None
    breaks: Breaks = []

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: PriceList) -> dict[str, Any]:
        """Read the breaks of the fields ``from_1``, ``price_1`` and so on; rows left empty are left out. Raises
        BadInput at the field of a row that is half filled in or no number."""
        breaks = []
        for place in range(1, MOST_BREAKS + 1):
            start = form.get(f"from_{place}", "").strip()
            price = form.get(f"price_{place}", "").strip()
            if not start and not price:
                continue
            count = read_whole(start)
            if not count:
                raise BadInput(
                    _("Enter from how many pieces this price applies."), field=f"from_{place}"
                )
            unit_minor = price_minor(price, record.currency, f"price_{place}")
            breaks.append(Break(from_quantity=count, unit_minor=unit_minor))
        return super().from_form(form, record) | {"breaks": breaks}


create_price_list = new_record("new_price_list").verb(
    lists.create_price_list,
    _l("Create price list"),
    EDIT,
    fields(
        name=Name,
        audience=Annotated[str, Choice(AUDIENCES)],
        currency=Annotated[str, checked_by(clean_currency)],
        group=(CustomerGroup | None, None),
        customer=(Customer | None, None),
        percent=(Percent, Decimal(0)),
        valid_from=(Day | None, None),
        valid_until=(Day | None, None),
    ),
    entry=frozenset(),
)
change_price_list = PRICE_LISTS.verb(
    lists.change_price_list,
    _l("Edit price list"),
    EDIT,
    fields(
        name=Name,
        percent=(Percent, Decimal(0)),
        valid_from=(Day | None, None),
        valid_until=(Day | None, None),
    ),
    done=_l("The price list is saved; quotes that were sent keep their prices."),
    entry=frozenset(),
)
set_list_price = PRICE_LISTS.verb(
    lists.set_list_price,
    _l("Set price"),
    EDIT,
    ListPriceInput,
    states=EDITABLE,
    done=_l("The price is in the list."),
    entry=frozenset({"staff"}),
)
remove_list_price = PRICE_LISTS.verb(
    lists.remove_list_price,
    _l("Remove price"),
    EDIT,
    fields(sku=(Sku, ""), family=(Family, "")),
    states=EDITABLE,
    done=_l("The price is out of the list."),
    entry=frozenset({"staff"}),
)
publish_price_list = PRICE_LISTS.verb(
    lists.publish_price_list,
    _l("Publish"),
    EDIT,
    done=_l("The list makes prices on its days; quotes that were sent keep theirs."),
)
archive_price_list = PRICE_LISTS.verb(
    lists.archive_price_list,
    _l("Archive"),
    EDIT,
    explain=_l("It makes no prices from now on. Quotes that were sent keep theirs."),
    done=_l("The price list is archived."),
)
reopen_price_list = PRICE_LISTS.verb(
    lists.reopen_price_list,
    _l("Make a draft again"),
    EDIT,
    done=_l("The price list is a draft again."),
)
copy_price_list = PRICE_LISTS.verb(
    lists.copy_price_list,
    _l("Copy"),
    EDIT,
    fields(name=Annotated[Name, Field(title=_l("Name"))]),
    done=_l("The copy is a draft without days."),
    entry=frozenset({"staff"}),
)
