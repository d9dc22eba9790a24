"""What open orders keep of the catalogue: a line holds the product as it was requested, so that a choice which is
taken away stays in it."""

import uuid
from collections.abc import Sequence

from sqlalchemy import and_, func, or_, select

from app.catalog.services.preview import KEPT_BY, Removed
from app.core.db import db
from app.core.translations import _
from app.core.web.formats import quantity
from app.orders.models import Order, OrderLine
from app.orders.states import BEFORE_QUOTE, QUOTED


def open_orders_with(
    product_ids: Sequence[uuid.UUID], removed: frozenset[Removed]
) -> tuple[int, int]:
    """Return how many open quotes, and how many requests without one, have a line of these products that
    chose what is removed."""

    def chosen(key: str) -> object:
        return func.jsonb_extract_path_text(OrderLine.configuration, "options", key)

    whole = {key for key, choice in removed if not choice}
    conditions = [chosen(key).is_not(None) for key in whole]  # type: ignore[attr-defined]
    conditions += [chosen(key) == choice for key, choice in removed if key not in whole]
    query = (
        select(Order.state, func.count(Order.id.distinct()))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            and_(OrderLine.product_id.in_(product_ids), or_(*conditions)),
            Order.state.in_(BEFORE_QUOTE | QUOTED),
        )
        .group_by(Order.state)
    )
    counts = {row[0]: row[1] for row in db.session.execute(query)}
    quotes = sum(number for state, number in counts.items() if state in QUOTED)
    return quotes, sum(counts.values()) - quotes


def _sentences(product_ids: Sequence[uuid.UUID], removed: frozenset[Removed]) -> list[str]:
    quotes, requests = open_orders_with(product_ids, removed)
    found = []
    if quotes:
        found.append(_("Open quotes that keep what you take away: %(n)s.", n=quantity(quotes)))
    if requests:
        said = _(
            "Requests without a quote that keep what you take away: %(n)s.", n=quantity(requests)
        )
        found.append(said)
    return found


KEPT_BY.append(_sentences)
