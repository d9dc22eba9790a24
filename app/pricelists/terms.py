"""The terms that a price is calculated under: price list, rates and promotion of a customer on a day."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select

from app.catalog.models import Product
from app.catalog.pricing import PriceTerms
from app.catalog.pricing.terms import PriceListTerms, Promotion
from app.catalog.properties import Properties
from app.catalog.services.price_terms import base_terms
from app.core.db import db
from app.customers.models import Customer
from app.pricelists.models import PriceList
from app.pricelists.states import IN_FORCE

#: Whose list goes first where several say something of a product.
NEAREST = ("customer", "group", "everyone")


def terms_for(
    wanted: Sequence[tuple[Product, Properties]],
    on: date,
    customer_id: uuid.UUID | None = None,
    promotion: Promotion | None = None,
) -> list[PriceTerms]:
    """Return the terms of each product, priced with these properties, for a customer (None: somebody unknown).

    Of the lists that hold on the day the customer's own goes first, then their group's, then everyone's: the first
    that says something of the product makes its price. One query for all lists, one for the rates if a formula
    names any. Tax is added by whoever knows where it goes.
    """
    lists = _lists(on, customer_id)
    found = []
    for (_row, properties), terms in zip(wanted, base_terms(wanted, on), strict=True):
        update = {
            "price_list": _list_for(terms, properties.price.currency, lists),
            "promotion": promotion,
        }
        found.append(terms.model_copy(update=update))
    return found


def _lists(on: date, customer_id: uuid.UUID | None) -> list[PriceList]:
    group = select(Customer.group_id).where(Customer.id == customer_id).scalar_subquery()
    theirs = [PriceList.audience == "everyone"]
    if customer_id is not None:
        theirs += [PriceList.customer_id == customer_id, PriceList.group_id == group]
    query = select(PriceList).where(
        PriceList.state == IN_FORCE,
        or_(*theirs),
        or_(PriceList.valid_from.is_(None), PriceList.valid_from <= on),
        or_(PriceList.valid_until.is_(None), PriceList.valid_until >= on),
    )
    return sorted(db.session.scalars(query), key=lambda row: NEAREST.index(row.audience))


def _list_for(
    terms: PriceTerms, currency: str, lists: Iterable[PriceList]
) -> PriceListTerms | None:
    """Return the nearest list in this currency that says something of the product, with that alone."""
    for row in lists:
        if row.currency != currency:
            continue
        whole = row.terms
        entry = whole.entry_for(terms.sku, terms.families)
        if entry is not None or whole.percent:
            return whole.model_copy(update={"entries": (entry,) if entry else ()})
    return None
