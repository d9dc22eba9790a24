"""Customers and the people to write to."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Sequence, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model, Record, Versioned, one_of, words_index
from app.core.translations import _l
from app.tax.rule import TaxStatus

#: When payment is due: stored value → words.
TERMS = {
    "prepaid": _l("Payment before production"),
    "deposit": _l("Deposit, balance before shipping"),
    "net_14": _l("Net 14 days"),
    "net_30": _l("Net 30 days"),
}
#: What a customer is for tax: stored value → words.
TAX_KINDS = {
    "private": _l("Private customer"),
    "business": _l("Business with a VAT number"),
    "exempt": _l("Exempt from tax"),
}
NO_TEXT = text("''")
FIRST_NUMBER = 1001
NUMBERS = Sequence("customer_numbers", start=FIRST_NUMBER, metadata=Model.metadata)


class CustomerGroup(Record, Versioned, Model):
    """Customers who share a price list, such as resellers. An archived one is offered no more."""

    __tablename__ = "customer_groups"
    __table_args__ = (CheckConstraint("key ~ '^[a-z][a-z0-9_]{0,39}$'", name="key"),)

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    archived_at: Mapped[datetime | None]

    def __str__(self) -> str:
        return self.name


class Customer(Record, Versioned, Model):
    """A company, or a person who orders for themselves. `terms` is when payment is due. An exempt one has the
    reason that papers print, and where there is one its certificate and last day."""

    __tablename__ = "customers"
    __table_args__ = (
        one_of("terms", TERMS),
        one_of("tax_kind", TAX_KINDS),
        words_index("customers", "name"),
    )

    number: Mapped[int] = mapped_column(
        Integer, NUMBERS, server_default=NUMBERS.next_value(), unique=True
    )
    name: Mapped[str] = mapped_column(String(200))
    terms: Mapped[str] = mapped_column(String(16), default="prepaid")
    tax_kind: Mapped[str] = mapped_column(String(16), default="private", server_default="private")
    vat_number: Mapped[str] = mapped_column(String(30), default="", server_default=NO_TEXT)
    exempt_reason: Mapped[str] = mapped_column(String(200), default="", server_default=NO_TEXT)
    exempt_certificate: Mapped[str] = mapped_column(String(60), default="", server_default=NO_TEXT)
    exempt_until: Mapped[date | None]

    group_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("customer_groups.id"), index=True)

    group: Mapped[CustomerGroup | None] = relationship()
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="customer", order_by="Contact.created_at"
    )

    @property
    def reference(self) -> str:
        """The number as people read it: ``C-1001``."""
        return f"C-{self.number}"

    @property
    def tax_status(self) -> TaxStatus:
        """What the customer is for tax, as a rule is found from it."""
        found = {
            "kind": self.tax_kind,
            "vat_number": self.vat_number,
            "reason": self.exempt_reason,
            "certificate": self.exempt_certificate,
            "valid_until": self.exempt_until,
        }
        return TaxStatus.model_validate(found)

    def __str__(self) -> str:
        return f"{self.name} ({self.reference})"


class Contact(Record, Versioned, Model):
    """A person to write to. `email` is normalised; one address belongs to one contact only."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        words_index("contacts", "name"),
        words_index("contacts", "email"),
    )

    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    phone: Mapped[str] = mapped_column(String(40), default="", server_default="")

    customer: Mapped[Customer] = relationship(back_populates="contacts", lazy="selectin")

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
