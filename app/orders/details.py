"""What people write about a whole order, declared once: one field here, its column and a migration.

The request's forms, the order page, the search, the API and the work order loop over these fields.
"""

from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import InstrumentedAttribute

from app.core.inputs import Day, Input, NotPast, Text, form_fields
from app.core.translations import _l
from app.orders.models import Order

#: Marks a field that is printed on the work order too.
ON_WORK_ORDER = object()


class OrderDetails(Input):
    """The details as they are kept; each is a column of `Order` with the same name."""

    wanted_on: Annotated[Day | None, ON_WORK_ORDER, Field(title=_l("Needed by"))] = None
    note: Annotated[
        str,
        Text(most=4000, rows=3),
        Field(title=_l("Note"), description=_l("Anything else the shop should know.")),
    ] = ""


class RequestDetails(OrderDetails):
    """The details as they are typed into a request."""

    wanted_on: Annotated[
        Day | None, NotPast(_l("The date you need it by has passed.")), Field(title=_l("Needed by"))
    ] = None


def searched_columns() -> list[InstrumentedAttribute[str]]:
    """Return the columns whose words an order is found by: all details that are text."""
    return [getattr(Order, field.name) for field in form_fields(OrderDetails) if field.is_text]


def work_order_details() -> list[tuple[str, str]]:
    """Return (column, label) of the details that the work order prints."""
    fields = OrderDetails.model_fields
    on_it = [name for name, field in fields.items() if ON_WORK_ORDER in field.metadata]
    return [(name, str(fields[name].title)) for name in on_it]
