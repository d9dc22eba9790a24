"""What needs somebody on the way to a placed order: requests, prices, artwork, payments, messages."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK
from app.backoffice.needs import ASKED, BLOCKED, PER_SOURCE, WRONG, Found, Need, found
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.web.formats import money
from app.customers.models import Customer
from app.integrations.models import SyncIntent
from app.notify.models import Message
from app.notify.states import MESSAGE, RESENDABLE
from app.orders.models import PREFIX, Order, OrderLine, Quote, QuoteAnswer
from app.orders.states import OPEN, ORDER

TOTAL = func.count().over().label("total")
PREPAID = ("prepaid", "deposit")
TO_DECIDE = ("on_hold", "internal_review", "changes_requested")
SLOT_TITLES = {
    "on_hold": "{} was stopped by preflight",
    "internal_review": "{} waits for the internal signature",
    "changes_requested": "{}: the customer asked for changes",
}


def product() -> Any:
    """The name of an order's first product, as a scalar subquery."""
    first = select(OrderLine.product_name).where(OrderLine.order_id == Order.id)
    return first.order_by(OrderLine.position).limit(1).scalar_subquery()


def _orders(*more: Any) -> Select[Any]:
    return select(
        Order.id,
        Order.number,
        Order.created_at,
        Customer.name,
        product().label("what"),
        TOTAL,
        *more,
    ).join(Customer, Customer.id == Order.customer_id)


def _page(number: int) -> str:
    return url_for("order_page.page", ref=f"{PREFIX}{number}")


def requests() -> Found:
    """New requests that nobody has looked at."""
    query = _orders().where(Order.state == "requested").order_by(Order.created_at)

    def make(row: Any) -> Need:
        more = (f"{PREFIX}{row.number}", row.what or "no line")
        badge = (ORDER.word("requested"), ORDER.colour("requested"))
        return Need(
            ASKED, f"New request from {row.name}", more, row.created_at, badge,
            _page(row.number), "Work out the price", "mail", row.id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def quotes() -> Found:
    """Orders whose price is being worked out and whose quote is still to be sent."""
    query = _orders(Order.updated_at).where(Order.state == "estimating").order_by(Order.updated_at)

    def make(row: Any) -> Need:
        badge = (ORDER.word("estimating"), ORDER.colour("estimating"))
        return Need(
            ASKED, f"Quote {PREFIX}{row.number} is to be sent", (row.name, row.what or "no line"),
            row.updated_at, badge, _page(row.number), "Check and send", "quote", row.id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def payments() -> Found:
    """Placed orders that are paid before the work begins, and are not paid."""
    agreed = (
        select(Quote.total_minor)
        .join(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(Quote.order_id == Order.id, QuoteAnswer.answer == "accepted")
        .order_by(Quote.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        _orders(Order.placed_at, Order.currency, agreed.label("agreed_minor"))
        .where(Order.state == "placed", Order.paid_at.is_(None), Customer.terms.in_(PREPAID))
        .order_by(Order.placed_at)
    )

    def make(row: Any) -> Need:
        amount = (money(row.agreed_minor, row.currency),) if row.agreed_minor is not None else ()
        return Need(
            BLOCKED, f"Payment for {PREFIX}{row.number} is not noted", (row.name, *amount),
            row.placed_at, ("Waits for payment", "waiting"), _page(row.number),
            "Note the payment", "coin", row.id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def artwork() -> Found:
    """Files that prepress has to decide about."""
    query = (
        select(ArtworkSlot, Order.id.label("order_id"), Order.number, Customer.name, TOTAL)
        .join(Order, Order.id == ArtworkSlot.stream_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(ArtworkSlot.state.in_(TO_DECIDE), Order.state.in_(OPEN))
        .order_by(ArtworkSlot.entered_at)
    )

    def make(row: Any) -> Need:
        slot: ArtworkSlot = row[0]
        why = (slot.hold_reason,) if slot.state == "on_hold" and slot.hold_reason else ()
        return Need(
            BLOCKED, SLOT_TITLES[slot.state].format(slot.label),
            (f"{PREFIX}{row.number}", row.name, *why), slot.entered_at,
            (ARTWORK.word(slot.state), ARTWORK.colour(slot.state)),
            url_for("artwork.review", slot_id=slot.id), "Open review", "image", row.order_id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def messages() -> Found:
    """Messages that did not arrive, or may not have, and were not sent again."""
    again = select(Message.resend_of_id).where(Message.resend_of_id.is_not(None))
    query = (
        select(Message, TOTAL)
        .where(Message.state.in_(RESENDABLE), Message.id.not_in(again))
        .order_by(Message.id)
    )

    def make(row: Any) -> Need:
        message: Message = row[0]
        why = (message.error.splitlines()[0][:120],) if message.error else ()
        lost = message.state == "unknown"
        title = "May not have arrived" if lost else "Did not arrive"
        return Need(
            WRONG, f"{title}: {message.subject}", (message.recipient, *why), message.created_at,
            (MESSAGE.word(message.state), MESSAGE.colour(message.state)),
            url_for("messages.details_view", id=message.id), "See the message", "mail",
            message.stream_id,
        )  # fmt: skip

    return found(db.session.execute(query.limit(PER_SOURCE)).all(), make)


def dead_letters() -> Found:
    """What failed for good, as one line."""
    oldest = func.min(Delivery.updated_at)
    row = db.session.execute(select(func.count(), oldest).where(Delivery.state == "dead")).one()
    if not row[0]:
        return Found((), 0)
    title = "A reaction failed for good" if row[0] == 1 else f"{row[0]:,} reactions failed for good"
    more = ("nothing is lost, replay it when the cause is mended",)
    url = url_for("dead_letters.index_view")
    return Found(
        [Need(WRONG, title, more, row[1], ("Dead letter", "bad"), url, "See why", "skull")], 1
    )


def writes() -> Found:
    """Writes to other systems that failed, as one line."""
    oldest = func.min(SyncIntent.created_at)
    wrong = select(func.count(), oldest).where(SyncIntent.state.in_(("failed", "unknown")))
    row = db.session.execute(wrong).one()
    if not row[0]:
        return Found((), 0)
    title = "A write to another system failed"
    if row[0] > 1:
        title = f"{row[0]:,} writes to other systems failed"
    url = url_for("intents.index_view")
    more = ("no order waits for it",)
    return Found([Need(WRONG, title, more, row[1], ("Failed", "bad"), url, "See why", "plug")], 1)


SOURCES = (
    ("order.estimate", requests),
    ("quote.send", quotes),
    ("payment.confirm", payments),
    ("artwork.check", artwork),
    ("message.resend", messages),
    ("deadletter.replay", dead_letters),
    ("integration.view", writes),
)
