"""The customer's answer to a quote.

These run as verbs (app/orders/verbs.py): the order is locked and everything was checked before.
"""

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import Stale
from app.core.events import record
from app.core.translations import _
from app.orders.models import Order, Quote
from app.orders.services.quoting import end_quote, newest_quote
from app.orders.states import ORDER


def accept_quote(order: Order, actor: Actor, version: int, typed_name: str) -> Order:
    """Accept quote `version`: the order is placed at its prices.

    Raises Stale where a newer version was sent meanwhile. Records quote.accepted and order.placed.
    """
    quote = _require_newest(order, version)
    change = ORDER.fire(order, "accept_quote")
    by_line = {row.line_id: row.net_minor for row in quote.lines}
    for line in order.lines:
        line.price_minor = by_line[line.id]
    order.placed_at = now()
    order.promised_on = quote.promised_on
    end_quote(quote, "accepted", actor, name=typed_name)
    data = quote.reference | {"total_minor": quote.total_minor, "typed_name": typed_name}
    record("quote.accepted", order, actor, data=data)
    record("order.placed", order, actor, data=data, **change)
    return order


def reject_quote(order: Order, actor: Actor, version: int, note: str = "") -> Order:
    """Decline quote `version`; the order ends. Raises Stale as accept_quote. Records quote.rejected."""
    quote = _require_newest(order, version)
    change = ORDER.fire(order, "reject_quote")
    order.ended_at = now()
    order.reason = note or None
    end_quote(quote, "rejected", actor, note=note)
    record("quote.rejected", order, actor, data=quote.reference | {"note": order.reason}, **change)
    return order


def _require_newest(order: Order, version: int) -> Quote:
    quote = newest_quote(order.id)
    if quote is None or quote.version != version:
        newest = quote.version if quote else 0
        raise Stale(
            _(
                "Quote version %(version)s was replaced by version %(newest)s.",
                version=version,
                newest=newest,
            ),
            next_step=_("Review the new version before you answer."),
        )
    return quote
