"""What waits at orders: requests, quotes and payments for staff; quotes and questions for customers."""

from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.events import Event
from app.core.holds import Hold, is_due, is_open
from app.core.translations import _, _l
from app.core.web.formats import money
from app.customers.models import Customer
from app.orders.models import PAID_FIRST, PREFIX, Order, OrderLine, Quote, QuoteAnswer
from app.orders.states import OPEN, ORDER

QUESTION_SHOWN = 70


def _orders(*more: Any) -> Rows:
    first = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    product = first.order_by(OrderLine.position).limit(1).scalar_subquery().label("product")
    columns = (Order.id, Order.number, Order.created_at, Order.updated_at, Customer.name, product)
    return select(*columns, *more).join(Customer, Customer.id == Order.customer_id)


def _page(row: Any) -> str:
    return url_for("order_page.page", ref=f"{PREFIX}{row.number}")


def _request(row: Any) -> TodoItem:
    return TodoItem(
        _("New request from %(name)s", name=row.name), (f"{PREFIX}{row.number}", row.product or _("No items")),
        row.created_at, ORDER.badge("requested"), _page(row), row.id,
    )  # fmt: skip


def _estimate(row: Any) -> TodoItem:
    return TodoItem(
        _("Quote for %(order)s not sent yet", order=f"{PREFIX}{row.number}"), (row.name, row.product or _("No items")),
        row.updated_at, ORDER.badge("estimating"), _page(row), row.id,
    )  # fmt: skip


def _unpaid() -> Rows:
    agreed = (
        select(Quote.total_minor)
        .join(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(Quote.order_id == Order.id, QuoteAnswer.answer == "accepted")
        .order_by(Quote.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = _orders(Order.placed_at, Order.currency, agreed.label("agreed_minor"))
    return query.order_by(Order.placed_at)


def _payment(row: Any) -> TodoItem:
    amount = (money(row.agreed_minor, row.currency),) if row.agreed_minor is not None else ()
    return TodoItem(
        _("Payment for %(order)s not recorded", order=f"{PREFIX}{row.number}"), (row.name, *amount), row.placed_at,
        (_("Awaiting payment"), "waiting"), _page(row), row.id,
    )  # fmt: skip


def _quotes_out() -> Rows:
    return (
        select(
            Order.number, Customer.name, Quote.version, Quote.created_at, Quote.valid_until,
            Order.id,
        )
        .join(Quote, Quote.order_id == Order.id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .order_by(Quote.created_at)
    )  # fmt: skip


def _quote_out(row: Any) -> TodoItem:
    return TodoItem(
        _("Quote %(order)s v%(version)s", order=f"{PREFIX}{row.number}", version=row.version),
        (row.name,), row.created_at, ORDER.badge("quoted"), _page(row), row.id, row.valid_until,
    )  # fmt: skip


def _questions() -> Rows:
    asked = (
        select(func.max(Event.at))
        .where(
            Event.subject_kind == "orders",
            Event.subject_id == Order.id,
            Event.name == "order.asked",
        )
        .scalar_subquery()
    )
    since = func.coalesce(asked, Order.updated_at).label("since")
    return _orders(Order.question, since).order_by(since)


def _question(row: Any) -> TodoItem:
    question = " ".join((row.question or "").split())
    if len(question) > QUESTION_SHOWN:
        question = f"{question[:QUESTION_SHOWN]}…"
    return TodoItem(
        question or _("Question"), (row.name, f"{PREFIX}{row.number}"), row.since,
        ORDER.badge("needs_info"), _page(row), row.id,
    )  # fmt: skip


def _holds() -> Rows:
    columns = (Hold.reason, Hold.owner_label, Hold.created_at.label("since"), Hold.follow_up_on)
    return _orders(*columns).join(Hold, is_open(Order)).order_by(Hold.follow_up_on)


def _hold(row: Any) -> TodoItem:
    return TodoItem(
        _("%(order)s is on hold: %(reason)s", order=f"{PREFIX}{row.number}", reason=row.reason),
        (row.name, _("owner %(name)s", name=row.owner_label)),
        row.since, (_("On hold"), "held"), _page(row), row.id, row.follow_up_on,
    )  # fmt: skip


TODOS = (
    Todo(
        "holds",
        "order.hold",
        _hold,
        query=_holds,
        where=(is_due(), Order.state.in_(OPEN)),
        urgency=Urgency.BLOCKING,
        button=_l("Follow up"),
        icon="pause",
    ),
    Todo(
        "new_requests",
        "order.estimate",
        _request,
        query=lambda: _orders().order_by(Order.created_at),
        where=(Order.state == "requested",),
        urgency=Urgency.CUSTOMER_WAITS,
        button=_l("Prepare quote"),
        icon="mail",
        page="orders",
        counted=Order,
    ),
    Todo(
        "quotes_to_send",
        "quote.send",
        _estimate,
        query=lambda: _orders().order_by(Order.updated_at),
        where=(Order.state == "estimating",),
        urgency=Urgency.CUSTOMER_WAITS,
        button=_l("Review and send"),
        icon="quote",
    ),
    Todo(
        "payments",
        "payment.confirm",
        _payment,
        query=_unpaid,
        where=(Order.state == "placed", Order.paid_at.is_(None), Customer.terms.in_(PAID_FIRST)),
        urgency=Urgency.BLOCKING,
        button=_l("Record payment"),
        icon="coin",
    ),
    Todo(
        "quotes_out",
        "order.view",
        _quote_out,
        query=_quotes_out,
        where=(Order.state == "quoted", QuoteAnswer.id.is_(None)),
        waits_for="customer",
    ),
    Todo(
        "questions",
        "order.view",
        _question,
        query=_questions,
        where=(Order.state == "needs_info",),
        waits_for="customer",
    ),
)
