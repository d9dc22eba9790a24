"""Orders, their lines, and the immutable versions of their quotes."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.catalog import revisions
from app.catalog.breakdown import BreakdownRow, breakdown_rows, breakdown_words
from app.catalog.configuration import Configuration
from app.catalog.properties import Properties
from app.catalog.properties.pricing import OLD_RUSH
from app.catalog.revisions import Revision
from app.core.db import AppendOnly, Model, Record, Versioned, one_of, state_column, words_index
from app.core.postal_address import PostalAddress
from app.core.translations import _l
from app.core.typed_json import TypedJSON
from app.customers.models import Contact, Customer
from app.orders.quoted import QuotedLine, TaxRow, tax_rows, taxes_of
from app.orders.states import ORDER, PLACED
from app.tax.rule import TaxRule

PREFIX = "MR-"
#: Payment terms that hold production back until the payment came.
PAID_FIRST = ("prepaid", "deposit")


def order_number(ref: str) -> int | None:
    """Return the number of a reference such as ``MR-10428``; None for anything else."""
    digits = ref.strip().upper().removeprefix(PREFIX)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else None


class Order(Record, Versioned, Model):
    """One record from first request to closed: one number, one link, one chain of events.

    `rush_level` is the key of the level that was chosen, empty for the first one of each product.
    `ship_to` empty and `is_pickup` false: nobody has said yet how it reaches the customer. `tax_to_review` says why
    the tax that was agreed may not be right any more.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("hold_reason <> ''", name="hold_reason"),
        CheckConstraint("char_length(currency) = 3", name="currency"),
        CheckConstraint("NOT is_pickup OR ship_to = '{}'", name="pickup"),
        CheckConstraint("rush OR rush_level = ''", name="rush_level"),
        Index("ix_orders_state_created_at", "state", "created_at", "id"),
        Index(None, "customer_id"),
        Index(None, "contact_id"),
        Index(None, "created_at", "id"),
        Index("ix_orders_state_updated_at", "state", "updated_at", "id"),
        Index("ix_orders_held", "id", postgresql_where=text("hold_reason IS NOT NULL")),
        Index("ix_orders_rush", "id", postgresql_where=text("rush")),
        Index("ix_orders_tax_to_review", "id", postgresql_where=text("tax_to_review IS NOT NULL")),
        CheckConstraint("tax_to_review <> ''", name="tax_to_review"),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(start=10001), unique=True)
    customer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("customers.id"))
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contacts.id"))
    state: Mapped[str] = state_column(ORDER)
    hold_reason: Mapped[str | None] = mapped_column(String(500))
    question: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(String(3))
    rush: Mapped[bool] = mapped_column(default=False)
    rush_level: Mapped[str] = mapped_column(String(40), default="", server_default=text("''"))
    wanted_on: Mapped[date | None] = mapped_column(Date)
    promised_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    ship_to: Mapped[PostalAddress] = mapped_column(TypedJSON(PostalAddress), default=PostalAddress)
    is_pickup: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    reason: Mapped[str | None] = mapped_column(Text)
    tax_to_review: Mapped[str | None] = mapped_column(String(500))
    placed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.position", lazy="selectin"
    )
    quotes: Mapped[list[Quote]] = relationship(order_by="Quote.version.desc()", viewonly=True)
    customer: Mapped[Customer] = relationship()
    contact: Mapped[Contact] = relationship()

    @property
    def rush_key(self) -> str:
        """The key of the rush level that it is priced at; empty where it is not rush."""
        return (self.rush_level or OLD_RUSH) if self.rush else ""

    @property
    def is_placed(self) -> bool:
        """Whether it is ordered and not yet closed."""
        return self.state in PLACED

    @property
    def delivery(self) -> str | None:
        """``pickup``, ``carrier`` where there is an address to send it to; None while nobody said."""
        if self.is_pickup:
            return "pickup"
        return "carrier" if self.ship_to else None

    @property
    def terms_met(self) -> bool:
        """Whether payment holds nothing back: it came, or the customer pays after delivery."""
        return self.paid_at is not None or self.customer.terms not in PAID_FIRST

    @property
    def ref(self) -> str:
        """The number as people write it: ``MR-10428``."""
        return f"{PREFIX}{self.number}"


class OrderLine(Record, Model):
    """One product with its configuration, quantity and, once agreed, price.

    It points at the product's revision of the moment when it was made, so that a later edit of the
    catalogue changes no order. `price_minor` is the net price of the whole line.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price_minor >= 0", name="price_minor"),
        Index(None, "product_id"),
        Index(None, "artwork_slot_id"),
        words_index("order_lines", "product_name"),
        words_index("order_lines", "sku"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    position: Mapped[int]
    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(String(200))
    sku: Mapped[str] = mapped_column(String(64))
    product_revision_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product_revisions.id"))
    configuration: Mapped[Configuration] = mapped_column(TypedJSON(Configuration))
    quantity: Mapped[int]
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    artwork_slot_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("artwork_slots.id"))

    order: Mapped[Order] = relationship(back_populates="lines")

    @property
    def revision(self) -> Revision:
        """The product's revision that the line agreed on.

        Where it must be read, those of all rows in the session are read with it, in one query.
        """
        key = self.product_revision_id
        found = revisions.kept(key)
        if found is None:
            session = object_session(self)
            beside = [vars(row) for row in session.identity_map.values()] if session else []
            ids = {row["product_revision_id"] for row in beside if "product_revision_id" in row}
            found = revisions.load(ids | {key})[key]
        return found

    @property
    def variants(self) -> list[BreakdownRow]:
        """The pieces of each variant; empty for a product without."""
        return breakdown_rows(self.specification, self.configuration.quantities)

    @property
    def breakdown(self) -> str:
        """How many of each variant, ``S 4, M 10, L 6``; empty for a product without variants."""
        return breakdown_words(self.specification, self.configuration.quantities)

    @property
    def specification(self) -> Properties:
        """The product's properties that the line agreed on."""
        return self.revision.properties


class Quote(AppendOnly, Model):
    """One numbered version of lines and prices. Written when it is sent, never changed.

    `lines` are the order's lines at that moment, each with its price.
    """

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("order_id", "version"),
        CheckConstraint("net_minor >= 0 AND tax_minor >= 0", name="amounts"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="total"),
        CheckConstraint("version > 0", name="version"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    version: Mapped[int]
    lines: Mapped[list[QuotedLine]] = mapped_column(TypedJSON(list[QuotedLine]))
    currency: Mapped[str] = mapped_column(String(3))
    net_minor: Mapped[int] = mapped_column(BigInteger)
    tax_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)
    tax_label: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    promised_on: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    sent_by: Mapped[str] = mapped_column(String(200))

    answer: Mapped[QuoteAnswer | None] = relationship(viewonly=True, lazy="joined")

    @property
    def taxes(self) -> dict[str, int]:
        """Name of each rate → its tax. One sum for a version whose lines don't say their rates."""
        found = taxes_of(self.lines)
        is_whole = "" not in found and sum(found.values()) == self.tax_minor
        return found if is_whole else {self.tax_label: self.tax_minor}

    @property
    def tax_rows(self) -> list[TaxRow]:
        """Each rate with its sums and the sentence that is printed; one row where the lines don't say theirs."""
        if any(line.tax_label == "" for line in self.lines):
            return [TaxRow(label=self.tax_label, tax_minor=self.tax_minor)]
        return tax_rows(self.lines)

    @property
    def tax_place(self) -> TaxRule | None:
        """Where the first line is taxed, and whether that is an estimate; None where the lines don't say."""
        return next((line.tax for line in self.lines if line.tax), None)

    @property
    def reference(self) -> dict[str, object]:
        """Id and number of this version, for the payload of an event."""
        return {"quote_id": self.id, "version": self.version}

    @property
    def state(self) -> str:
        """sent until it was answered; then accepted, rejected, superseded or expired."""
        return self.answer.answer if self.answer else "sent"


class QuoteAnswer(AppendOnly, Model):
    """What ended a quote version: the customer's word, a newer version, or its date."""

    __tablename__ = "quote_answers"
    __table_args__ = (
        one_of("answer", ("accepted", "rejected", "superseded", "expired")),
        UniqueConstraint("quote_id"),
        Index(None, "created_at"),
    )

    quote_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quotes.id"))
    answer: Mapped[str] = mapped_column(String(16))
    typed_name: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    actor_label: Mapped[str] = mapped_column(String(200))


class QuoteLoss(Record, Model):
    """A quote that a rate made too cheap while it was out: `now_minor` is the net that its lines come to at the
    newest value of that rate."""

    __tablename__ = "quote_losses"
    __table_args__ = (CheckConstraint("now_minor >= 0", name="now_minor"),)

    quote_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("quotes.id"), unique=True)
    rate_key: Mapped[str] = mapped_column(String(40))
    rate_label: Mapped[str] = mapped_column(String(120))
    now_minor: Mapped[int] = mapped_column(BigInteger)


QUOTE_WORDS = {
    "sent": (_l("Sent"), "waiting"),
    "accepted": (_l("Accepted"), "good"),
    "rejected": (_l("Rejected"), "bad"),
    "superseded": (_l("Replaced"), "done"),
    "expired": (_l("Expired"), "done"),
}
