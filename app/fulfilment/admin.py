"""The back office of fulfilment: the list of shipments."""

from __future__ import annotations

from app.core.admin_base import BackOfficeModelView, SavedView
from app.core.backoffice.columns import Column, ConditionFilter, ref_link
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.cells import belongs_to, customer_column, order_column

METHOD_WORDS = {"carrier": "Carrier", "pickup": "Pickup"}


def views() -> list[BackOfficeModelView]:
    """Return this room's views for the back office to assemble."""
    return [ShipmentList(Shipment, name="Shipments", endpoint="shipments", url="/admin/shipments")]


class ShipmentList(BackOfficeModelView):
    """All shipments. A row leads to the page of the shipment."""

    permission_view = "shipment.view"
    area = "Inventory & shipping"
    menu_icon = "truck"
    menu_order = 30
    chart = SHIPMENT
    sentence = "What leaves the house, the newest first."
    empty_title = "No shipments here"
    empty_sentence = "One appears as soon as an order is made."
    can_view_details = False
    row_page = "shipment_page.page"
    columns = (
        Column(
            "number",
            "Shipment",
            show=lambda row: ref_link(row.ref, "shipment_page.page"),
            export=lambda row: row.ref,
            is_sortable=True,
        ),
        order_column(order_id=lambda row: row.order_id),
        customer_column("to-end", order_id=lambda row: row.order_id),
        Column(
            "pieces",
            phone="said",
            show=lambda row: sum(line.quantity for line in row.lines),
            is_number=True,
        ),
        Column("state", phone="at-end", is_sortable=True),
        Column("method", "How", "to-end", words=METHOD_WORDS),
        Column("tracking_number", "Tracking number", "said later"),
        Column("weight_g", "Weight, g", "skip-sm", is_sortable=True),
        Column("created_at", "Since", "skip-sm", is_sortable=True),
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("tracking_number",)
    search_kind = "shipment"
    column_filters = (
        "state",
        "method",
        ConditionFilter(Shipment.order_id, "Customer", belongs_to(Shipment.order_id)),
        "tracking_number",
        "created_at",
        "shipped_at",
    )
    saved_views = (
        SavedView("Pending", {"flt_state_equals": "pending"}),
        SavedView("Packed", {"flt_state_equals": "packed"}),
        SavedView("On the way", {"flt_state_equals": "shipped"}),
        SavedView("Exceptions", {"flt_state_equals": "exception"}),
        SavedView("Ready for pickup", {"flt_state_equals": "ready_for_pickup"}),
    )
