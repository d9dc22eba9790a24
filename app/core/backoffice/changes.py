"""What a form changed, and what hangs on a row: read from the session and from the schema."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect, select

from app.core.db import Model, db
from app.core.events import Event

HIDDEN = "…"
SECRET_WORDS = ("password", "secret", "token", "hash")
SKIPPED = frozenset({"updated_at", "version_id"})


def changed(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is unsaved on `row` as (before, after), by attribute. Call it before a flush.

    What is secret by its name is named, never shown.
    """
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    state = inspect(row)
    for attribute in state.mapper.attrs:
        if attribute.key in SKIPPED or attribute.key not in state.attrs:
            continue
        history = state.attrs[attribute.key].history
        if not history.has_changes():
            continue
        old, new = shown(history.deleted), shown(history.added)
        if old == new:
            continue
        if any(word in attribute.key for word in SECRET_WORDS):
            old, new = HIDDEN, HIDDEN
        before[attribute.key], after[attribute.key] = old, new
    return before, after


def shown(values: Iterable[Any] | None) -> Any:
    """Return history values as JSON can hold them: related rows by their words."""
    words = [str(value) if isinstance(value, Model) else value for value in values or ()]
    if not words:
        return None
    return words[0] if len(words) == 1 else words


def events_about(row: Any, limit: int = 30) -> list[Event]:
    """Return the newest events about `row`, newest first."""
    query = select(Event).where(Event.subject_kind == row.__tablename__, Event.subject_id == row.id)
    return list(db.session.scalars(query.order_by(Event.at.desc(), Event.id.desc()).limit(limit)))
