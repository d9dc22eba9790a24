"""The back office of fulfilment: the list of shipments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_admin.contrib.sqla.filters import BaseSQLAFilter, FilterEqual
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.db import db
from app.customers.models import Customer
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.models import Order

METHOD_WORDS = {"carrier": "Carrier", "pickup": "Pickup"}


def views() -> list[BackOfficeModelView]:
    """Return this room's views for the back office to assemble."""
    return [ShipmentList(Shipment, name="Shipments", endpoint="shipments", url="/admin/shipments")]


class CustomerFilter(BaseSQLAFilter):
    """Shipments to a customer whose name holds the words."""

    def apply(self, query: Any, value: str, alias: Any = None) -> Any:
        """Narrow `query` by the customer's name; EXISTS, so that no shipment shows twice."""
        has = (
            select(Order.id)
            .join(Customer, Customer.id == Order.customer_id)
            .where(Order.id == Shipment.order_id, Customer.name.icontains(value, autoescape=True))
        )
        return query.filter(has.exists())

    def operation(self) -> str:
        return "contains"


class ShipmentList(BackOfficeModelView):
    """All shipments. A row leads to the page of the shipment."""

    permission_view = "shipment.view"
    area = "Inventory & shipping"
    menu_icon = "truck"
    menu_order = 30
    chart = SHIPMENT
    title = "Shipments"
    sentence = "What leaves the house, the newest first."
    empty_title = "No shipments here"
    empty_sentence = "One appears as soon as an order is made."
    can_view_details = False
    column_list = (
        "number",
        "order",
        "customer",
        "pieces",
        "state",
        "method",
        "tracking_number",
        "weight_g",
        "created_at",
    )
    column_labels = {
        "number": "Shipment",
        "method": "How",
        "tracking_number": "Tracking number",
        "weight_g": "Weight, g",
        "created_at": "Since",
    }
    number_columns = ("pieces",)
    phone_places = {
        "state": "at-end",
        "order": "",
        "customer": "to-end",
        "pieces": "said",
        "method": "to-end",
        "tracking_number": "said later",
        "weight_g": "skip-sm",
        "created_at": "skip-sm",
    }
    column_default_sort = ("created_at", True)
    column_sortable_list = ("created_at", "number", "state", "weight_g")
    column_searchable_list = ("tracking_number",)
    search_kind = "shipment"
    column_filters = (
        FilterEqual(
            Shipment.state,
            "State",
            options=[(name, SHIPMENT.word(name)) for name in SHIPMENT.states],
        ),
        FilterEqual(Shipment.method, "How", options=list(METHOD_WORDS.items())),
        CustomerFilter(Shipment.order_id, "Customer"),
        "tracking_number",
        "created_at",
        "shipped_at",
    )
    column_formatters = {
        "number": lambda view, context, row, name: _link(view.row_url(row), row.ref),
        "order": lambda view, context, row, name: view.order_link(row),
        "customer": lambda view, context, row, name: view.order(row).customer.name,
        "pieces": lambda view, context, row, name: _pieces(row),
        "method": lambda view, context, row, name: METHOD_WORDS[row.method],
    }
    saved_views = (
        SavedView("All", {}),
        SavedView("Pending", {"flt_state_equals": "pending"}),
        SavedView("Packed", {"flt_state_equals": "packed"}),
        SavedView("On the way", {"flt_state_equals": "shipped"}),
        SavedView("Exceptions", {"flt_state_equals": "exception"}),
        SavedView("Ready for pickup", {"flt_state_equals": "ready_for_pickup"}),
    )

    def read_ahead(self, rows: Sequence[Shipment]) -> None:
        """Read the orders and their customers."""
        ids = {row.order_id for row in rows}
        query = select(Order).where(Order.id.in_(ids)).options(joinedload(Order.customer))
        g.shipment_orders = {order.id: order for order in db.session.scalars(query)}

    def order(self, row: Shipment) -> Order:
        """Return the shipment's order."""
        known: dict[Any, Order] = g.shipment_orders
        return known[row.order_id]

    def order_link(self, row: Shipment) -> Markup:
        """Return the order's number as a link to its page."""
        ref = self.order(row).ref
        return _link(self.get_url("order_page.page", ref=ref), ref)

    def row_url(self, row: Shipment) -> str:
        """Return the page of the shipment."""
        return str(self.get_url("shipment_page.page", ref=row.ref))

    def get_export_value(self, model: Shipment, name: str) -> Any:
        """Return the bare value of a cell; what the row itself lacks is read from its order."""
        if name == "number":
            return model.ref
        if isinstance(getattr(Shipment, name, None), InstrumentedAttribute):
            return super().get_export_value(model, name)
        order = self.order(model)
        return {"order": order.ref, "customer": order.customer.name}.get(name, _pieces(model))


def _link(url: str, words: str) -> Markup:
    return Markup('<a class="ref" href="{}">{}</a>').format(url, words)


def _pieces(row: Shipment) -> int:
    return sum(line.quantity for line in row.lines)
