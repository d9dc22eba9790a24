"""The customer's word on a quote."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.clock import now, today
from app.core.errors import AlreadyDone, BadInput, Stale, WrongState
from app.core.events import record
from app.core.settings import current
from app.orders import locks
from app.orders.models import Order, Quote
from app.orders.services.quoting import end_quote, newest_quote
from app.orders.states import ORDER


def accept_quote(order_id: uuid.UUID, version: int, typed_name: str, *, actor: Actor) -> Order:
    """Accept quote `version` as it was shown: the order is placed at its prices.

    Raises Stale where a newer version was sent meanwhile, WrongState where it ran out, AlreadyDone
    for a second click. Locks the order.
    """
    order = locks.order(order_id)
    require(actor, "quote.answer", stream_id=order.id)
    quote = _shown(order, version, "accept")
    if not typed_name.strip():
        raise BadInput("Type your name to accept the quote.", field="typed_name")
    change = ORDER.fire(order, "accept_quote")
    by_line = {row["line_id"]: row["net_minor"] for row in quote.lines}
    for line in order.lines:
        line.price_minor = by_line[str(line.id)]
    order.placed_at = now()
    order.promised_on = quote.promised_on
    end_quote(quote, "accepted", actor, name=typed_name.strip()[:200])
    data = {
        "quote_id": quote.id,
        "version": quote.version,
        "total_minor": quote.total_minor,
        "typed_name": typed_name.strip()[:200],
    }
    record("quote.accepted", order, actor, stream_id=order.id, data=data)
    record("order.placed", order, actor, stream_id=order.id, data=data, **change)
    return order


def reject_quote(order_id: uuid.UUID, version: int, note: str, *, actor: Actor) -> Order:
    """Say no to quote `version`; the order ends. Same errors as accept_quote. Locks the order."""
    order = locks.order(order_id)
    require(actor, "quote.answer", stream_id=order.id)
    quote = _shown(order, version, "reject")
    change = ORDER.fire(order, "reject_quote")
    order.ended_at = now()
    order.reason = note.strip()[:4000] or None
    end_quote(quote, "rejected", actor, note=note.strip()[:4000])
    record(
        "quote.rejected",
        order,
        actor,
        stream_id=order.id,
        data={"quote_id": quote.id, "version": quote.version, "note": order.reason},
        **change,
    )
    return order


def _shown(order: Order, version: int, verb: str) -> Quote:
    quote = newest_quote(order.id)
    if quote is None:
        raise WrongState("There is no quote to answer yet.")
    done = {"accept": "accepted", "reject": "rejected"}[verb]
    if quote.answer is not None and quote.answer.answer == done and quote.version == version:
        raise AlreadyDone(f"You {done} this quote before. Nothing was changed.")
    if quote.version != version:
        raise Stale(
            f"Quote version {version} was replaced by version {quote.version}.",
            next_step="Look at the new one before you answer.",
        )
    if quote.answer is None and quote.valid_until < today(current().timezone):
        raise WrongState(
            f"This quote ran out on {quote.valid_until:%-d %B %Y}.",
            next_step="Ask us for a new one; your request and files are kept.",
        )
    return quote
