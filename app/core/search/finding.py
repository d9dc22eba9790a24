"""The index's one table, and how entries are found without reading in proportion to a shop's past.

The newest are read first. Words that one of a hundred of them has are then looked for along the list
itself; others by an index of whole words; and what no entry has as a word, as any part of its text.
"""

import re
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    String,
    Text,
    and_,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Mapped, aliased, mapped_column

from app.core.db import Model, db, words_index

BREAKS = "[^[:alnum:]]+"
TOKENS = f"to_tsvector('simple', regexp_replace(' ' || words, '{BREAKS}', ' ' || kind, 'g'))"
NEWEST = 2000
OFTEN = NEWEST // 100
SIMPLE: Any = literal_column("'simple'::regconfig")


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


BY_TIME = (SearchEntry.at.desc(), SearchEntry.record_id.desc())
FOUND = (SearchEntry.record_id, SearchEntry.at)


def found_by(kind: str, *texts: str) -> Any:
    """Return the select of the ids of records of `kind` that have each of `texts` in their words."""
    return select(SearchEntry.record_id).where(SearchEntry.kind == kind, _have(texts))


def newest(kind: str, *texts: str, entries: int = NEWEST) -> Any:
    """Return the select of id and moment of those of the newest `entries` that have `texts`."""
    read = select(*FOUND, SearchEntry.words).where(SearchEntry.kind == kind)
    first = read.order_by(*BY_TIME).limit(entries).subquery()
    return select(first.c.record_id, first.c.at).where(_have(texts, first.c.words))


def by_words(kind: str, *texts: str) -> Any:
    """Return the select of id and moment of entries that have `texts` as whole words.

    A single word may be the beginning of one. In the index each word stands behind its kind, so
    that no other kind's entries are read.
    """
    typed = re.sub(r"[\W_]+$", "", " ".join(texts))
    glued = func.regexp_replace(literal(" ") + typed, BREAKS, f" {kind}", "g")
    query: Any = func.plainto_tsquery(SIMPLE, glued)
    if len(re.findall(r"[^\W_]+", typed)) == 1:
        query = (query.cast(SearchEntry.words.type) + literal(":*")).cast(TSQUERY)
    # the text itself is compared without an index, which would be read for each of its letters
    is_word = literal_column(TOKENS).bool_op("@@")(query)
    return select(*FOUND).where(
        SearchEntry.kind == kind, is_word, _have(texts, SearchEntry.words + "")
    )


def narrowed_to(kind: str, key: Any, *texts: str) -> tuple[Any, Any]:
    """Return the condition for a list of records whose id is `key`, and the one to count them by."""
    anywhere = key.in_(found_by(kind, *texts))
    first = newest(kind, *texts).subquery()
    if (db.session.scalar(select(func.count()).select_from(first)) or 0) >= OFTEN:
        own = select(_have(texts)).where(SearchEntry.kind == kind, SearchEntry.record_id == key)
        return own.scalar_subquery(), anywhere
    whole = by_words(kind, *texts).with_only_columns(SearchEntry.record_id)
    if db.session.scalar(select(whole.exists())):
        return key.in_(whole), key.in_(whole)
    return anywhere, anywhere


def seen_words(kind: str, key: Any, *texts: str) -> Any:
    """Return the condition that the record whose id is `key` has each of `texts`, or its number, outside
    of e-mail addresses: for whoever may not see these. An address is a line of its own with an @."""
    entry = aliased(SearchEntry)
    words = func.regexp_replace(entry.words, "^[^\\n]*@[^\\n]*$", "", "gn")
    own = select(entry.record_id).where(entry.kind == kind, entry.record_id == key)
    numbers = [int(one) for text in texts for one in re.findall(r"\d{1,18}", text)]
    has = or_(_have(texts, words), entry.number.in_(numbers)) if numbers else _have(texts, words)
    return own.where(has).exists()


def _have(texts: tuple[str, ...], words: Any = SearchEntry.words) -> Any:
    return and_(*(words.icontains(one, autoescape=True) for one in texts))
