"""Live pages: short signed tickets for sockets, and pings over Redis. A ping says that something
changed; the page then asks the web process, which checks what the person may see."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
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
    """Return a ticket, good for 10 minutes, to hear pings of `streams`: the orders of a customer, of staff
    ``*`` and their own id, by which the line is cut when their access ends."""
    return str(_signer().dumps(sorted(str(stream) for stream in streams)))


@dataclass(frozen=True)
class Admission:
    """What a ticket opens, and when it was issued, in seconds since 1970."""

    streams: frozenset[str]
    issued_at: float


def read_ticket(given: str) -> Admission | None:
    """Return what a ticket opens, None where it is forged or too old."""
    from itsdangerous import BadData

    try:
        streams, issued = _signer().loads(given, max_age=TICKET_S, return_timestamp=True)
    except BadData:
        return None
    return Admission(frozenset(streams), issued.timestamp())


def admit(given: str) -> frozenset[str] | None:
    """Return the streams a ticket opens, None where it is forged or too old."""
    found = read_ticket(given)
    return found.streams if found else None


def ended_key(stream: str) -> str:
    """Return the key in Redis that holds when access to `stream` ended last, as long as a ticket from
    before could be used."""
    return f"{channel()}:ended:{stream}"


def publish(messages: Iterable[str]) -> None:
    """Send pings to every realtime process; one with `ends` cuts the lines that name its stream. A dead
    Redis costs a live update, and a line that is to be cut lives on for its ticket's ten minutes."""
    from app.core.queue import connection

    try:
        redis, name = connection(), channel()
        for message in messages:
            told = json.loads(message)
            if told.get("ends"):
                redis.set(ended_key(told["stream"]), time.time(), ex=TICKET_S)
            redis.publish(name, message)
    except Exception as problem:
        log.warning("realtime.publish_failed", problem=str(problem)[:200])
