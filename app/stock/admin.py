"""The back office of stock: items with their three numbers, every movement, and who claims what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from app.core.admin_base import BackOfficeModelView, SavedView, staff_or_refuse
from app.core.backoffice.row_verbs import RowVerbs
from app.core.clock import today
from app.core.db import db
from app.core.settings import current
from app.orders.cells import order_link, order_ref, read_orders
from app.reports import charts
from app.stock import services as stock
from app.stock.events import REASONS
from app.stock.models import Reservation, StockItem, StockLocation, StockMovement
from app.stock.verbs import ITEM, MOVEMENT

SHOWN = 30


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

    permission_view = "stock.view"
    permission_edit = "stock.move"
    subject = ITEM
    area = "Inventory & shipping"
    menu_icon = "boxes"
    menu_order = 10
    title = "Stock items"
    sentence = "On hand lies on the shelf, reserved is promised to orders, available is free."
    empty_sentence = "Load a preset, or add the first paper, powder or metal."
    details_template = "stock/item.html"
    column_list = (
        "sku",
        "name",
        "level.on_hand",
        "level.reserved",
        "level.available",
        "unit",
        "home",
    )
    column_details_list = ("sku", "name", "unit", "home", "created_at")
    phone_places = {
        "name": "at-body",
        "level.available": "at-end said",
        "level.on_hand": "said",
        "level.reserved": "to-end said",
        "unit": "said",
        "home": "to-end",
    }
    column_labels = {
        "level.on_hand": "On hand",
        "level.reserved": "Reserved",
        "level.available": "Available",
        "home": "Lies in",
    }
    number_columns = ("level.on_hand", "level.reserved", "level.available")
    column_sortable_list = (
        "sku",
        "name",
        "unit",
        ("level.on_hand", "level.on_hand"),
        ("level.reserved", "level.reserved"),
    )
    column_default_sort = ("sku", False)
    column_searchable_list = ("sku", "name")
    column_filters = ("unit", "home.name", "level.on_hand", "level.reserved")
    form_columns = ("sku", "name", "unit", "home")
    form_args = {"home": {"query_factory": lambda: db.session.scalars(_internal()).all()}}

    @property
    def can_edit(self) -> bool:  # type: ignore[override]
        return False  # a SKU and its unit stand in movements: they never change

    def make(self, form: Any) -> StockItem:
        """Make the item with its level."""
        return stock.create_item(
            form.sku.data or "",
            form.name.data or "",
            form.unit.data or "",
            home=form.home.data,
            actor=staff_or_refuse(),
        )

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    def render(self, template: str, **kwargs: Any) -> Any:
        if template == self.details_template:
            item: StockItem = kwargs["model"]
            movements = list(
                db.session.scalars(
                    select(StockMovement)
                    .where(StockMovement.item_id == item.id)
                    .order_by(StockMovement.id.desc())
                    .limit(SHOWN)
                )
            )
            claims = list(
                db.session.scalars(
                    select(Reservation)
                    .where(
                        Reservation.item_id == item.id,
                        Reservation.released_at.is_(None),
                        Reservation.consumed < Reservation.quantity,
                    )
                    .order_by(Reservation.id.desc())
                    .limit(SHOWN)
                )
            )
            undone = {movement.reverses_id for movement in movements}
            read_orders([row.stream_id for row in movements] + [row.stream_id for row in claims])
            zone = current().timezone
            days = stock.on_hand_per_day(item.id, today(zone), zone=zone)
            kwargs |= {
                "chart": charts.bars(
                    [(day, round(left), 0) for day, left in days],
                    ("on hand", ""),
                    f"On hand in {item.unit} at the end of each of the last 14 days",
                ),
                "movements": movements,
                "claims": claims,
                "undone": undone,
                "order_link": order_link,
                "reason_words": REASONS,
                "can_move": self.may("stock.move"),
            }
        return super().render(template, **kwargs)


class MovementView(StockRows):
    """Every movement there was, newest first. Nothing here can be changed, only undone."""

    permission_view = "stock.view"
    subject = MOVEMENT
    link_column = "item"
    hidden_when_empty = ("note", "reverses_id")
    phone_places = {
        "created_at": "",
        "quantity": "at-end",
        "item.unit": "skip-sm",
        "reason": "to-end",
        "origin": "said",
        "target": "to-end said",
        "order": "later",
        "note": "at-body later",
    }
    area = "Inventory & shipping"
    menu_icon = "swap"
    menu_order = 20
    title = "Stock movements"
    sentence = "Each has a from and a to. What is on hand is their sum."
    column_list = (
        "created_at",
        "item",
        "quantity",
        "item.unit",
        "reason",
        "origin",
        "target",
        "order",
        "note",
    )
    column_details_list = (*column_list, "reverses_id")
    column_labels = {
        "created_at": "When",
        "item.unit": "Unit",
        "origin": "From",
        "target": "To",
        "reverses_id": "Undoes",
    }
    column_formatters = {
        "reason": lambda view, context, row, name: REASONS[row.reason],
        "order": lambda view, context, row, name: order_link(row.stream_id),
    }
    column_formatters_detail = {
        **column_formatters,
        "item": lambda view, context, row, name: view.item_link(row),
        "reverses_id": lambda view, context, row, name: view.undone_link(row),
    }
    column_default_sort = ("id", True)
    column_sortable_list = ("created_at", "quantity", "reason")
    column_searchable_list = ("item.sku", "item.name", "note")
    column_filters = ("reason", "created_at", "item.sku")
    saved_views = (
        SavedView("All", {}),
        SavedView("Received", {"flt0_reason_equals": "receipt"}),
        SavedView("Counted", {"flt0_reason_equals": "count"}),
        SavedView("Undone", {"flt0_reason_equals": "reversal"}),
    )

    def row_title(self, row: StockMovement) -> str:
        return f"{REASONS[row.reason]}: {row.item.sku}"

    def read_ahead(self, rows: Sequence[StockMovement]) -> None:
        """Read the orders' numbers."""
        read_orders(row.stream_id for row in rows)

    def item_link(self, row: StockMovement) -> Markup:
        """Return the item as a link to its page."""
        url = self.get_url("stock_items.details_view", id=row.item_id)
        return Markup('<a class="ref" href="{}">{}</a> {}').format(url, row.item.sku, row.item.name)

    def undone_link(self, row: StockMovement) -> Markup:
        """Return a link to the movement that this one undoes."""
        url = self.get_url(".details_view", id=row.reverses_id)
        return Markup('<a href="{}">the movement before it</a>').format(url)

    def get_export_value(self, model: StockMovement, name: str) -> Any:
        """Return the bare value; the order by its number, the reason in words."""
        if name == "order":
            return order_ref(model.stream_id)
        if name == "reason":
            return REASONS[model.reason]
        return super().get_export_value(model, name)


def views() -> list[BackOfficeModelView]:
    """Return the pages of this room for the back office."""
    return [
        ItemView(StockItem, name="Stock items", endpoint="stock_items", url="stock"),
        MovementView(StockMovement, name="Stock movements", endpoint="movements", url="movements"),
    ]
