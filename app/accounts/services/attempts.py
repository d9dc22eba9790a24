"""Tries at doors that guesses could open, counted in the database and not in Redis, which may be
wiped.

A try is written and committed as wrong before it is judged. So many tries at the same moment see
each other, and none slips through between counting and writing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Select, delete, func, select

from app.accounts.models import SignInAttempt
from app.core.clock import now
from app.core.db import db
from app.core.errors import Problem
from app.core.ids import hash_token
from app.core.translations import _


@dataclass(frozen=True)
class Limit:
    """How many wrong tries one account from one address, and one address alone, may make."""

    of_account: int
    of_ip: int
    window: timedelta


LIMITS = {
    "password": Limit(of_account=5, of_ip=30, window=timedelta(minutes=15)),
    "reset": Limit(of_account=3, of_ip=20, window=timedelta(hours=1)),
    "link": Limit(of_account=3, of_ip=20, window=timedelta(hours=1)),
}
KEPT = timedelta(days=30)


class TooManyTries(Problem):
    """Too many tries; the sentence says how long to wait."""

    status = 429
    code = "too_many_tries"


def account_key(account: str) -> str:
    """Return the hash under which tries at `account` (a typed e-mail address, a link) are counted."""
    return hash_token(account.strip().casefold())


def begin_attempt(kind: str, account: str, *, ip: str) -> uuid.UUID:
    """Write one try at `account` as wrong and return its id. Commit before it is judged."""
    attempt = SignInAttempt(
        kind=kind,
        account_key=account_key(account),
        ip=ip[:45],
        outcome="wrong",
        created_at=now(),  # the moment itself, not the beginning of a transaction
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt.id


def judge_attempt(attempt: SignInAttempt) -> None:
    """Raise TooManyTries (and mark the try as refused) where too many came before it.

    Refused tries don't count, so that the wait ends however often somebody tries meanwhile.
    """
    limit = LIMITS[attempt.kind]
    since = now() - limit.window
    same_ip = (
        select(SignInAttempt.created_at)
        .where(SignInAttempt.kind == attempt.kind, SignInAttempt.ip == attempt.ip)
        .where(SignInAttempt.outcome == "wrong", SignInAttempt.created_at > since)
        .where(SignInAttempt.id != attempt.id)
    )
    last_right = select(func.max(SignInAttempt.created_at)).where(
        SignInAttempt.kind == attempt.kind,
        SignInAttempt.account_key == attempt.account_key,
        SignInAttempt.ip == attempt.ip,
        SignInAttempt.outcome == "right",
        SignInAttempt.created_at > since,
    )
    right_at = db.session.scalar(last_right)
    same_account = same_ip.where(SignInAttempt.account_key == attempt.account_key)
    if right_at is not None:
        same_account = same_account.where(SignInAttempt.created_at > right_at)
    blocked = [
        moment
        for moment in (
            _filled_at(same_account, limit.of_account),
            _filled_at(same_ip, limit.of_ip),
        )
        if moment is not None
    ]
    if blocked:
        attempt.outcome = "refused"
        raise TooManyTries(_sentence(max(blocked) + limit.window - now()))


def _filled_at(query: Select[datetime], allowed: int) -> datetime | None:
    """Return when the oldest of the newest `allowed` tries was made; None where there are fewer."""
    newest = query.order_by(SignInAttempt.created_at.desc()).limit(allowed)
    moments: list[datetime] = list(db.session.scalars(newest))
    return moments[-1] if len(moments) >= allowed else None


def _sentence(left: timedelta) -> str:
    minutes = max(1, ceil(left.total_seconds() / 60))
    unit = "minute" if minutes == 1 else "minutes"
    return _(
        "Too many attempts. Wait %(minutes)s %(unit)s, then try again.",
        minutes=minutes,
        unit=unit,
    )


def forget_old_attempts() -> int:
    """Remove tries older than 30 days and return how many; run once a day."""
    query = delete(SignInAttempt).where(SignInAttempt.created_at < now() - KEPT)
    return len(list(db.session.scalars(query.returning(SignInAttempt.id))))
