"""Families and products as rows; their properties are JSON in the shape of `app.catalog.properties`."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.path_changes import PathChange
from app.catalog.states import CHANGE, OFFERED, PRODUCT
from app.core.db import AppendOnly, Model, Record, Versioned, state_column
from app.core.typed_json import TypedJSON

#: Levels of the tree that are read together with what hangs on them; deeper ones are read one by one.
READ_AHEAD = 6


class ProductFamily(Record, Versioned, Model):
    """What several products have in common: they inherit its properties, and those of the families
    above it. The database refuses a family that would lie below itself."""

    __tablename__ = "product_families"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),)

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("product_families.id"), index=True
    )
    properties: Mapped[dict[str, JsonValue]] = mapped_column(JSONB, default=dict)

    parent: Mapped[ProductFamily | None] = relationship(
        remote_side="ProductFamily.id", lazy="selectin", join_depth=READ_AHEAD
    )

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> list[ProductFamily]:
        """The families from the top of the tree down to this one."""
        found: list[ProductFamily] = []
        family: ProductFamily | None = self
        while family is not None:
            found.append(family)
            family = family.parent
        return found[::-1]


class Product(Record, Versioned, Model):
    """Something a customer can ask for. `properties` holds only what differs from the family."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="slug"),
        Index(None, "state"),
    )

    slug: Mapped[str] = mapped_column(String(80), unique=True)
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(Text, default="")
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("product_families.id"), index=True)
    properties: Mapped[dict[str, JsonValue]] = mapped_column(JSONB, default=dict)
    state: Mapped[str] = state_column(PRODUCT)

    family: Mapped[ProductFamily] = relationship(lazy="selectin")

    def __str__(self) -> str:
        return self.name

    @hybrid_property
    def active(self) -> bool:
        """Whether it can be ordered."""
        return self.state == OFFERED

    @active.inplace.expression
    @classmethod
    def _active_expression(cls) -> Any:
        return cls.state == OFFERED


class CatalogSku(Model):
    """A SKU that a product claims, for itself or for one of its variants: each has one holder. A trigger
    of the table of products keeps it."""

    __tablename__ = "catalog_skus"

    sku: Mapped[str] = mapped_column(String(64), primary_key=True)
    product_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )


class CatalogChange(Record, Versioned, Model):
    """A change of a family's or a product's own properties that takes effect on a day of the shop's zone.

    `changes` says what is set where, and what was there when it was scheduled: where that has changed
    meanwhile nothing is applied and `reason` says so.
    """

    __tablename__ = "catalog_changes"
    __table_args__ = (
        CheckConstraint("(family_id IS NULL) <> (product_id IS NULL)", name="subject"),
        Index(None, "state", "effective_on"),
    )

    family_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("product_families.id", ondelete="CASCADE"), index=True
    )
    product_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("products.id", ondelete="CASCADE"), index=True
    )
    effective_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    changes: Mapped[list[PathChange]] = mapped_column(TypedJSON(list[PathChange]))
    state: Mapped[str] = state_column(CHANGE)
    reason: Mapped[str] = mapped_column(Text, default="")

    family: Mapped[ProductFamily | None] = relationship(lazy="selectin")
    product: Mapped[Product | None] = relationship(lazy="selectin")

    @property
    def subject(self) -> Product | ProductFamily:
        """The family or product that it changes."""
        found = self.product or self.family
        assert found is not None, "a CHECK of the table"
        return found


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
