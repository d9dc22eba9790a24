"""order.closed → one entry in the books: the intent is committed, then written, then settled."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.core.actor import system
from app.core.db import db, get
from app.core.events import Event
from app.core.settings import current
from app.integrations import services
from app.integrations.accounting import Sale, Tax, WriteError, adapters
from app.integrations.models import SyncIntent
from app.orders.models import Order, Quote, QuoteAnswer

TARGET = "journal"


@dataclass(frozen=True)
class Posting:
    """What `act` needs, read while the intent was locked."""

    intent_id: uuid.UUID
    key: str
    target: str
    payload: dict[str, Any]
    interrupted: bool


def key_of(order_id: uuid.UUID, target: str = TARGET) -> str:
    """Return the key under which an order's sale is known, here and at the other side."""
    return f"{target}:sale:{order_id}"


def sale_of(order: Order) -> Sale | None:
    """Return the order as a sale: the lines as they were agreed. None where nothing was agreed."""
    agreed = (
        select(Quote)
        .join(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(Quote.order_id == order.id, QuoteAnswer.answer == "accepted")
        .order_by(Quote.version.desc())
        .limit(1)
    )
    quote = db.session.scalars(agreed).first()
    if quote is None or order.ended_at is None:
        return None
    taxes: dict[str, int] = defaultdict(int)
    for line in quote.lines:
        taxes[str(line.get("tax_label") or quote.tax_label)] += int(line.get("tax_minor", 0))
    if sum(taxes.values()) != quote.tax_minor:
        taxes = defaultdict(int, {quote.tax_label: quote.tax_minor})
    return Sale(
        number=order.ref,
        customer=order.customer.name,
        closed_on=order.ended_at.astimezone(ZoneInfo(current().timezone)).date(),
        currency=quote.currency,
        net_minor=quote.net_minor,
        taxes=tuple(Tax(label, amount) for label, amount in sorted(taxes.items()) if amount),
        total_minor=quote.total_minor,
    )


def load(event: Event) -> Posting | None:
    """Intend the entry and claim it; None where nothing was agreed or it is settled."""
    sale = sale_of(get(Order, event.subject_id))
    if sale is None:
        return None
    intent = services.intend(
        key_of(event.subject_id),
        TARGET,
        sale.as_payload(),
        actor=system(),
        stream_id=event.stream_id,
    )
    claimed = services.claim(intent.id)
    if claimed is None:
        return None
    row, interrupted = claimed
    return Posting(row.id, row.key, row.target, dict(row.payload), interrupted)


def act(posting: Posting) -> tuple[str, dict[str, Any] | None, str]:
    """Write the entry, or find it where an earlier try was cut off: (trigger, outcome, error)."""
    adapter = adapters()[posting.target]
    sale = Sale.from_payload(posting.payload)
    if posting.interrupted:
        known = adapter.written(posting.key, sale)
        if isinstance(known, dict):
            return "accept", known, ""
        if known is False:
            return "lose", None, "The writing was cut off. It may or may not be in the books."
    try:
        return "accept", adapter.write(posting.key, sale), ""
    except WriteError as problem:
        if problem.permanent:
            return "fail", None, str(problem)
        raise


def save(event: Event, posting: Posting, result: tuple[str, dict[str, Any] | None, str]) -> None:
    """Settle the intent."""
    trigger, outcome, error = result
    services.settle(posting.intent_id, trigger, outcome=outcome, error=error)


def released(event: Event, problem: BaseException) -> None:
    """Give the claim back after a try that surely wrote nothing."""
    intent = _intent_of(event)
    if intent is not None and isinstance(problem, WriteError):
        services.release(intent.id, str(problem))


def failed(event: Event, problem: BaseException) -> None:
    """Mark the intent when its last try is over."""
    intent = _intent_of(event)
    if intent is None or intent.state not in {"intended", "sending"}:
        return
    sure = isinstance(problem, WriteError) or intent.state == "intended"
    services.settle(intent.id, "fail" if sure else "lose", error=str(problem))


def _intent_of(event: Event) -> SyncIntent | None:
    query = select(SyncIntent).where(SyncIntent.key == key_of(event.subject_id))
    return db.session.scalars(query).first()
