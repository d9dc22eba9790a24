"""What waits at orders: requests, quotes and payments for staff; quotes and questions for customers."""

from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.core.backoffice.todo import Rows, Todo, TodoItem, Urgency
from app.core.events import Event
from app.core.holds import Hold, is_due, is_open
from app.core.translations import _, _l
from app.core.web.formats import money
from app.customers.models import Customer
from app.orders.models import PAID_FIRST, PREFIX, Order, OrderLine, Quote, QuoteAnswer, QuoteLoss
from app.orders.states import OPEN, ORDER

QUESTION_SHOWN = 70


def _orders(*more: Any) -> Rows:
    first = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    product = first.order_by(OrderLine.position).limit(1).scalar_subquery().label("product")
    columns = (Order.id, Order.number, Order.created_at, Order.updated_at, Customer.name, product)
    return select(*columns, *more).join(Customer, Customer.id == Order.customer_id)


def _ref(row: Any) -> str:
    return f"{PREFIX}{row.number}"


def _item(
    row: Any,
    title: str,
    details: tuple[str, ...],
    since: datetime,
    badge: tuple[str, str],
    until: date | None = None,
) -> TodoItem:
    url = url_for("order_page.page", ref=_ref(row))
    return TodoItem(title, details, since, badge, url, row.id, until)


def _request(row: Any) -> TodoItem:
    title = _("New request from %(name)s", name=row.name)
    details = (_ref(row), row.product or _("No items"))
    return _item(row, title, details, row.created_at, ORDER.badge("requested"))


def _estimate(row: Any) -> TodoItem:
    title = _("Quote for %(order)s not sent yet", order=_ref(row))
    details = (row.name, row.product or _("No items"))
    return _item(row, title, details, row.updated_at, ORDER.badge("estimating"))


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
    title = _("Payment for %(order)s not recorded", order=_ref(row))
    badge = (_("Awaiting payment"), "waiting")
    return _item(row, title, (row.name, *amount), row.placed_at, badge)


def _tax(row: Any) -> TodoItem:
    title = _("Tax of %(order)s to review: %(reason)s", order=_ref(row), reason=row.tax_to_review)
    return _item(row, title, (row.name,), row.updated_at, (_("Tax differs"), "waiting"))


def _delivery(row: Any) -> TodoItem:
    title = _("No delivery address for %(order)s", order=_ref(row))
    badge = (_("Address or pickup?"), "waiting")
    return _item(row, title, (row.name, row.product or _("No items")), row.placed_at, badge)


def _quotes_out() -> Rows:
    columns = (Order.number, Customer.name, Quote.version, Quote.created_at, Quote.valid_until)
    return (
        select(*columns, Order.id)
        .join(Quote, Quote.order_id == Order.id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .order_by(Quote.created_at)
    )


def _quote_out(row: Any) -> TodoItem:
    title = _("Quote %(order)s v%(version)s", order=_ref(row), version=row.version)
    badge = ORDER.badge("quoted")
    return _item(row, title, (row.name,), row.created_at, badge, row.valid_until)


def _losses() -> Rows:
    columns = (
        Order.id,
        Order.number,
        Customer.name,
        Quote.version,
        Quote.net_minor,
        Quote.currency,
    )
    return (
        select(*columns, QuoteLoss.now_minor, QuoteLoss.rate_label, QuoteLoss.updated_at)
        .join(Quote, Quote.order_id == Order.id)
        .join(QuoteLoss, QuoteLoss.quote_id == Quote.id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .order_by(QuoteLoss.updated_at)
    )


def _loss(row: Any) -> TodoItem:
    title = _("Quote %(order)s v%(version)s would lose money", order=_ref(row), version=row.version)
    amounts = {
        "quoted": money(row.net_minor, row.currency),
        "now": money(row.now_minor, row.currency),
    }
    words = _(
        "quoted %(quoted)s, now %(now)s by the rate of %(rate)s", rate=row.rate_label, **amounts
    )
    return _item(row, title, (row.name, words), row.updated_at, (_("Rate changed"), "attention"))


def _questions() -> Rows:
    asked_at = (
        select(func.max(Event.at))
        .where(
            Event.subject_kind == "orders",
            Event.subject_id == Order.id,
            Event.name == "order.asked",
        )
        .scalar_subquery()
    )
    since = func.coalesce(asked_at, Order.updated_at).label("since")
    return _orders(Order.question, since).order_by(since)


def _question(row: Any) -> TodoItem:
    question = " ".join((row.question or "").split())
    if len(question) > QUESTION_SHOWN:
        question = f"{question[:QUESTION_SHOWN]}…"
    details = (row.name, _ref(row))
    return _item(row, question or _("Question"), details, row.since, ORDER.badge("needs_info"))


def _holds() -> Rows:
    columns = (Hold.reason, Hold.owner_label, Hold.created_at.label("since"), Hold.follow_up_on)
    return _orders(*columns).join(Hold, is_open(Order)).order_by(Hold.follow_up_on)


def _hold(row: Any) -> TodoItem:
    title = _("%(order)s is on hold: %(reason)s", order=_ref(row), reason=row.reason)
    details = (row.name, _("owner %(name)s", name=row.owner_label))
    return _item(row, title, details, row.since, (_("On hold"), "held"), row.follow_up_on)


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
        "taxes",
        "payment.confirm",
        _tax,
        query=lambda: _orders(Order.tax_to_review).order_by(Order.updated_at),
        where=(Order.tax_to_review.is_not(None), Order.state == "placed"),
        urgency=Urgency.BLOCKING,
        button=_l("Review tax"),
        icon="coin",
    ),
    Todo(
        "deliveries",
        "order.set_delivery",
        _delivery,
        query=lambda: _orders(Order.placed_at).order_by(Order.placed_at),
        where=(Order.state == "placed", ~Order.is_pickup, Order.ship_to == {}),
        urgency=Urgency.CUSTOMER_WAITS,
        button=_l("Set delivery"),
        icon="truck",
    ),
    Todo(
        "losing_quotes",
        "quote.send",
        _loss,
        query=_losses,
        where=(Order.state == "quoted", QuoteAnswer.id.is_(None)),
        urgency=Urgency.BLOCKING,
        button=_l("Review quote"),
        icon="alert",
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
