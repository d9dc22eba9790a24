"""Promotion codes, and the orders that used one."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.pricing.terms import Promotion
from app.core.db import Model, Record, Versioned
from app.core.typed_json import TypedJSON


class PromotionCode(Record, Versioned, Model):
    """A code that takes percent or an amount off, within its limits. `code` is kept in capitals.

    Amounts are in minor units of `currency`; `skus` and `families` (addresses) name what it is for, everything
    where both are empty. No limit where one is None.
    """

    __tablename__ = "promotion_codes"
    __table_args__ = (
        CheckConstraint("code = upper(code) AND code <> ''", name="code"),
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent"),
        CheckConstraint("fixed_minor >= 0", name="fixed_minor"),
        CheckConstraint("min_net_minor >= 0", name="min_net_minor"),
        CheckConstraint("most_minor > 0", name="most_minor"),
        CheckConstraint("total_limit > 0 AND customer_limit > 0", name="limits"),
        CheckConstraint("char_length(currency) = 3", name="currency"),
        CheckConstraint("valid_until >= valid_from", name="validity"),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4), default=Decimal(0))
    fixed_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    min_net_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    most_minor: Mapped[int | None] = mapped_column(BigInteger)
    first_order_only: Mapped[bool] = mapped_column(default=False)
    total_limit: Mapped[int | None]
    customer_limit: Mapped[int | None]
    skus: Mapped[list[str]] = mapped_column(TypedJSON(list[str]), default=list)
    families: Mapped[list[str]] = mapped_column(TypedJSON(list[str]), default=list)
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    archived_at: Mapped[datetime | None]

    def terms(self, entered_on: date | None = None) -> Promotion:
        """Return the code as prices are calculated with it; one entered on a day holds as it did then."""
        return Promotion(
            code=self.code,
            label=self.label,
            percent=self.percent.normalize(),
            fixed_minor=self.fixed_minor,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            min_net_minor=self.min_net_minor,
            most_minor=self.most_minor,
            skus=tuple(self.skus),
            families=tuple(self.families),
            entered_on=entered_on,
        )

    def __str__(self) -> str:
        return self.code


class PromotionUse(Record, Model):
    """An order that uses a code, from its request until it ends without being placed, or is cancelled."""

    __tablename__ = "promotion_uses"
    __table_args__ = (
        Index(
            "uq_promotion_uses_order_id", "order_id", unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_promotion_uses_promotion_id", "promotion_id", "customer_id"),
    )  # fmt: skip

    promotion_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("promotion_codes.id"))
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    entered_on: Mapped[date]
    released_at: Mapped[datetime | None]

    promotion: Mapped[PromotionCode] = relationship(lazy="selectin")
