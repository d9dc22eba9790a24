"""Live pages: short signed tickets for sockets, and pings over Redis. A ping says that something
changed; the page then asks the web process, which checks what the person may see."""

from collections.abc import Iterable
from typing import Any

import structlog

from app.core.settings import current

log = structlog.get_logger(__name__)
TICKET_S = 600
EVERYTHING = "*"


def channel() -> str:
    """Return the name of this shop's channel: Redis keeps databases apart, but not what is published."""
    from redis.connection import parse_url

    return f"makeready:live:{parse_url(current().redis_url).get('db', 0)}"


def _signer() -> Any:
    from itsdangerous import URLSafeTimedSerializer

    return URLSafeTimedSerializer(current().secret_key, salt="live-ticket")


def ticket(streams: Iterable[Any]) -> str:
    """Return a ticket, good for 10 minutes, to hear pings of `streams` (ids, or ``*`` for staff)."""
    return str(_signer().dumps(sorted(str(stream) for stream in streams)))


def admit(given: str) -> frozenset[str] | None:
    """Return the streams a ticket opens, None where it is forged or too old."""
    from itsdangerous import BadData

    try:
        return frozenset(_signer().loads(given, max_age=TICKET_S))
    except BadData:
        return None


def publish(messages: Iterable[str]) -> None:
    """Send pings to every realtime process. A dead Redis costs a live update, nothing else."""
    from app.core.queue import connection

    try:
        redis, name = connection(), channel()
        for message in messages:
            redis.publish(name, message)
    except Exception as problem:
        log.warning("realtime.publish_failed", problem=str(problem)[:200])
