"""What proves who somebody is besides their password: an authenticator app, and codes to recover with."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model


class Authenticator(Identified, Model):
    """A person's authenticator app (TOTP, RFC 6238). `secret` is encrypted under CREDENTIALS_KEY;
    `last_step` is the time step of the code that was used last: no code is taken twice."""

    __tablename__ = "authenticators"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger)


class RecoveryCode(Identified, Model):
    """One code that takes the place of the second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "staff_id"),)

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
