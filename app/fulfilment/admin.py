"""The back office of fulfilment: the list of shipments."""

from app.core.backoffice.columns import Column, ConditionFilter, ref_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.translations import _l
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT
from app.orders.cells import belongs_to, customer_column, order_column

METHOD_WORDS = {"carrier": _l("Carrier"), "pickup": _l("Pickup")}


class ShipmentList(BackOfficeModelView):
    """All shipments. A row leads to the page of the shipment."""

    model = Shipment
    name = _l("Shipments")
    endpoint = "shipments"
    permission_view = "shipment.view"
    area = _l("Inventory & shipping")
    menu_icon = "truck"
    menu_order = 30
    chart = SHIPMENT
    sentence = _l("Shipments, newest first.")
    empty_title = _l("No shipments")
    empty_sentence = _l("A shipment appears when an order is ready to ship.")
    can_view_details = False
    row_page = "shipment_page.page"
    columns = (
        Column(
            "number",
            _l("Shipment"),
            show=lambda row: ref_link(row.ref, "shipment_page.page"),
            export=lambda row: row.ref,
            is_sortable=True,
        ),
        order_column(order_id=lambda row: row.order_id),
        customer_column("to-end", order_id=lambda row: row.order_id),
        Column("pieces", phone="said", is_number=True),
        Column("state", phone="at-end", is_sortable=True),
        Column("method", _l("Method"), "to-end", words=METHOD_WORDS),
        Column("tracking_number", _l("Tracking number"), "said later"),
        Column("weight_g", _l("Weight, g"), "skip-sm", is_sortable=True),
        Column("created_at", _l("Since"), "skip-sm", is_sortable=True),
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("tracking_number",)
    search_kind = "shipment"
    column_filters = (
        "state",
        "method",
        ConditionFilter(Shipment.order_id, _l("Customer"), belongs_to(Shipment.order_id)),
        "tracking_number",
        "created_at",
        "shipped_at",
    )
    saved_views = (
        SavedView(_l("Pending"), {"flt_state_equals": "pending"}),
        SavedView(_l("Packed"), {"flt_state_equals": "packed"}),
        SavedView(_l("On the way"), {"flt_state_equals": "shipped"}),
        SavedView(_l("Exceptions"), {"flt_state_equals": "exception"}),
        SavedView(_l("Ready for pickup"), {"flt_state_equals": "ready_for_pickup"}),
    )
