"""What the lines of an order are priced with, and their prices by the rules they were requested under."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from app.artwork.models import ArtworkVersion
from app.catalog.facts import Facts
from app.catalog.models import Product
from app.catalog.pricing import ItemisedPrice, PriceInputs, PriceTerms, price_order
from app.catalog.pricing.tax_terms import with_tax_terms
from app.core.clock import shop_day
from app.core.db import db
from app.core.translations import _
from app.files.models import Asset
from app.inspection.file_facts import FileFacts
from app.orders.delivery import destination_of
from app.orders.models import Order, OrderLine
from app.orders.quoted import QuotedLine
from app.pricelists.services.promotions import promotion_of
from app.pricelists.terms import terms_for
from app.tax.book import tax_book


def line_facts(lines: Iterable[OrderLine]) -> dict[uuid.UUID, FileFacts]:
    """Return line id → facts of its newest checked file, in one query; lines without are left out."""
    by_slot = {line.artwork_slot_id: line.id for line in lines if line.artwork_slot_id}
    if not by_slot:
        return {}
    query = (
        select(ArtworkVersion.slot_id, Asset.facts)
        .join(Asset, ArtworkVersion.asset_id == Asset.id)
        .where(ArtworkVersion.slot_id.in_(by_slot))
        .ext(distinct_on(ArtworkVersion.slot_id))
        .order_by(ArtworkVersion.slot_id, ArtworkVersion.number.desc())
    )
    return {by_slot[slot_id]: facts for slot_id, facts in db.session.execute(query)}


def terms_of(lines: Sequence[OrderLine], on: date) -> dict[uuid.UUID, PriceTerms]:
    """Return line id → the terms that it is priced under on this day."""
    if not lines:
        return {}
    query = select(Product).where(Product.id.in_({line.product_id for line in lines}))
    products = {product.id: product for product in db.session.scalars(query)}
    wanted = [(products[line.product_id], line.specification) for line in lines]
    order = lines[0].order
    found = terms_for(wanted, on, order.customer_id, promotion_of(order.id))
    named = zip(lines, found, strict=True)
    return taxed_terms(lines, {line.id: terms for line, terms in named}, on)


def taxed_terms(
    lines: Sequence[OrderLine], terms: Mapping[uuid.UUID, PriceTerms], on: date
) -> dict[uuid.UUID, PriceTerms]:
    """Return line id → its terms with the tax of where its order goes now and of its customer."""
    book = tax_book()
    return {
        line.id: with_tax_terms(
            terms[line.id],
            line.specification,
            book,
            on,
            destination_of(line.order),
            line.order.customer.tax_status,
        )
        for line in lines
    }


def price_inputs(lines: Sequence[OrderLine]) -> dict[uuid.UUID, PriceInputs]:
    """Return line id → what it is priced with today; one query for all files, one for all products."""
    facts, day = line_facts(lines), shop_day()
    terms = terms_of(lines, day)
    return {
        line.id: PriceInputs(
            on=day,
            rush=line.order.rush_key,
            facts=Facts.of(facts.get(line.id)),
            breakdown=line.configuration.quantities,
            terms=terms[line.id],
        )
        for line in lines
    }


def tax_difference(order: Order, quoted: Iterable[QuotedLine]) -> str:
    """Return how the tax of where the order goes now differs from that of the quoted lines, "" where it is the
    same; lines from before rules were stored are left out."""
    quoted = [line for line in quoted if line.inputs and line.tax]
    if not quoted:
        return ""
    day = quoted[0].inputs.on if quoted[0].inputs else shop_day()
    rules = taxed_terms(order.lines, {line.id: PriceTerms() for line in order.lines}, day)
    for line in quoted:
        now = rules[line.line_id].tax if line.line_id in rules else None
        if line.tax and now and now.row_key != line.tax.row_key:
            names = {"then": line.tax.label, "now": now.label}
            return _(
                "The delivery changed and with it the tax: %(now)s instead of %(then)s.", **names
            )
    return ""


def prices_by(
    lines: Sequence[OrderLine],
    inputs: Mapping[uuid.UUID, PriceInputs],
    entered: Mapping[uuid.UUID, int] | None = None,
) -> dict[uuid.UUID, ItemisedPrice]:
    """Return line id → its price by its rule with these inputs; `entered`: line id → the net that staff set."""
    to_price = [
        inputs[line.id].line(line.specification, line.configuration, line.quantity)
        for line in lines
    ]
    by_index = {
        index: entered[line.id]
        for index, line in enumerate(lines)
        if entered and line.id in entered
    }
    prices = price_order(to_price, by_index)
    return {line.id: price for line, price in zip(lines, prices, strict=True)}


def suggest(lines: Iterable[OrderLine]) -> dict[uuid.UUID, ItemisedPrice]:
    """Return line id → its price by the rule that it was requested under."""
    lines = list(lines)
    return prices_by(lines, price_inputs(lines))
