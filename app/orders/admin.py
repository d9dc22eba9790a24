"""The list of orders: every order with the state it is in, filtered and searched."""

from __future__ import annotations

from typing import Any

from flask import redirect
from flask_admin import expose
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.db import db
from app.core.web.formats import due, money, when
from app.orders.models import Order, OrderLine
from app.orders.states import OPEN, ORDER


def views() -> list[BackOfficeModelView]:
    """Return this room's pages of the back office."""
    return [OrderList(Order, name="Orders", endpoint="orders", url="/admin/orders")]


class ProductFilter(BaseSQLAFilter):
    """Orders with a line of this product; EXISTS, so that no order shows twice."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` to orders that have a line whose product's name holds `value`."""
        has = select(OrderLine.id).where(
            OrderLine.order_id == Order.id, OrderLine.product_name.icontains(value, autoescape=True)
        )
        return query.filter(has.exists())

    def operation(self) -> str:
        return "contains"


class OrderList(BackOfficeModelView):
    """All orders. A row leads to the page of the order."""

    permission_view = "order.view"
    area = "Selling"
    menu_icon = "order"
    menu_order = 10

    chart = ORDER
    title = "Orders"
    sentence = "Every order from first request to closed, the newest first."
    empty_title = "No orders here"
    empty_sentence = "Requests from the portal appear here by themselves."
    can_view_details = False
    column_list = (
        "number",
        "customer.name",
        "product",
        "state",
        "promised_on",
        "total",
        "created_at",
    )
    column_labels = {
        "number": "Order",
        "customer.name": "Customer",
        "product": "What",
        "promised_on": "Promised",
        "created_at": "Asked",
    }
    column_default_sort = ("created_at", True)
    column_sortable_list = ("created_at", "number", "promised_on")
    column_searchable_list = ("customer.name", "note")
    column_filters = (
        FilterEqual(
            Order.state, "State", options=[(name, ORDER.word(name)) for name in ORDER.states]
        ),
        "customer.name",
        ProductFilter(Order.id, "Product"),
        "promised_on",
        "created_at",
        "rush",
    )
    column_formatters = {
        "number": lambda view, context, row, name: Markup('<a class="ref" href="{}">{}</a>').format(
            view.get_url("order_page.page", ref=row.ref), row.ref
        ),
        "product": lambda view, context, row, name: _products(row),
        "promised_on": lambda view, context, row, name: due(
            row.promised_on, done=row.state not in OPEN
        ),
        "total": lambda view, context, row, name: _total(row),
        "created_at": lambda view, context, row, name: when(row.created_at),
    }
    number_columns = ("total",)
    saved_views = (
        SavedView("All", {}),
        SavedView("New requests", {"flt_state_equals": "requested"}),
        SavedView("To estimate", {"flt_state_equals": "estimating"}),
        SavedView("Quoted", {"flt_state_equals": "quoted"}),
        SavedView("Placed", {"flt_state_equals": "placed"}),
    )

    def menu_count(self) -> int | None:
        """Return how many requests wait for somebody."""
        query = select(func.count()).where(Order.state == "requested")
        return int(db.session.scalar(query) or 0) or None

    def get_query(self) -> Any:
        """Return the orders with what a row shows, loaded for the whole page at once."""
        return (
            super()
            .get_query()
            .options(
                joinedload(Order.customer), selectinload(Order.lines), selectinload(Order.quotes)
            )
        )

    @expose("/<ref>")
    def by_reference(self, ref: str) -> Any:
        """Lead ``/admin/orders/MR-10428`` to the order's page."""
        return redirect(self.get_url("order_page.page", ref=ref))


def _products(order: Order) -> str:
    if not order.lines:
        return "–"
    first = order.lines[0]
    more = f" and {len(order.lines) - 1} more" if len(order.lines) > 1 else ""
    return f"{first.quantity:,} × {first.product_name}{more}"


def _total(order: Order) -> str:
    quote = order.quotes[0] if order.quotes else None
    return money(quote.total_minor, quote.currency) if quote else "–"
