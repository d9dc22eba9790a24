"""The stock ledger. Every movement has a from and a to; levels are their sum, kept for speed.

Amounts are in the item's own unit with three decimals.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import HASHED_WHERE_SET, AppendOnly, Model, Record, Versioned, one_of
from app.stock.events import REASONS

LOCATION_KINDS = ("internal", "supplier", "production", "customer", "adjustment")
AMOUNT = Numeric(14, 3)
LOT_MAX = 64


class StockLocation(Record, Model):
    """A place. Only what lies in an `internal` one is on hand; the others are where things come
    from and go to, so that no movement has only one end."""

    __tablename__ = "stock_locations"
    __table_args__ = (one_of("kind", LOCATION_KINDS),)

    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))

    def __str__(self) -> str:
        return self.name


class StockItem(Record, Versioned, Model):
    """Something that is counted: a paper, a powder, a metal. `home` is where it lies."""

    __tablename__ = "stock_items"

    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(16))
    home_location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_locations.id"))

    home: Mapped[StockLocation] = relationship(lazy="selectin")
    level: Mapped[StockLevel] = relationship(
        primaryjoin="and_(StockItem.id == StockLevel.item_id, StockLevel.lot == '', "
        "StockItem.home_location_id == StockLevel.location_id)",
        lazy="selectin",
        uselist=False,
        viewonly=True,
    )

    def __str__(self) -> str:
        return self.sku


class StockLevel(Model):
    """The sums for one item in one place, of one lot (empty: not told apart by lots). The database
    refuses what can't be, whatever the code does."""

    __tablename__ = "stock_levels"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("reserved >= 0", name="reserved"),
        CheckConstraint("reserved <= on_hand", name="available"),
    )

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_items.id"), primary_key=True)
    location_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("stock_locations.id"), primary_key=True
    )
    lot: Mapped[str] = mapped_column(
        String(LOT_MAX), primary_key=True, default="", server_default=""
    )
    on_hand: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))

    item: Mapped[StockItem] = relationship()

    @property
    def available(self) -> Decimal:
        """What may still be promised: on hand less reserved."""
        return self.on_hand - self.reserved


class Reservation(Record, Model):
    """What one claim (an order line) holds of one item in one place, of one lot. Open until
    `released_at`.

    `claim_id` and `stream_id` name rows of higher rooms, so they carry no foreign key.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        UniqueConstraint("item_id", "claim_id", "location_id", "lot"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("consumed >= 0 AND consumed <= quantity", name="consumed"),
        Index(None, "claim_id"),
        Index(None, "stream_id"),
    )

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_items.id"))
    location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_locations.id"))
    lot: Mapped[str] = mapped_column(String(LOT_MAX), default="", server_default="")
    claim_id: Mapped[uuid.UUID]
    stream_id: Mapped[uuid.UUID]
    quantity: Mapped[Decimal] = mapped_column(AMOUNT)
    consumed: Mapped[Decimal] = mapped_column(AMOUNT, default=Decimal(0))
    released_at: Mapped[datetime | None]

    item: Mapped[StockItem] = relationship(lazy="selectin")

    @property
    def held(self) -> Decimal:
        """What is still set aside: nothing once released, else the part not yet consumed."""
        return Decimal(0) if self.released_at else self.quantity - self.consumed


class StockMovement(AppendOnly, Model):
    """An amount of an item that went from one place to another. Written once, undone by its
    inverse. `once_key` is the caller's: the same key twice is refused, so a repeat has no effect."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("from_location_id <> to_location_id", name="two_ends"),
        CheckConstraint("(reason = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        one_of("reason", REASONS),
        Index(None, "item_id", "id"),
        Index(None, "reservation_id"),
        Index(None, "stream_id"),
    )

    item_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_items.id"))
    from_location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_locations.id"))
    to_location_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stock_locations.id"))
    lot: Mapped[str] = mapped_column(
        String(LOT_MAX), default="", server_default="", info=HASHED_WHERE_SET
    )
    quantity: Mapped[Decimal] = mapped_column(AMOUNT)
    reason: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    reservation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("reservations.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("stock_movements.id"), unique=True
    )
    stream_id: Mapped[uuid.UUID | None]
    once_key: Mapped[str | None] = mapped_column(String(120), unique=True)

    item: Mapped[StockItem] = relationship(lazy="selectin")
    origin: Mapped[StockLocation] = relationship(foreign_keys=[from_location_id], lazy="selectin")
    target: Mapped[StockLocation] = relationship(foreign_keys=[to_location_id], lazy="selectin")
