"""What a passkey is to answer: random, kept in the browser's session for five minutes, given back once."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import session

from app.core.clock import now

KEY = "passkey_challenge"
GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Challenge:
    """What a browser was asked, and when. `only_for` is the person who has proved their password."""

    value: bytes
    asked_at: datetime
    only_for: uuid.UUID | None


def give(purpose: str, only_for: uuid.UUID | None = None) -> bytes:
    """Return a new challenge for `purpose`, which takes the place of the one that this browser had."""
    value = secrets.token_bytes(32)
    session[KEY] = {
        "of": purpose,
        "value": value,
        "at": now().timestamp(),
        "for": str(only_for) if only_for else "",
    }
    return value


def take(purpose: str) -> Challenge | None:
    """Return the challenge of this browser and forget it; None where there is none for `purpose`, or it is
    too old."""
    kept = session.pop(KEY, None)
    if not kept or kept["of"] != purpose:
        return None
    asked_at = datetime.fromtimestamp(kept["at"], UTC)
    only_for = uuid.UUID(kept["for"]) if kept["for"] else None
    return Challenge(kept["value"], asked_at, only_for) if asked_at > now() - GOOD_FOR else None
