"""What waits for a customer: proofs and quotes that are out, questions, files that did not come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from app.artwork.models import ArtworkSlot
from app.core.db import db
from app.core.events import Event
from app.customers.models import Customer
from app.orders.models import PREFIX, Order, Quote, QuoteAnswer
from app.orders.states import OPEN

PER_KIND = 6
SHOWN = 8
TOTAL = func.count().over().label("total")


@dataclass(frozen=True)
class Waiting:
    """One thing that a customer has and has not answered; `until` is when it runs out."""

    what: str
    customer: str
    order: str
    since: datetime
    until: date | None
    url: str


@dataclass(frozen=True)
class Outstanding:
    """The oldest of them, and how many there are."""

    items: tuple[Waiting, ...]
    count: int


def read() -> Outstanding:
    """Return what is out with customers, longest first. Three queries."""
    rows: list[Waiting] = []
    count = 0
    for query, make in (_slots(), _quotes(), _questions()):
        found = db.session.execute(query.limit(PER_KIND)).all()
        count += int(found[0].total) if found else 0
        rows += [make(row) for row in found]
    rows.sort(key=lambda row: row.since)
    return Outstanding(tuple(rows[:SHOWN]), count)


Make = Callable[[Any], Waiting]


def _slots() -> tuple[Any, Make]:
    query = (
        select(ArtworkSlot, Order.number, Customer.name, TOTAL)
        .join(Order, Order.id == ArtworkSlot.stream_id)
        .join(Customer, Customer.id == Order.customer_id)
        .where(ArtworkSlot.state.in_(("proof_sent", "awaiting_file")), Order.state.in_(OPEN))
        .order_by(ArtworkSlot.entered_at)
    )

    def make(row: Any) -> Waiting:
        slot: ArtworkSlot = row[0]
        out = slot.state == "proof_sent"
        ref = f"{PREFIX}{row.number}"
        url = (
            url_for("artwork.review", slot_id=slot.id)
            if out
            else url_for("order_page.page", ref=ref)
        )
        what = f"{'Proof' if out else 'File'}, {slot.label}"
        return Waiting(what, row.name, ref, slot.entered_at, None, url)

    return query, make


def _quotes() -> tuple[Any, Make]:
    query = (
        select(
            Order.number, Customer.name, Quote.version, Quote.created_at, Quote.valid_until, TOTAL
        )
        .join(Quote, Quote.order_id == Order.id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(Order.state == "quoted", QuoteAnswer.id.is_(None))
        .order_by(Quote.created_at)
    )

    def make(row: Any) -> Waiting:
        ref = f"{PREFIX}{row.number}"
        url = url_for("order_page.page", ref=ref)
        what = f"Quote {ref} v{row.version}"
        return Waiting(what, row.name, "", row.created_at, row.valid_until, url)

    return query, make


def _questions() -> tuple[Any, Make]:
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
    query = (
        select(Order.number, Order.question, Customer.name, since, TOTAL)
        .join(Customer, Customer.id == Order.customer_id)
        .where(Order.state == "needs_info")
        .order_by(since)
    )

    def make(row: Any) -> Waiting:
        ref = f"{PREFIX}{row.number}"
        question = " ".join((row.question or "").split())
        what = f"{question[:70]}…" if len(question) > 70 else question or "Question"
        url = url_for("order_page.page", ref=ref)
        return Waiting(what, row.name, ref, row.since, None, url)

    return query, make
