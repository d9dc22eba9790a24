"""What the API gives out, as pydantic models; the OpenAPI document is built from these."""

import uuid
from datetime import date, datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from app.catalog.configuration import Configuration
from app.orders.details import OrderDetails


class Shape(BaseModel):
    """Base: a closed shape, so that nothing is given out by accident."""

    model_config = ConfigDict(extra="forbid")


class Action(Shape):
    """A verb that this key may do; `problem` says what hinders it now, null where nothing does."""

    verb: str
    label: str
    permission: str
    problem: str | None


class RecordAfter(Shape):
    """A record after a verb: its state, its version (for If-Match) and what can be done now."""

    id: uuid.UUID
    state: str | None
    version: int | None
    allowed_actions: list[Action]


class LineVariant(Shape):
    """So many pieces of one variant of a line's product; `key` is its name in the configuration's quantities."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    key: str = Field(examples=["m-navy"])
    label: str = Field(examples=["M / Navy"])
    quantity: int
    sku: str


class Line(Shape):
    """One line of an order. Money is in minor units of the order's currency, net, for the line."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    id: uuid.UUID
    position: int
    sku: str
    product: str = Field(validation_alias="product_name")
    quantity: int
    configuration: Configuration
    variants: list[LineVariant] = Field(
        description="The pieces by variant, which add up to the quantity; empty for a product without variants"
    )
    price_minor: int | None


class OrderBrief(Shape):
    """An order as a list shows it."""

    id: uuid.UUID
    number: str = Field(examples=["MR-10428"])
    state: str
    version: int
    state_label: str
    progress: str = Field(description="How far it has come; from placing on, by quantities")
    on_hold: bool
    customer: str
    currency: str
    rush: bool
    rush_level: str = Field(
        description="The key of the rush level that was chosen; empty for none, or for each product's first"
    )
    wanted_on: date | None
    promised_on: date | None
    created_at: datetime
    placed_at: datetime | None
    ended_at: datetime | None


class TaxShare(Shape):
    """One rate of a quote: its amount, the net it is taken of, and the sentence to print where there is one."""

    label: str = Field(examples=["VAT 20 %"])
    percent: Decimal | None
    net_minor: int | None
    tax_minor: int
    note: str


class OrderFull(OrderBrief, OrderDetails):
    """An order with its details and lines, its agreed or newest total, and what may be done now."""

    hold_reason: str | None
    delivery: str | None = Field(
        description="carrier or pickup; null while nobody has said", examples=["carrier"]
    )
    lines: list[Line]
    quote_version: int | None
    net_minor: int | None
    tax_minor: int | None
    total_minor: int | None
    taxes: list[TaxShare]
    allowed_actions: list[Action]


class OrderPage(Shape):
    """One page of orders, the newest first; `next` is the cursor of the page after, null at the end."""

    data: list[OrderBrief]
    next: str | None


class PageArgs(BaseModel):
    """How a list is asked for."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=50, ge=1, le=200)
    after: uuid.UUID | None = Field(
        default=None, description="The cursor that the page before gave."
    )
    state: str | None = Field(default=None, max_length=32)


class ChangedProduct(Shape):
    """A product that a change of the catalogue would change; prices of its first choices in the usual
    quantity, with tax, null where there is none or a person sets it."""

    sku: str
    name: str
    currency: str | None
    before_minor: int | None
    after_minor: int | None


class ProblemDetails(BaseModel):
    """RFC 9457. `code` is stable; the words are for people and may change."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    field: str | None = None
    faults: dict[str, str] | None = Field(
        default=None, description="Each faulty field with its sentence, where there are several."
    )
    confirm: str | None = Field(
        default=None,
        description="Send it as `confirm` to make exactly the change that was refused.",
    )
    changed: int | None = Field(default=None, description="How many products would change.")
    products: list[ChangedProduct] | None = Field(
        default=None, description="The first products that would change."
    )
