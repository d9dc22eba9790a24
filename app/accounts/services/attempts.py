"""Attempts that guessing could succeed with, counted in the database: Redis may be wiped.

An attempt is written and committed as wrong before it is judged. So many at the same moment see each
other, and none slips through between counting and writing.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Select, delete, func, select

from app.accounts.models import SignInAttempt
from app.core.clock import now
from app.core.db import db, get
from app.core.errors import Problem
from app.core.ids import hash_token
from app.core.translations import _
from app.core.web.formats import plural


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


def judge_attempt(attempt_id: uuid.UUID) -> SignInAttempt:
    """Return the attempt, which stays wrong until somebody marks it right.

    Raises TooManyTries (and marks it as refused) where too many came before it. Refused ones don't
    count, so that the wait ends however often somebody tries meanwhile.
    """
    attempt = get(SignInAttempt, attempt_id)
    limit = LIMITS[attempt.kind]
    since = now() - limit.window
    of_ip = select(SignInAttempt.created_at).where(
        SignInAttempt.kind == attempt.kind,
        SignInAttempt.ip == attempt.ip,
        SignInAttempt.created_at > since,
        SignInAttempt.id != attempt.id,
    )
    of_account = of_ip.where(SignInAttempt.account_key == attempt.account_key)
    right = of_account.where(SignInAttempt.outcome == "right")
    right_at = db.session.scalar(select(func.max(right.subquery().c.created_at)))
    if right_at is not None:
        of_account = of_account.where(SignInAttempt.created_at > right_at)
    filled = (_filled_at(of_account, limit.of_account), _filled_at(of_ip, limit.of_ip))
    if blocked := [moment for moment in filled if moment is not None]:
        attempt.outcome = "refused"
        left = max(blocked) + limit.window - now()
        minutes = plural(max(1, ceil(left.total_seconds() / 60)), "minute")
        raise TooManyTries(
            _("Too many attempts. Wait %(minutes)s, then try again.", minutes=minutes)
        )
    return attempt


def _filled_at(query: Select[datetime], allowed: int) -> datetime | None:
    """Return when the `allowed`-th newest wrong try was made; None where there are fewer."""
    wrong = query.where(SignInAttempt.outcome == "wrong")
    newest = wrong.order_by(SignInAttempt.created_at.desc())
    return db.session.scalar(newest.offset(allowed - 1).limit(1))


def forget_old_attempts() -> int:
    """Remove tries older than 30 days and return how many; run once a day."""
    query = delete(SignInAttempt).where(SignInAttempt.created_at < now() - KEPT)
    return len(list(db.session.scalars(query.returning(SignInAttempt.id))))
