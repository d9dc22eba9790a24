"""Tables of fulfilment. An order has many shipments; each is its own record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Sequence,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import AppendOnly, Model, Record, one_of, state_column
from app.core.outbound.intent import OutboundIntent, newest
from app.core.postal_address import PostalAddress
from app.core.typed_json import TypedJSON
from app.fulfilment.carriers import Carrier
from app.fulfilment.states import METHODS, SHIPMENT


class Shipment(Record, Model):
    """Pieces of one order that leave together, by a carrier or by pickup.

    `breakdowns`: order line id → variant → pieces, for the lines of which it is known which variants are in it.
    """

    __tablename__ = "shipments"
    __table_args__ = (
        one_of("method", METHODS),
        CheckConstraint("weight_g > 0", name="weight_g"),
        Index(None, "order_id"),
        Index(None, "state", "created_at"),
        Index(None, "created_at", "id"),
        Index("uq_shipments_tracking_number", "tracking_number", unique=True),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(start=5001), unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    state: Mapped[str] = state_column(SHIPMENT)
    method: Mapped[str] = mapped_column(String(16), default="carrier")
    carrier_key: Mapped[str | None] = mapped_column(String(40))
    service: Mapped[str] = mapped_column(String(40), default="standard")
    tracking_number: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[PostalAddress] = mapped_column(TypedJSON(PostalAddress), default=PostalAddress)
    weight_g: Mapped[int | None]
    label_key: Mapped[str | None] = mapped_column(String(300))
    label_sha256: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str] = mapped_column(Text, default="")
    breakdowns: Mapped[dict[str, dict[str, int]]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'")
    )
    shipped_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]

    lines: Mapped[list[ShipmentLine]] = relationship(
        back_populates="shipment", order_by="ShipmentLine.id", lazy="selectin"
    )
    parcels: Mapped[list[Parcel]] = relationship(
        back_populates="shipment", order_by="Parcel.position", lazy="selectin"
    )

    @property
    def ref(self) -> str:
        """The number as people say it: ``S-5001``."""
        return f"S-{self.number}"

    @property
    def is_pickup(self) -> bool:
        """Whether the customer collects it."""
        return self.method == "pickup"

    @property
    def pieces(self) -> int:
        """How many pieces are in it."""
        return sum(line.quantity for line in self.lines)

    def __str__(self) -> str:
        return self.ref


class ShipmentLine(AppendOnly, Model):
    """How many pieces of one order line are in the shipment."""

    __tablename__ = "shipment_lines"
    __table_args__ = (
        UniqueConstraint("shipment_id", "line_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "line_id"),
    )

    shipment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shipments.id"))
    line_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("order_lines.id"))
    quantity: Mapped[int]

    shipment: Mapped[Shipment] = relationship(back_populates="lines")


class Parcel(Record, Model):
    """One box of a shipment: weight in grams, outer size in millimetres where it was measured."""

    __tablename__ = "parcels"
    __table_args__ = (
        UniqueConstraint("shipment_id", "position"),
        CheckConstraint("weight_g > 0", name="weight_g"),
        CheckConstraint("length_mm > 0 AND width_mm > 0 AND height_mm > 0", name="size_mm"),
    )

    shipment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shipments.id"))
    position: Mapped[int] = mapped_column(default=1)
    weight_g: Mapped[int]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]

    shipment: Mapped[Shipment] = relationship(back_populates="parcels")

    @property
    def size_mm(self) -> tuple[int, int, int] | None:
        """Length, width and height; None where it was not measured."""
        if self.length_mm and self.width_mm and self.height_mm:
            return self.length_mm, self.width_mm, self.height_mm
        return None


LABEL_NUMBERS = Sequence("label_numbers", start=10_000_001, metadata=Model.metadata)
"""Numbers for label requests, of which no two are the same."""


@dataclass(frozen=True)
class ShipmentWithLabel:
    """A shipment and the newest request for its label, read when first asked for."""

    shipment: Shipment

    @cached_property
    def label(self) -> OutboundIntent | None:
        return newest(self.shipment.id, Carrier.kind)
