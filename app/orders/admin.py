"""The list of orders: every order with the state it is in, filtered and searched."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from flask import g, redirect
from flask_admin import expose
from flask_admin.contrib.sqla.filters import BaseSQLAFilter
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.core.backoffice.access import staff
from app.core.backoffice.cells import badge
from app.core.backoffice.columns import Column, ConditionFilter, ref_link
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.clock import shop_day
from app.core.money import exponent
from app.core.translations import _, _l
from app.core.web.formats import due, money, quantity, zone
from app.customers.models import Contact, Customer
from app.customers.verbs import VIEW as SEES_PEOPLE
from app.orders.models import Order, OrderLine, Quote, order_number
from app.orders.progress import Quantities, stage_of
from app.orders.states import OPEN, ORDER, PLACED
from app.reports.order_progress import order_quantities


class DayFilter(BaseSQLAFilter):
    """Orders from a day on, or until a day; of moments the person's own day counts."""

    def __init__(self, column: Any, name: str, word: str) -> None:
        super().__init__(column, name, data_type="datepicker")
        self.word = word

    def clean(self, value: str) -> date:
        return date.fromisoformat(value)

    def apply(self, query: Any, value: date, alias: Any = None) -> Any:
        """Narrow `query` to rows on or after (`from`), or on or before (`until`), the day."""
        is_from = self.word == "from"
        edge = value if is_from else value + timedelta(1)
        if self.column.type.python_type is datetime:
            edge = datetime.combine(edge, time(), zone())
        return query.filter(self.column >= edge if is_from else self.column < edge)

    def operation(self) -> str:
        return self.word


ONLY = {
    "open": "open",
    "late": "late",
    "week": _l("due within a week"),
    "held": _l("on hold"),
    "rush": "rush",
}


def _is_among(group: str) -> Any:
    """Return the condition for one of the groups that people work through; none for other words."""
    is_open = Order.state.in_(OPEN)
    here = shop_day()
    conditions = {
        "open": is_open,
        "late": and_(is_open, Order.promised_on < here),
        "week": and_(is_open, Order.promised_on.between(here, here + timedelta(7))),
        "held": and_(is_open, Order.hold_reason.is_not(None)),
        "rush": and_(is_open, Order.rush),
    }
    return conditions[group]


class OnlyFilter(ConditionFilter):
    """The groups that people work through."""

    def validate(self, value: Any) -> bool:
        return value in ONLY


def _any_holds(words: str, *columns: Any) -> Any:
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def _has_product(words: str) -> Any:
    lines = select(OrderLine.id).where(OrderLine.order_id == Order.id)
    return lines.where(_any_holds(words, OrderLine.product_name, OrderLine.sku)).exists()


def _is_of(words: str) -> Any:
    customers = select(Customer.id).where(Customer.id == Order.customer_id)
    contacts = select(Contact.id).where(Contact.id == Order.contact_id)
    person = staff()
    sees_people = person is not None and person.may(SEES_PEOPLE)
    seen = (Contact.name, Contact.email) if sees_people else (Contact.name,)
    return or_(
        customers.where(_any_holds(words, Customer.name)).exists(),
        contacts.where(_any_holds(words, *seen)).exists(),
    )


def _two(text: str, sub: str) -> Markup:
    below = Markup('<span class="sub cell-cut">%s</span>') % sub if sub != text else ""
    return Markup('<span class="cell-cut" title="%s">%s</span>%s') % (text, text, below)


def _products(order: Order) -> Markup | str:
    if not order.lines:
        return "–"
    first = order.lines[0]
    more = len(order.lines) - 1
    words = f"{quantity(first.quantity)} × {first.product_name}"
    others = ngettext("and %(num)s more item", "and %(num)s more items", more) if more else words
    return _two(words, others)


def _total(order: Order) -> Markup | str:
    quote = order.quotes[0] if order.quotes else None
    return money(quote.total_minor, quote.currency) if quote else ""


def _amount(order: Order) -> Decimal | None:
    quote = order.quotes[0] if order.quotes else None
    return Decimal(quote.total_minor).scaleb(-exponent(quote.currency)) if quote else None


def _all_products(order: Order) -> str:
    return ", ".join(f"{line.quantity} × {line.product_name}" for line in order.lines)


def _read_made(rows: Sequence[Order]) -> None:
    g.orders_made = order_quantities(row.id for row in rows if row.state in PLACED)


def _quantities(order: Order) -> Quantities:
    found: dict[uuid.UUID, Quantities] = g.orders_made
    return found.get(order.id, Quantities())


def _linked(order: Order) -> Markup:
    rush = Markup(' <span class="tag tag-rush">Rush</span>') if order.rush else Markup("")
    return ref_link(order.ref, "order_page.page") + rush


def _state(order: Order) -> Markup:
    """Return the state's badge; of a placed order from its quantities, with a hold beside it."""
    stage = stage_of(order.state, _quantities(order))
    badges = [badge(stage.label, stage.tone)]
    if order.hold_reason and order.state in OPEN:
        badges.append(badge(_("On hold"), "held"))
    return Markup(" ").join(badges)


def _made(order: Order) -> str:
    """Return ``138 of 490`` for an order that is being made."""
    made = _quantities(order)
    if not made.ordered:
        return ""
    return _("%(good)s of %(ordered)s", good=quantity(made.good), ordered=quantity(made.ordered))


class OrderList(BackOfficeModelView):
    """All orders. A row leads to the page of the order."""

    model = Order
    name = _l("Orders")
    endpoint = "orders"
    permission_view = "order.view"
    area = _l("Sales")
    menu_icon = "order"
    menu_order = 10

    chart = ORDER
    sentence = _l("All orders, newest first.")
    empty_title = _l("No orders")
    empty_sentence = _l("Requests from the portal appear here automatically.")
    can_view_details = False
    row_page = "order_page.page"
    columns = (
        Column("number", _l("Order"), show=_linked, export=lambda row: row.ref, is_sortable=True),
        Column("customer", phone="", show=lambda row: _two(row.customer.name, row.contact.name)),
        Column("product", _l("Items"), "at-body", _products, _all_products),
        Column("state", phone="at-end", show=_state, export=lambda row: row.state),
        Column("made", phone="wide later", show=_made, ahead=_read_made, is_number=True),
        Column(
            "promised_on",
            _l("Promised"),
            "wide later",
            lambda row: due(row.promised_on, done=row.state not in OPEN),
            is_sortable=True,
        ),
        Column("total", phone="to-end", show=_total, export=_amount, is_number=True),
        Column("created_at", _l("Requested"), "skip-sm", is_sortable=True),
    )
    column_labels = {
        "customer.name": _l("Customer"),
        "contact.name": _l("Contact"),
    }
    exported = (
        "number", "customer.name", "contact.name", Column("contact.email", "E-mail", permission=SEES_PEOPLE),
        "product", "state", "hold_reason", "wanted_on", "promised_on", "total", "currency", "created_at",
        "placed_at", "ended_at",
    )  # fmt: skip
    column_default_sort = ("created_at", True)
    column_searchable_list = ("note",)
    search_kind = "order"
    column_filters = (
        "state",
        OnlyFilter(Order.id, _l("Show only"), _is_among, "equals", options=list(ONLY.items())),
        ConditionFilter(Order.customer_id, _l("Customer"), _is_of),
        ConditionFilter(Order.id, _l("Product"), _has_product),
        DayFilter(Order.promised_on, _l("Promised"), "from"),
        DayFilter(Order.promised_on, _l("Promised"), "until"),
        DayFilter(Order.wanted_on, _l("Needed by"), "from"),
        DayFilter(Order.wanted_on, _l("Needed by"), "until"),
        DayFilter(Order.created_at, _l("Requested"), "from"),
        DayFilter(Order.created_at, _l("Requested"), "until"),
    )
    saved_views = (
        SavedView(_l("Open"), {"flt_show_only_equals": "open"}),
        SavedView(_l("New requests"), {"flt_state_equals": "requested"}),
        SavedView(_l("To estimate"), {"flt_state_equals": "estimating"}),
        SavedView(_l("Quoted"), {"flt_state_equals": "quoted"}),
        SavedView(_l("Placed"), {"flt_state_equals": "placed"}),
        SavedView(_l("Late"), {"flt_show_only_equals": "late"}),
        SavedView(_l("Due this week"), {"flt_show_only_equals": "week"}),
        SavedView(_l("On hold"), {"flt_show_only_equals": "held"}),
    )

    def get_query(self) -> Any:
        """Return the orders with what a row shows, loaded for the whole page at once."""
        quotes = selectinload(Order.quotes).load_only(Quote.total_minor, Quote.currency)
        query = super().get_query()
        return query.options(
            joinedload(Order.customer),
            joinedload(Order.contact).lazyload(Contact.customer),
            selectinload(Order.lines).load_only(OrderLine.quantity, OrderLine.product_name),
            quotes.lazyload(Quote.answer),
        )

    def search_words(self) -> str:
        """Return what the search looks in."""
        return _("Number, customer, contact, product, note")

    def meant_by(self, word: str) -> Any:
        """Return the select of the order whose number `word` is."""
        number = order_number(word)
        return select(Order.id).where(Order.number == number) if number is not None else None

    @expose("/<ref>")
    def by_reference(self, ref: str) -> Any:
        """Lead ``/admin/orders/MR-10428`` to the order's page."""
        return redirect(self.get_url("order_page.page", ref=ref))
