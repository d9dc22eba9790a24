"""The one table of the room: messages."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, Record, one_of, state_column
from app.notify.links import PATHS, Link, address_of
from app.notify.states import MESSAGE


class Message(Record, Model):
    """One notification to one recipient over one channel.

    `template` is the message's name; `recipient_id` the contact or member of staff, None in rows of
    former versions. The bodies hold `LINK_MARK` where the recipient's own link stands. That is a
    secret and stored nowhere: `link_kind` and `link_id` say what it is made from when the message is sent.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index(None, "stream_id", "id"),
        Index(None, "state", "id"),
        Index(None, "created_at", "id"),
        Index(None, "sent_at"),
        Index(None, "updated_at"),
        Index("ix_messages_open", "id", postgresql_where=text("state IN ('queued', 'sending')")),
        CheckConstraint("attempts >= 0", name="attempts"),
        one_of("link_kind", PATHS),
        CheckConstraint("(state = 'suppressed') = (suppressed_reason IS NOT NULL)", name="reason"),
        CheckConstraint("sent_at IS NOT NULL OR state NOT IN ('delivered', 'opened')", name="sent"),
    )

    idempotency_key: Mapped[str] = mapped_column(String(200), unique=True)
    stream_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("orders.id"))
    event_id: Mapped[uuid.UUID | None]
    resend_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("messages.id"), unique=True)
    channel: Mapped[str] = mapped_column(String(32))
    recipient: Mapped[str] = mapped_column(String(320))
    recipient_id: Mapped[uuid.UUID | None]
    template: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    link_kind: Mapped[str | None] = mapped_column(String(16))
    link_id: Mapped[uuid.UUID | None]
    state: Mapped[str] = state_column(MESSAGE)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    suppressed_reason: Mapped[str | None] = mapped_column(String(300))
    provider_message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    sent_at: Mapped[datetime | None]

    @property
    def link(self) -> str | None:
        """The address of the recipient's own link, made anew; None where the message names none."""
        return address_of(Link(self.link_kind, self.link_id)) if self.link_kind else None
