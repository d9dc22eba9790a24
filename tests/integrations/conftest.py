from __future__ import annotations

from datetime import date

import pytest

from app.catalog.configuration import Configuration
from app.core.actor import system
from app.core.clock import now, today
from app.core.db import db
from app.core.events import record
from app.core.ids import new_id
from app.integrations.accounting import Sale, Tax
from app.orders.models import Order, Quote, QuoteAnswer
from app.orders.quoted import QuotedLine
from tests.notify.conftest import an_order

NET, TAX = 11357, 2271


@pytest.fixture
def sale() -> Sale:
    return a_sale()


def a_sale(**changes) -> Sale:
    """A sale with a number of its own, since a journal entry is written once for good."""
    values = {
        "number": f"MR-{new_id().hex[-12:]}",
        "customer": "Example Stationers",
        "closed_on": date(2026, 11, 21),
        "currency": "EUR",
        "net_minor": NET,
        "taxes": (Tax(label="VAT 20%", amount_minor=TAX),),
        "total_minor": NET + TAX,
    }
    return Sale(**values | changes)


def a_closed_order(*, accepted: bool = True) -> Order:
    """A placed and closed order with an accepted quote, as its own verbs would leave it."""
    order = an_order()
    line = QuotedLine(
        line_id=new_id(),
        product_name="Card",
        configuration=Configuration(),
        quantity=250,
        rows=[],
        net_minor=NET,
        tax_minor=TAX,
        tax_label="VAT 20%",
    )
    quote = Quote(
        order_id=order.id,
        version=1,
        lines=[line],
        currency="EUR",
        net_minor=NET,
        tax_minor=TAX,
        total_minor=NET + TAX,
        tax_label="VAT 20%",
        valid_until=today(),
        sent_by="Juno Example",
    )
    db.session.add(quote)
    db.session.flush()
    answer = "accepted" if accepted else "expired"
    db.session.add(QuoteAnswer(quote_id=quote.id, answer=answer, actor_label="Ada Example"))
    order.state, order.placed_at, order.ended_at = "closed", now(), now()
    db.session.flush()
    return order


def close(order: Order):
    return record("order.closed", order, system(), stream_id=order.id)
