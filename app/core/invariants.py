"""The invariants that can be read from the data. Each room registers its own; `flask check` asks all."""

from collections.abc import Callable, Iterator

from sqlalchemy import text

from app.core.db import db

Finder = Callable[[], Iterator[str]]
INVARIANTS: dict[str, Finder] = {}
#: Name of an invariant → what it could not ask, in a sentence; empty where it asked everything.
LEFT_OUT: dict[str, Callable[[], str]] = {}
#: The chains (orders) of which a reaction is still to come. What reactions bring about is asked of all others;
#: a reaction that failed for good keeps nothing out.
UNSETTLED = (
    "(SELECT e.stream_id FROM events e JOIN (SELECT event_id FROM outbox UNION ALL "
    "SELECT event_id FROM event_deliveries WHERE state IN ('pending', 'running')) p "
    "ON p.event_id = e.id)"
)


def invariant(name: str) -> Callable[[Finder], Finder]:
    """Register a generator that yields one sentence for each row that breaks the invariant `name`."""

    def register(finder: Finder) -> Finder:
        INVARIANTS[name] = finder
        return finder

    return register


def no_rows(name: str, query: str, sentence: str) -> Finder:
    """Register the invariant that `query` finds no row; `sentence` is filled with a row's columns."""

    def find() -> Iterator[str]:
        for row in db.session.execute(text(query)):
            yield sentence.format(**row._mapping)

    return invariant(name)(find)


def find_break(name: str) -> str | None:
    """Return the sentence about the first row that breaks an invariant, None where it holds."""
    return next(iter(INVARIANTS[name]()), None)
