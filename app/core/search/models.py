"""The index's one table: for each record all words by which it is found."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, words_index

BREAKS = "[^[:alnum:]]+"
TOKENS = f"to_tsvector('simple', regexp_replace(' ' || words, '{BREAKS}', ' ' || kind, 'g'))"


class SearchEntry(Model):
    """One record: its number, when it was made, and its words, one a line. Written by triggers alone."""

    __tablename__ = "search_entries"
    __table_args__ = (
        words_index("search_entries", "words"),
        Index("ix_search_entries_tokens", text(TOKENS), postgresql_using="gin"),
        Index("ix_search_entries_newest", "kind", "at", "record_id"),
        Index("ix_search_entries_number", "kind", "number"),
    )

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime]
    words: Mapped[str] = mapped_column(Text)
