"""The table of the shop's settings: one row for each section that was ever saved."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, Versioned


class ShopSettings(Versioned, Record, Model):
    """The values of one section; who changed them and from what to what is in its events."""

    __tablename__ = "shop_settings"

    section: Mapped[str] = mapped_column(String(40), unique=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
