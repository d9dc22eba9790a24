"""Progress of exports: kept in Redis, so it costs no transaction and may be lost."""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import structlog

log = structlog.get_logger(__name__)
EVERY = 500
KEPT_S = 3600


class Progress(NamedTuple):
    """Rows written, and about how many there are in all (None: nobody knows)."""

    done: int
    about: int | None


def _key(export_id: uuid.UUID) -> str:
    return f"makeready:export:{export_id}"


def counted(
    rows: Iterable[list[Any]], export_id: uuid.UUID, about: int | None
) -> Iterator[list[Any]]:
    """Yield `rows`, publishing the progress at the first and at each five hundredth."""
    for number, row in enumerate(rows):
        if number % EVERY == 0:
            _publish(export_id, Progress(number, about))
        yield row


def _publish(export_id: uuid.UUID, progress: Progress) -> None:
    from app.core.queue import connection

    try:
        connection().set(_key(export_id), json.dumps(progress), ex=KEPT_S)
    except Exception as problem:
        log.warning("export.progress_not_published", problem=str(problem)[:200])


def read(export_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Progress]:
    """Return the progress of these exports, where it was published; one question to Redis."""
    from app.core.queue import connection

    ids = list(export_ids)
    if not ids:
        return {}
    try:
        texts = connection().mget([_key(one) for one in ids])
    except Exception as problem:
        log.warning("export.progress_not_read", problem=str(problem)[:200])
        return {}
    return {one: Progress(*json.loads(text)) for one, text in zip(ids, texts, strict=True) if text}
