"""Price lists: for everyone, a group or one customer, with their days and the prices of products and families."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.pricing.terms import ListPrice, PriceListTerms
from app.core.db import Model, Record, Versioned, one_of, state_column
from app.core.translations import _, _l
from app.core.typed_json import TypedJSON
from app.core.web.formats import long_date
from app.customers.models import Customer, CustomerGroup
from app.pricelists.states import PRICE_LIST

AUDIENCES = {
    "everyone": _l("Everyone"),
    "group": _l("A customer group"),
    "customer": _l("One customer"),
}
#: Least and most percent of a list: everything free, ten times the price.
LEAST_PERCENT, MOST_PERCENT = -100, 900


class PriceList(Record, Versioned, Model):
    """Prices for everyone, a group or one customer between two days that both count; no day is no limit.

    `percent` changes every price (below zero is a discount), `entries` those of a product or family. The database
    refuses two published lists of one audience and currency that hold on the same day.
    """

    __tablename__ = "price_lists"
    __table_args__ = (
        one_of("audience", AUDIENCES),
        CheckConstraint("(audience = 'group') = (group_id IS NOT NULL)", name="group"),
        CheckConstraint("(audience = 'customer') = (customer_id IS NOT NULL)", name="customer"),
        CheckConstraint("char_length(currency) = 3", name="currency"),
        CheckConstraint(
            f"percent >= {LEAST_PERCENT} AND percent <= {MOST_PERCENT}", name="percent"
        ),
        CheckConstraint("valid_until >= valid_from", name="validity"),
    )

    name: Mapped[str] = mapped_column(String(120))
    audience: Mapped[str] = mapped_column(String(16))
    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer_groups.id"), index=True)
    customer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    currency: Mapped[str] = mapped_column(String(3))
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4), default=Decimal(0))
    entries: Mapped[list[ListPrice]] = mapped_column(TypedJSON(list[ListPrice]), default=list)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    state: Mapped[str] = state_column(PRICE_LIST)

    group: Mapped[CustomerGroup | None] = relationship(lazy="selectin")
    customer: Mapped[Customer | None] = relationship(lazy="selectin")

    @property
    def terms(self) -> PriceListTerms:
        """The list as prices are calculated with it."""
        return PriceListTerms(
            key=str(self.id),
            name=self.name,
            percent=self.percent.normalize(),
            currency=self.currency,
            entries=tuple(self.entries),
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    @property
    def for_whom(self) -> str:
        """Who pays these prices, in words."""
        return str(self.group or self.customer or AUDIENCES[self.audience])

    @property
    def days(self) -> str:
        """When it holds, in words."""
        first = long_date(self.valid_from) if self.valid_from else ""
        last = long_date(self.valid_until) if self.valid_until else ""
        if first and last:
            return _("from %(first)s to %(last)s", first=first, last=last)
        if first:
            return _("from %(day)s", day=first)
        return _("until %(day)s", day=last) if last else _("without an end")

    def __str__(self) -> str:
        return self.name


_columns: Any = PriceList.__table__.c
PriceList.__table__.append_constraint(  # type: ignore[attr-defined]
    ExcludeConstraint(
        (_columns.audience, "="),
        (
            func.coalesce(
                _columns.group_id,
                _columns.customer_id,
                text("'00000000-0000-0000-0000-000000000000'::uuid"),
            ),
            "=",
        ),
        (_columns.currency, "="),
        (func.daterange(_columns.valid_from, _columns.valid_until, text("'[]'")), "&&"),
        name="ex_price_lists_validity",
        using="gist",
        where=text("state = 'published'"),
    )
)
