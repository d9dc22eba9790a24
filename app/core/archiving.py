"""What hinders archiving and restoring a record that keeps the moment when it was archived."""

from collections.abc import Callable
from typing import Any

from app.core.actor import Actor
from app.core.errors import AlreadyDone, Problem

Can = Callable[[Any, Actor], Problem | None]


def unless_archived(sentence: str) -> Can:
    """Return a verb's `can` that answers AlreadyDone with `sentence` for a row that is archived."""
    return lambda row, actor: _already(sentence, row.archived_at is not None)


def unless_in_use(sentence: str) -> Can:
    """Return a verb's `can` that answers AlreadyDone with `sentence` for a row that is not archived."""
    return lambda row, actor: _already(sentence, row.archived_at is None)


def _already(sentence: str, is_so: bool) -> Problem | None:
    return AlreadyDone(str(sentence)) if is_so else None  # in the language of who asks
