"""Attempts that guessing could succeed with, counted in the database: Redis may be wiped.

An attempt is written and committed as wrong before it is judged. So many at the same moment see each
other, and none slips through between counting and writing.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

import structlog
from sqlalchemy import ColumnElement, Select, delete, func, select

from app.accounts.models import SignInAttempt, network_of
from app.accounts.services.browsers import key_if_known
from app.core.clock import now
from app.core.db import db, get
from app.core.errors import BadInput, Problem
from app.core.ids import hash_token
from app.core.text_input import clean_email
from app.core.translations import _
from app.core.web.formats import plural


@dataclass(frozen=True)
class Limit:
    """How many wrong tries may be made: at one account from one network, at one account from everywhere,
    and from one network at all accounts. A browser that the account's person knows is counted by itself."""

    at_account_from_network: int
    at_account: int
    from_network: int
    window: timedelta


log = structlog.get_logger(__name__)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
LIMITS = {
    "password": Limit(5, 20, 30, QUARTER),
    "factor": Limit(5, 10, 30, QUARTER),
    "passkey": Limit(5, 20, 30, QUARTER),
    "pin": Limit(5, 10, 30, QUARTER),
    "badge": Limit(5, 20, 30, QUARTER),
    "reset": Limit(3, 10, 20, HOUR),
    "link": Limit(3, 20, 20, HOUR),
}
KEPT = timedelta(days=30)


class TooManyTries(Problem):
    """Too many tries; the sentence says how long to wait."""

    status = 429
    code = "too_many_tries"


def account_key(account: str) -> str:
    """Return the hash under which tries at `account` (a typed e-mail address, a link) are counted.

    An address has one, however its domain is spelt (bücher.example, xn--bcher-kva.example).
    """
    try:
        return hash_token(clean_email(account))
    except BadInput:
        return hash_token(account.strip().casefold())


def begin_attempt(kind: str, account: str, *, ip: str, browser: str = "") -> uuid.UUID:
    """Write one try at `account` as wrong and return its id. Commit before it is judged.

    `browser` is the secret of the browser's own cookie; it counts where `account` is the e-mail address
    of a person who has signed in there.
    """
    attempt = SignInAttempt(
        kind=kind,
        account_key=account_key(account),
        ip=ip[:45],
        network=network_of(ip),
        browser_key=key_if_known(account, browser),
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
    at_account = SignInAttempt.account_key == attempt.account_key
    from_network = SignInAttempt.network == attempt.network
    if attempt.browser_key:
        same_browser = SignInAttempt.browser_key == attempt.browser_key
        counted = [_filled_at(attempt, limit.at_account_from_network, at_account, same_browser)]
    else:
        strange = SignInAttempt.browser_key == ""
        counted = [
            _filled_at(attempt, limit.at_account_from_network, at_account, strange, from_network),
            _filled_at(attempt, limit.at_account, at_account, strange),
            _filled_at(attempt, limit.from_network, strange, from_network, is_of_one=False),
        ]
    if blocked := [moment for moment in counted if moment is not None]:
        attempt.outcome = "refused"
        log.warning(
            "sign_in.refused", kind=attempt.kind, ip=attempt.ip, account=attempt.account_key[:12]
        )
        left = max(blocked) + limit.window - now()
        minutes = plural(max(1, ceil(left.total_seconds() / 60)), "minute")
        raise TooManyTries(
            _("Too many attempts. Wait %(minutes)s, then try again.", minutes=minutes)
        )
    return attempt


def _filled_at(
    attempt: SignInAttempt, allowed: int, *which: ColumnElement[bool], is_of_one: bool = True
) -> datetime | None:
    """Return when the `allowed`-th newest wrong try before this one was made, of one account since the
    last right one; None where there are fewer."""
    tries: Select[datetime] = select(SignInAttempt.created_at).where(
        SignInAttempt.kind == attempt.kind,
        SignInAttempt.created_at > now() - LIMITS[attempt.kind].window,
        SignInAttempt.id != attempt.id,
        *which,
    )
    if is_of_one:
        right = tries.where(SignInAttempt.outcome == "right")
        right_at = db.session.scalar(select(func.max(right.subquery().c.created_at)))
        if right_at is not None:
            tries = tries.where(SignInAttempt.created_at > right_at)
    wrong = tries.where(SignInAttempt.outcome == "wrong")
    newest = wrong.order_by(SignInAttempt.created_at.desc())
    return db.session.scalar(newest.offset(allowed - 1).limit(1))


def forget_old_attempts() -> int:
    """Remove tries older than 30 days and return how many; run once a day."""
    query = delete(SignInAttempt).where(SignInAttempt.created_at < now() - KEPT)
    return len(list(db.session.scalars(query.returning(SignInAttempt.id))))
