"""Families and products as rows; their properties are JSON in the shape of `app.catalog.properties`."""

import uuid

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import AppendOnly, Model, Record, Versioned


class ProductFamily(Record, Versioned, Model):
    """What several products have in common: they inherit its properties."""

    __tablename__ = "product_families"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),)

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    properties: Mapped[dict[str, JsonValue]] = mapped_column(JSONB, default=dict)

    def __str__(self) -> str:
        return self.name


class Product(Record, Versioned, Model):
    """Something a customer can ask for. `properties` holds only what differs from the family."""

    __tablename__ = "products"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),)

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product_families.id"), index=True)
    properties: Mapped[dict[str, JsonValue]] = mapped_column(JSONB, default=dict)
    active: Mapped[bool] = mapped_column(default=True, index=True)

    family: Mapped[ProductFamily] = relationship(lazy="selectin")

    def __str__(self) -> str:
        return self.name


class ProductRevision(AppendOnly, Model):
    """All properties that a product had at one moment, inherited ones included. Written once.

    `sha256` is over the canonical JSON of `content`; order lines point here, so what was agreed on
    is kept once and can be proved.
    """

    __tablename__ = "product_revisions"
    __table_args__ = (UniqueConstraint("product_id", "sha256"),)
    sealed_by_itself = True

    product_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("products.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, JsonValue]] = mapped_column(JSONB)
