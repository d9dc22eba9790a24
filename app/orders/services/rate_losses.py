"""Open quotes that a rate makes too cheap: what they would come to at its new value."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import String, cast, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.catalog.models import ProductRevision
from app.catalog.pricing import price_order
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Properties
from app.core.clock import now
from app.core.db import db
from app.core.ids import new_id
from app.customers.models import Customer
from app.orders.models import PREFIX, Order, Quote, QuoteAnswer, QuoteLoss
from app.orders.quoted import QuotedLine
from app.rates.rate import Rate


@dataclass(frozen=True)
class LosingQuote:
    """An open quote and the net that its lines come to now, both in minor units."""

    quote_id: uuid.UUID
    order_id: uuid.UUID
    number: int
    version: int
    customer: str
    currency: str
    quoted_minor: int
    now_minor: int

    @property
    def ref(self) -> str:
        return f"{PREFIX}{self.number}"


def losing_quotes(rate: Rate) -> list[LosingQuote]:
    """Return the quotes that are out and would come to more at this rate than was quoted, the largest loss first.

    A quote is calculated again from what is stored with it, the rate alone replaced; a line that staff priced by
    hand counts with what its rule says.
    """
    found = [one for one in _recalculated(rate) if one.now_minor > one.quoted_minor]
    return sorted(found, key=lambda one: (one.quoted_minor - one.now_minor, one.number))


def record_losses(rate: Rate) -> int:
    """Write down which open quotes this rate makes too cheap, and take back those that it makes good again.
    Returns how many are too cheap."""
    count = 0
    for one in _recalculated(rate):
        same = QuoteLoss.quote_id == one.quote_id
        if one.now_minor <= one.quoted_minor:
            db.session.execute(delete(QuoteLoss).where(same, QuoteLoss.rate_key == rate.key))
            continue
        values = {"rate_key": rate.key, "rate_label": rate.label, "now_minor": one.now_minor}
        statement = insert(QuoteLoss).values(id=new_id(), quote_id=one.quote_id, **values)
        update = values | {"updated_at": now()}
        db.session.execute(
            statement.on_conflict_do_update(index_elements=["quote_id"], set_=update)
        )
        count += 1
    return count


def _recalculated(rate: Rate) -> Iterator[LosingQuote]:
    query = (
        select(Quote, Order.number, Customer.name)
        .join(Order, Order.id == Quote.order_id)
        .join(Customer, Customer.id == Order.customer_id)
        .outerjoin(QuoteAnswer, QuoteAnswer.quote_id == Quote.id)
        .where(
            Order.state == "quoted",
            QuoteAnswer.id.is_(None),
            cast(Quote.lines, String).contains(f'"{rate.key}"'),
        )
        .order_by(Quote.id)
    )
    for quote, number, customer in db.session.execute(query):
        if any(line.inputs and rate.key in line.inputs.terms.rates for line in quote.lines):
            net = _net_at(rate, quote.lines)
            yield LosingQuote(
                quote.id, quote.order_id, number, quote.version, customer, quote.currency,
                quote.net_minor, net,
            )  # fmt: skip


def _net_at(rate: Rate, lines: list[QuotedLine]) -> int:
    hashes = {line.revision_sha256 for line in lines}
    query = select(ProductRevision.sha256, ProductRevision.content)
    rows = db.session.execute(query.where(ProductRevision.sha256.in_(hashes)))
    revisions = {sha256: Properties.model_validate(content) for sha256, content in rows}
    again, fixed = [], 0
    for line in lines:
        if line.inputs is None or line.revision_sha256 not in revisions:
            fixed += line.net_minor
            continue
        made = line.inputs.line(revisions[line.revision_sha256], line.configuration, line.quantity)
        again.append(_with_rate(made, rate))
    return fixed + sum(price.net_minor for price in price_order(again))


def _with_rate(line: LineToPrice, rate: Rate) -> LineToPrice:
    if rate.key not in line.terms.rates:
        return line
    rates = line.terms.rates | {rate.key: rate}
    return replace(line, terms=line.terms.model_copy(update={"rates": rates}))
