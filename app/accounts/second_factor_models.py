"""What proves who somebody is besides their password: an authenticator app, passkeys, and codes to recover
with."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Identified, Model


class Authenticator(Identified, Model):
    """A person's authenticator app (TOTP, RFC 6238). `secret` is encrypted under CREDENTIALS_KEY;
    `last_step` is the time step of the code that was used last: no code is taken twice."""

    __tablename__ = "authenticators"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), unique=True)
    secret: Mapped[str] = mapped_column(Text)
    last_step: Mapped[int] = mapped_column(BigInteger)


class Passkey(Identified, Model):
    """A passkey of a person (WebAuthn). `sign_count` is what its authenticator counted at its last use, 0
    for one that doesn't count; what was asked of it before `last_used_at` is not taken again."""

    __tablename__ = "passkeys"
    __table_args__ = (
        Index(None, "staff_id"),
        Index("ix_passkeys_credential_id", "credential_id", unique=True),
        CheckConstraint("sign_count >= 0", name="sign_count"),
    )

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Identified, Model):
    """One code that takes the place of the second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (Index(None, "staff_id"),)

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]
