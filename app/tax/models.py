"""Classes of goods and their rates, dated, by country and region."""

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Numeric, String, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, Record, Versioned, one_of
from app.core.translations import _l
from app.tax.rule import GoodsClass, Rate

KINDS = {
    "taxed": _l("Taxed at its rates"),
    "zero": _l("Zero-rated"),
    "exempt": _l("Exempt"),
}
SUPPLIES = {"goods": _l("Goods"), "service": _l("Service")}


class TaxClass(Record, Versioned, Model):
    """A class of goods that are taxed alike. `note` is printed where an exempt one is sold."""

    __tablename__ = "tax_classes"
    __table_args__ = (
        CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name="key"),
        one_of("kind", KINDS),
        one_of("supply", SUPPLIES),
    )

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16), default="taxed", server_default="taxed")
    supply: Mapped[str] = mapped_column(String(16), default="goods", server_default="goods")
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")

    @property
    def goods(self) -> GoodsClass:
        """The class as a rule is found from it."""
        return GoodsClass.model_validate(self, from_attributes=True)

    def __str__(self) -> str:
        return self.name


class TaxRate(Record, Versioned, Model):
    """A class's rate in a country, or in one region of it, between two days that both count; no day is no limit.

    The database refuses two rates of one class and place that hold on the same day.
    """

    __tablename__ = "tax_rates"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("percent >= 0 AND percent <= 100", name="percent"),
        CheckConstraint("valid_until >= valid_from", name="validity"),
    )

    class_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tax_classes.id"))
    country: Mapped[str] = mapped_column(String(2))
    region: Mapped[str] = mapped_column(String(60), default="", server_default="")
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4))
    label: Mapped[str] = mapped_column(String(20), default="VAT", server_default="VAT")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]

    tax_class: Mapped[TaxClass] = relationship(lazy="joined", innerjoin=True)

    @property
    def rate(self) -> Rate:
        """The rate as a rule is found from it."""
        return Rate(
            class_key=self.tax_class.key,
            country=self.country,
            region=self.region,
            percent=self.percent.normalize(),
            label=self.label,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )

    def __str__(self) -> str:
        place = f"{self.country}-{self.region}" if self.region else self.country
        return f"{self.tax_class.name}, {place}, {self.label} {self.percent.normalize():f} %"


TaxRate.__table__.append_constraint(  # type: ignore[attr-defined]
    ExcludeConstraint(
        (TaxRate.__table__.c.class_id, "="),
        (TaxRate.__table__.c.country, "="),
        (TaxRate.__table__.c.region, "="),
        (
            func.daterange(TaxRate.__table__.c.valid_from, TaxRate.__table__.c.valid_until, "[]"),
            "&&",
        ),
        name="ex_tax_rates_validity",
        using="gist",
    )
)
