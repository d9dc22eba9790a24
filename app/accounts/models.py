"""Staff, their sessions and roles; links of customers; tokens of other software. No secret is
stored: passwords are kept as argon2id, tokens as their SHA-256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Any, ClassVar, Self

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.matrix import ROLE_WORDS, ROLES, permissions_of
from app.core.clock import now
from app.core.db import Identified, Model, Record, Versioned, one_of
from app.core.ids import hash_token
from app.core.ids import token as random_token
from app.core.settings import current
from app.core.translations import _l

THEMES = {"system": _l("Same as the system"), "light": _l("Light"), "dark": _l("Dark")}
IDLE = timedelta(hours=12)
LIFE = timedelta(days=7)


class Staff(Record, Versioned, Model):
    """A person of the shop. `email` is kept in lower case; without a password nobody signs in."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_staff_badge_hash", "badge_hash", unique=True),
        one_of("theme", THEMES),
    )

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    timezone: Mapped[str] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(8), default="system", server_default="system")
    disabled_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    second_factor_due_at: Mapped[datetime | None]
    pin_hash: Mapped[str | None] = mapped_column(String(255))
    badge_hash: Mapped[str | None] = mapped_column(String(64))

    held: Mapped[list[StaffRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="StaffRole.role"
    )

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles' names, in the order of the matrix."""
        mine = {row.role for row in self.held}
        return tuple(role for role in ROLES if role in mine)

    @property
    def role_words(self) -> str:
        """The roles as people call them: ``Sales, Finance``."""
        return ", ".join(ROLE_WORDS[role] for role in self.roles)

    @property
    def permissions(self) -> frozenset[str]:
        """What the matrix allows this person."""
        return permissions_of(self.roles)

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None

    def __str__(self) -> str:
        return self.name


class StaffRole(Model):
    """One role that one person has."""

    __tablename__ = "staff_roles"
    __table_args__ = (one_of("role", ROLES),)

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(16), primary_key=True)


class StaffSession(Identified, Model):
    """One browser in which a person is signed in: dead after 12 h without use, after 7 days always."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        Index(
            "ix_staff_sessions_open",
            "staff_id",
            "last_seen_at",
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(String(300), default="")
    ip: Mapped[str] = mapped_column(String(45), default="")
    method: Mapped[str] = mapped_column(String(16), default="password", server_default="password")

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)

    @property
    def is_at_station(self) -> bool:
        """Whether it was opened by a PIN or a badge: it opens stations and nothing else."""
        return self.method == "station"

    def is_open(self, moment: datetime) -> bool:
        """Return whether the session still lets its person in at `moment`."""
        fresh = self.last_seen_at > moment - IDLE and self.expires_at > moment
        return self.ended_at is None and fresh and self.staff.disabled_at is None


class SecretLink:
    """A way in by a link. Its token is made from `salt` and the shop's secret, and stored nowhere."""

    purpose: ClassVar[str]

    salt: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]

    @classmethod
    def issue(cls, valid_for: timedelta, **columns: Any) -> Self:
        """Return a new row, which its session does not know yet."""
        made = cls(expires_at=now() + valid_for, **columns)  # type: ignore[call-arg]
        made.renew_token()
        return made

    def renew_token(self) -> None:
        """Give the row another token; the former one opens nothing any more."""
        self.salt = random_token()
        self.token_hash = hash_token(self.token)

    @property
    def token(self) -> str:
        """The token, for the message that carries it."""
        return derived_token(self.purpose, self.salt)

    @property
    def is_token_known(self) -> bool:
        """Whether `token` opens the row: not where it was issued under another secret key."""
        return hash_token(self.token) == self.token_hash


class PasswordReset(SecretLink, Identified, Model):
    """A one-use way to choose a new password."""

    __tablename__ = "password_resets"
    purpose = "password-reset"

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    used_at: Mapped[datetime | None]

    staff: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class SetupLink(SecretLink, Identified, Model):
    """The one-use way in for the first owner, while the shop has no staff."""

    __tablename__ = "setup_links"
    purpose = "set-up"

    used_at: Mapped[datetime | None]


class KnownBrowser(Identified, Model):
    """A browser in which a person has signed in with their password or a passkey. Strangers' tries don't
    lock it out, and a sign-in in it needs no notice. `browser_key` is the hash of what its cookie holds."""

    __tablename__ = "known_browsers"
    __table_args__ = (UniqueConstraint("staff_id", "browser_key"),)

    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    browser_key: Mapped[str] = mapped_column(String(64))
    last_used_at: Mapped[datetime]


def network_of(ip: str) -> str:
    """Return the network by which tries are counted: of IPv6 the /64, which one customer of a provider
    has as a whole, of IPv4 the address itself."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip[:45]
    if address.version == 6 and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


class SignInAttempt(Identified, Model):
    """One try at a door that guesses could open, or one letter that a stranger caused. `account_key` is a
    hash: no typed address is kept.
    `browser_key` is set where the try came from a browser that the account's person knows."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (
        one_of(
            "kind", ("password", "reset", "link", "factor", "passkey", "pin", "badge", "letter")
        ),
        one_of("outcome", ("wrong", "right", "refused")),
        Index(None, "kind", "account_key", "created_at"),
        Index(None, "kind", "network", "created_at"),
        Index(None, "created_at"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    account_key: Mapped[str] = mapped_column(String(64))
    ip: Mapped[str] = mapped_column(String(45))
    network: Mapped[str] = mapped_column(
        String(45),
        default=lambda context: network_of(context.get_current_parameters()["ip"]),
        server_default="",
    )
    browser_key: Mapped[str] = mapped_column(String(64), default="", server_default="")
    outcome: Mapped[str] = mapped_column(String(16))


class OrderLink(SecretLink, Record, Model):
    """The way of one customer to one order."""

    __tablename__ = "order_links"
    purpose = "order-link"
    __table_args__ = (
        CheckConstraint("opened_count >= 0", name="opened_count"),
        Index(None, "order_id", "expires_at"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"))
    label: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    opened_count: Mapped[int] = mapped_column(default=0, server_default="0")


class ApiToken(Record, Model):
    """The key of other software: a label, what it may do, and until when."""

    __tablename__ = "api_tokens"

    label: Mapped[str] = mapped_column(String(120))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSONB)
    issued_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    issued_by: Mapped[Staff | None] = relationship()


def derived_token(purpose: str, salt: str) -> str:
    """Return the 256-bit token of a row as 43 URL-safe characters (HMAC-SHA-256, RFC 2104)."""
    message = f"{purpose}\0{salt}".encode()
    mac = hmac.new(current().secret_key.encode(), message, hashlib.sha256)
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode("ascii")
