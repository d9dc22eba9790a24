"""The list of orders: every order with the state it is in, filtered and searched."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import g, redirect
from flask_admin import expose
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.backoffice.cells import badge
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.clock import today
from app.core.money import exponent
from app.core.settings import current
from app.core.web.formats import due, money, quantity, when, zone
from app.customers.models import Contact, Customer
from app.orders.models import PREFIX, Order, OrderLine
from app.orders.progress import Quantities, stage_of
from app.orders.states import OPEN, ORDER, PLACED
from app.reports.order_quantities import order_quantities

MOST_DIGITS = 15


def views() -> list[BackOfficeModelView]:
    """Return this room's pages of the back office."""
    return [OrderList(Order, name="Orders", endpoint="orders", url="/admin/orders")]


class ProductFilter(BaseSQLAFilter):
    """Orders with a line of this product; EXISTS, so that no order shows twice."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to orders that have a line whose product's name or SKU holds `value`."""
        return query.filter(_has_product(value))

    def operation(self) -> str:
        return "contains"


class CustomerFilter(BaseSQLAFilter):
    """Orders of a customer or contact whose name holds the words."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` by the name of the customer or the contact."""
        return query.filter(_is_of(value))

    def operation(self) -> str:
        return "contains"


class DayFilter(BaseSQLAFilter):
    """Orders from a day on, or until a day; of moments the person's own day counts."""

    def __init__(self, column: Any, name: str, word: str) -> None:
        super().__init__(column, name, data_type="datepicker")
        self.word = word

    def clean(self, value: str) -> date:
        return date.fromisoformat(value)

    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        """Narrow `query` to rows on or after (`from`), or on or before (`until`), the day."""
        is_moment = self.column.type.python_type is datetime
        if self.word == "from":
            return query.filter(self.column >= (_midnight(value) if is_moment else value))
        if is_moment:
            return query.filter(self.column < _midnight(value + timedelta(1)))
        return query.filter(self.column <= value)

    def operation(self) -> str:
        return self.word


class OnlyFilter(BaseSQLAFilter):
    """The groups that people work through: open, late, due this week, on hold, rush."""

    CHOICES = (
        ("open", "open"),
        ("late", "late"),
        ("week", "due within a week"),
        ("held", "on hold"),
        ("rush", "rush"),
    )

    def __init__(self) -> None:
        super().__init__(Order.id, "Only", options=list(self.CHOICES))

    def validate(self, value: Any) -> bool:
        return value in dict(self.CHOICES)

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to one group."""
        is_open = Order.state.in_(OPEN)
        here = today(current().timezone)
        return query.filter(
            {
                "open": is_open,
                "late": and_(is_open, Order.promised_on < here),
                "week": and_(is_open, Order.promised_on.between(here, here + timedelta(7))),
                "held": and_(is_open, Order.hold_reason.is_not(None)),
                "rush": and_(is_open, Order.rush),
            }[value]
        )

    def operation(self) -> str:
        return "equals"


class OrderList(BackOfficeModelView):
    """All orders. A row leads to the page of the order."""

    permission_view = "order.view"
    area = "Sales"
    menu_icon = "order"
    menu_order = 10

    chart = ORDER
    title = "Orders"
    sentence = "Every order from first request to closed, the newest first."
    empty_title = "No orders here"
    empty_sentence = "Requests from the portal appear here by themselves."
    can_view_details = False
    column_list = ("number", "customer", "product", "state", "made", "promised_on", "total",
                   "created_at")  # fmt: skip
    column_labels = {
        "number": "Order",
        "product": "What",
        "promised_on": "Promised",
        "created_at": "Asked",
        "customer.name": "Customer",
        "contact.name": "Contact",
        "contact.email": "E-mail",
    }
    column_export_list = ("number", "customer.name", "contact.name", "contact.email", "product",
                          "state", "hold_reason", "wanted_on", "promised_on", "total", "currency",
                          "created_at", "placed_at", "ended_at")  # fmt: skip
    column_default_sort = ("created_at", True)
    column_sortable_list = ("created_at", "number", "promised_on")
    column_searchable_list = ("note",)
    search_kind = "order"
    column_filters = (
        FilterEqual(
            Order.state, "State", options=[(name, ORDER.word(name)) for name in ORDER.states]
        ),
        OnlyFilter(),
        CustomerFilter(Order.customer_id, "Customer"),
        ProductFilter(Order.id, "Product"),
        DayFilter(Order.promised_on, "Promised", "from"),
        DayFilter(Order.promised_on, "Promised", "until"),
        DayFilter(Order.wanted_on, "Needed by", "from"),
        DayFilter(Order.wanted_on, "Needed by", "until"),
        DayFilter(Order.created_at, "Asked", "from"),
        DayFilter(Order.created_at, "Asked", "until"),
    )
    column_formatters = {
        "number": lambda view, context, row, name: view.linked(row),
        "customer": lambda view, context, row, name: _two(row.customer.name, row.contact.name),
        "product": lambda view, context, row, name: _products(row),
        "state": lambda view, context, row, name: view.state(row),
        "made": lambda view, context, row, name: view.made(row),
        "promised_on": lambda view, context, row, name: due(
            row.promised_on, done=row.state not in OPEN
        ),
        "total": lambda view, context, row, name: _total(row),
        "created_at": lambda view, context, row, name: when(row.created_at),
    }
    number_columns = ("made", "total")
    phone_places = {
        "state": "at-end",
        "customer": "",
        "total": "to-end",
        "product": "at-body",
        "made": "wide later",
        "promised_on": "wide later",
        "created_at": "skip-sm",
    }
    saved_views = (
        SavedView("All", {}),
        SavedView("Open", {"flt_only_equals": "open"}),
        SavedView("New requests", {"flt_state_equals": "requested"}),
        SavedView("To estimate", {"flt_state_equals": "estimating"}),
        SavedView("Quoted", {"flt_state_equals": "quoted"}),
        SavedView("Placed", {"flt_state_equals": "placed"}),
        SavedView("Late", {"flt_only_equals": "late"}),
        SavedView("Due this week", {"flt_only_equals": "week"}),
        SavedView("On hold", {"flt_only_equals": "held"}),
    )

    def get_query(self) -> Any:
        """Return the orders with what a row shows, loaded for the whole page at once."""
        return (
            super()
            .get_query()
            .options(
                joinedload(Order.customer),
                joinedload(Order.contact),
                selectinload(Order.lines),
                selectinload(Order.quotes),
            )
        )

    def search_words(self) -> str:
        """Return what the search looks in."""
        return "Number, customer, contact, product, note"

    def found_by(self, word: str) -> Any:
        """Return the ids of the orders that have `word`, or whose number it is."""
        found = super().found_by(word)
        digits = word.upper().removeprefix(PREFIX)
        if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS:
            return found.union(select(Order.id).where(Order.number == int(digits)))
        return found

    def render(self, template: str, **kwargs: Any) -> Any:
        """Render; what is made and sent is read for all rows of a page at once."""
        rows = kwargs.get("data")
        if rows:
            g.orders_made = order_quantities(row.id for row in rows if row.state in PLACED)
        return super().render(template, **kwargs)

    def of(self, row: Order) -> Quantities:
        """Return the order's quantities."""
        known: dict[uuid.UUID, Quantities] = g.get("orders_made") or {}
        return known.get(row.id, Quantities())

    def linked(self, row: Order) -> Markup:
        """Return the number as a link to the order's page, with its tags."""
        link = Markup('<a class="ref" href="{}">{}</a>').format(
            self.get_url("order_page.page", ref=row.ref), row.ref
        )
        rush = Markup(' <span class="tag tag-rush">Rush</span>') if row.rush else Markup("")
        return link + rush

    def state(self, row: Order) -> Markup:
        """Return the state's badge; of a placed order from its quantities, with a hold beside it."""
        stage = stage_of(row.state, self.of(row))
        held = badge("On hold", "held") if row.hold_reason and row.state in OPEN else Markup("")
        return badge(stage.label, stage.tone) + (Markup(" ") + held if held else held)

    def made(self, row: Order) -> str:
        """Return ``138 of 490`` for an order that is being made."""
        made = self.of(row)
        return f"{quantity(made.good)} of {quantity(made.ordered)}" if made.ordered else ""

    def get_export_value(self, model: Any, name: str) -> Any:
        """Return the bare value: the reference, what was asked for, and the total as an amount."""
        if name == "number":
            return model.ref
        if name == "product":
            return ", ".join(f"{line.quantity} × {line.product_name}" for line in model.lines)
        if name == "total":
            quote = model.quotes[0] if model.quotes else None
            return quote and Decimal(quote.total_minor).scaleb(-exponent(quote.currency))
        return super().get_export_value(model, name)

    @expose("/<ref>")
    def by_reference(self, ref: str) -> Any:
        """Lead ``/admin/orders/MR-10428`` to the order's page."""
        return redirect(self.get_url("order_page.page", ref=ref))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def _has_product(words: str) -> Any:
    line = OrderLine
    holds = or_(
        line.product_name.icontains(words, autoescape=True),
        line.sku.icontains(words, autoescape=True),
    )
    return select(line.id).where(line.order_id == Order.id, holds).exists()


def _is_of(words: str) -> Any:
    customer = select(Customer.id).where(
        Customer.id == Order.customer_id, Customer.name.icontains(words, autoescape=True)
    )
    contact = select(Contact.id).where(
        Contact.id == Order.contact_id,
        or_(
            Contact.name.icontains(words, autoescape=True),
            Contact.email.icontains(words, autoescape=True),
        ),
    )
    return or_(customer.exists(), contact.exists())


def _two(text: str, sub: str) -> Markup:
    below = Markup('<span class="sub cell-cut">{}</span>').format(sub) if sub != text else ""
    return Markup('<span class="cell-cut" title="{}">{}</span>{}').format(text, text, below)


def _products(order: Order) -> Markup | str:
    if not order.lines:
        return "–"
    first = order.lines[0]
    more = len(order.lines) - 1
    words = f"{quantity(first.quantity)} × {first.product_name}"
    return _two(words, f"and {more} more {'line' if more == 1 else 'lines'}" if more else words)


def _total(order: Order) -> Markup | str:
    quote = order.quotes[0] if order.quotes else None
    return money(quote.total_minor, quote.currency) if quote else ""
