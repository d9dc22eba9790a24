"""Rates and the values that they had, each from a day on."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import AppendOnly, Model, Record, Versioned
from app.core.web.formats import quantity
from app.rates.rate import Rate


class MaterialRate(Record, Versioned, Model):
    """What something costs per `unit` in `currency`. An archived one keeps its values and is offered no more."""

    __tablename__ = "rates"
    __table_args__ = (
        CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name="key"),
        CheckConstraint("char_length(currency) = 3", name="currency"),
    )

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(20), default="", server_default="")
    currency: Mapped[str] = mapped_column(String(3))
    archived_at: Mapped[datetime | None]

    values: Mapped[list[RateValue]] = relationship(
        back_populates="rate", order_by="(RateValue.valid_from.desc(), RateValue.id.desc())"
    )

    def value_on(self, on: date) -> RateValue | None:
        """Return the value that holds on this day: the newest of those that began; None where none did."""
        return next((value for value in self.values if value.valid_from <= on), None)

    def as_of(self, value: Decimal, on: date, source: str) -> Rate:
        """Return the rate with this value, as prices take it."""
        return Rate(
            key=self.key, value=value, currency=self.currency, unit=self.unit, on=on,
            source=source, label=self.name,
        )  # fmt: skip

    @property
    def per(self) -> str:
        """What a value is in: ``GBP per g``."""
        return f"{self.currency}/{self.unit}" if self.unit else self.currency

    def __str__(self) -> str:
        return self.name


class RateValue(AppendOnly, Model):
    """What a rate came to from a day on, and who published it. Written once; a later one takes its place."""

    __tablename__ = "rate_values"
    __table_args__ = (
        CheckConstraint("value > 0", name="value"),
        Index("ix_rate_values_rate_id_valid_from", "rate_id", "valid_from", "id"),
    )

    rate_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rates.id"))
    value: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    valid_from: Mapped[date]
    source: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[str] = mapped_column(String(200))

    rate: Mapped[MaterialRate] = relationship(back_populates="values")

    def __str__(self) -> str:
        return f"{quantity(self.value)} {self.rate.per}"
