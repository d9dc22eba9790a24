"""The back office of stock: items with their three numbers, every movement, and who claims what."""

from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from wtforms import StringField

from app.core.backoffice.columns import Column, page_link, ref_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.clock import today
from app.core.db import db
from app.core.shop.region import region
from app.core.translations import _, _l
from app.orders.cells import order_column, order_link, read_orders
from app.reports import charts
from app.stock import services as stock
from app.stock.events import REASONS
from app.stock.models import Reservation, StockItem, StockLocation, StockMovement
from app.stock.verbs import ITEM, MOVEMENT, create_item, create_location

SHOWN = 30
LOCATION_WORDS = {
    "internal": _l("Stock"),
    "supplier": _l("Suppliers"),
    "production": _l("Production"),
    "customer": _l("Customers"),
    "adjustment": _l("Count differences"),
}


def _internal() -> Any:
    return select(StockLocation).where(StockLocation.kind == "internal").order_by(StockLocation.key)


class StockRows(RowVerbs, BackOfficeModelView):
    """A list of stock; after a verb the item's page is shown."""

    def back_to(self, shown: Any) -> str:
        """Return the item's page."""
        item_id = shown.item_id if isinstance(shown, StockMovement) else shown.id
        return str(self.get_url("stock_items.details_view", id=item_id))


class ItemView(StockRows):
    """What the shop makes things from: on hand, reserved, available."""

    model = StockItem
    name = _l("Stock items")
    endpoint = "stock_items"
    path = "stock"
    permission_view = "stock.view"
    permission_edit = "stock.move"
    subject = ITEM
    create_verb = create_item
    can_edit = False  # a SKU and its unit stand in movements: they never change
    area = _l("Inventory & shipping")
    menu_icon = "boxes"
    menu_order = 10
    sentence = _l(
        "On hand = on the shelf. Reserved = allocated to orders. Available = on hand minus reserved."
    )
    empty_sentence = _l("Load a preset, or add your first material.")
    details_template = "stock/item.html"
    columns = (
        Column("sku", is_sortable=True),
        Column("name", phone="at-body", is_sortable=True),
        Column("level.on_hand", _l("On hand"), "said", is_sortable=True, is_number=True),
        Column("level.reserved", _l("Reserved"), "to-end said", is_sortable=True, is_number=True),
        Column("level.available", _l("Available"), "at-end said", is_number=True),
        Column("unit", phone="said", is_sortable=True),
        Column("home", _l("Location"), "to-end"),
    )
    details = ("sku", "name", "unit", "home", "created_at")
    column_default_sort = ("sku", False)
    column_searchable_list = ("sku", "name")
    column_filters = ("unit", "home.name", "level.on_hand", "level.reserved")
    form_columns = ("sku", "name", "unit", "home", "opening")
    form_extra_fields = {"opening": StringField(_l("Opening quantity"))}
    form_args = {
        "home": {"query_factory": lambda: db.session.scalars(_internal()).all()},
        "unit": {"description": _l("What it is counted in: sheets, g, m, pieces.")},
    }

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def details_context(self, row: StockItem) -> dict[str, Any]:
        """Return the item's newest movements, who claims it, and the chart of what was on hand."""
        movements = _newest(StockMovement, StockMovement.item_id == row.id)
        claims = _newest(
            Reservation,
            Reservation.item_id == row.id,
            Reservation.released_at.is_(None),
            Reservation.consumed < Reservation.quantity,
        )
        read_orders(one.stream_id for one in (*movements, *claims))
        zone = region().timezone
        days = stock.on_hand_per_day(row.id, today(zone), zone=zone)
        return {
            "chart": charts.bars(
                [(day, round(left), 0) for day, left in days],
                (_("on hand"), ""),
                _("On hand in %(unit)s at the end of each of the last 14 days", unit=row.unit),
            ),
            "movements": movements,
            "claims": claims,
            "undone": {one.reverses_id for one in movements},
            "order_link": order_link,
            "reason_words": REASONS,
            "can_move": self.may("stock.move"),
        }


class LocationView(BackOfficeModelView):
    """Where stock is kept."""

    model = StockLocation
    name = _l("Locations")
    endpoint = "stock_locations"
    path = "stock-locations"
    permission_view = "stock.view"
    permission_edit = "stock.move"
    create_verb = create_location
    can_edit = False  # movements name them: they never change
    area = _l("Inventory & shipping")
    menu_icon = "pin"
    menu_order = 25
    sentence = _l("Shelves, rooms and stores where stock is kept.")
    empty_sentence = _l("Add the first place where you keep material.")
    columns = (
        Column("name", is_sortable=True),
        Column("kind", phone="to-end", words=LOCATION_WORDS, is_sortable=True),
        Column("created_at", _l("Created"), "skip-sm", is_sortable=True),
    )
    details = ("name", "key", Column("kind", words=LOCATION_WORDS), "created_at")
    column_searchable_list = ("name",)
    column_default_sort = ("name", False)
    form_columns = ("name",)

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)


def _newest(model: Any, *conditions: Any) -> list[Any]:
    query = select(model).where(*conditions).order_by(model.id.desc())
    return list(db.session.scalars(query.limit(SHOWN)))


def _item_link(row: StockMovement) -> Markup:
    link = ref_link(row.item.sku, "stock_items.details_view", id=row.item_id)
    return link + Markup(" {}").format(row.item.name)


def _undone_link(row: StockMovement) -> Markup:
    return page_link(_("the movement before it"), "movements.details_view", id=row.reverses_id)


class MovementView(StockRows):
    """Every movement there was, newest first. Nothing here can be changed, only undone."""

    model = StockMovement
    name = _l("Stock movements")
    endpoint = "movements"
    permission_view = "stock.view"
    subject = MOVEMENT
    link_column = "item"
    area = _l("Inventory & shipping")
    menu_icon = "swap"
    menu_order = 20
    sentence = _l(
        "Every movement has a source and a destination. Stock on hand is the sum of all movements."
    )
    columns = (
        Column("created_at", _l("When"), "", is_sortable=True),
        Column("item"),
        Column("quantity", phone="at-end", is_sortable=True),
        Column("item.unit", _l("Unit"), "skip-sm"),
        Column(
            "reason",
            phone="to-end",
            words=REASONS,
            export=lambda row: REASONS[row.reason],
            is_sortable=True,
        ),
        Column("origin", _l("From"), "said"),
        Column("target", _l("To"), "to-end said"),
        order_column("later"),
        Column("note", phone="at-body later", hidden_when_empty=True),
    )
    details = (
        "created_at",
        Column("item", show=_item_link),
        *columns[2:],
        Column("reverses_id", _l("Reverses"), show=_undone_link, hidden_when_empty=True),
    )
    column_default_sort = ("id", True)
    column_searchable_list = ("item.sku", "item.name", "note")
    column_filters = ("reason", "created_at", "item.sku")
    saved_views = (
        SavedView(_l("Received"), {"flt0_reason_equals": "receipt"}),
        SavedView(_l("Counted"), {"flt0_reason_equals": "count"}),
        SavedView(_l("Undone"), {"flt0_reason_equals": "reversal"}),
    )

    def row_title(self, row: StockMovement) -> str:
        return f"{REASONS[row.reason]}: {row.item.sku}"
