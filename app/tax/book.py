"""The shop's tax classes, rates and settings as they are now: what each rule is found from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import g, has_request_context
from sqlalchemy import select

from app.core.db import db
from app.tax.models import TaxClass, TaxRate
from app.tax.rule import Destination, GoodsClass, Rate, Seller, TaxRule, TaxStatus, tax_rule
from app.tax.settings import TaxSettings, tax_settings
from app.tax.territories import territory

#: The class of products that name none.
USUAL_CLASS = "standard"


@dataclass(frozen=True)
class TaxBook:
    """The shop's classes, rates and settings as they are now: what a rule is found from."""

    settings: TaxSettings
    classes: Mapping[str, GoodsClass]
    rates: tuple[Rate, ...]

    @property
    def seller(self) -> Seller:
        return self.settings.seller

    def rule(
        self,
        class_key: str,
        destination: Destination,
        customer: TaxStatus,
        on: date,
        own: Rate | None = None,
    ) -> TaxRule:
        """Return the rule of a class (“” is the shop's usual one). `own` is the rate of a product from before
        there were classes: it stands for the class's own, in whatever country it is taxed."""
        key = class_key or USUAL_CLASS
        goods = self.classes.get(key) or GoodsClass(key=key)
        rates = self.rates
        if own is not None:
            goods = goods.model_copy(update={"kind": "taxed"})
            places = {territory(self.seller.country), territory(destination.country)} - {""}
            rates = tuple(
                own.model_copy(update={"class_key": key, "country": place}) for place in places
            )
        return tax_rule(goods, self.seller, destination, customer, on, rates)


def tax_book() -> TaxBook:
    """Return the shop's classes and rates, in two queries."""
    classes = {row.key: row.goods for row in db.session.scalars(select(TaxClass))}
    columns = [getattr(TaxRate, name) for name in Rate.model_fields if name != "class_key"]
    query = select(TaxClass.key.label("class_key"), *columns).join_from(TaxRate, TaxClass)
    rates = tuple(
        Rate(**{**row._mapping, "percent": row.percent.normalize()})
        for row in db.session.execute(query)
    )
    return TaxBook(tax_settings(), classes, rates)


def current_book() -> TaxBook:
    """Return the book as it was when this request first asked for it; outside requests as it is now."""
    if not has_request_context():
        return tax_book()
    if "tax_book" not in g:
        g.tax_book = tax_book()
    return g.tax_book  # type: ignore[no-any-return]
