"""Letters that somebody makes the shop send to an address they have not shown to be theirs, counted in the
database by address: a stranger can't fill anybody's mailbox by our forms."""

import uuid
from datetime import timedelta

from sqlalchemy import func, select, text

from app.accounts.models import SignInAttempt
from app.accounts.services.attempts import account_key
from app.core.clock import now
from app.core.db import db
from app.core.errors import Problem
from app.core.settings import current
from app.core.translations import _

DAY = timedelta(days=1)
KIND = "letter"
ONE_BY_ONE = text("SELECT pg_advisory_xact_lock(hashtextextended('letters to ' || :key, 0))")


class TooManyLetters(Problem):
    """The address gets no more of these letters today; `field` is that of the address."""

    status = 429
    code = "too_many_letters"


def count_letter(address: str, *, ip: str, cause: uuid.UUID) -> None:
    """Count a letter to a typed address; whoever has it, and whether anybody does, makes no difference.

    The same `cause` counts once. Takes a lock on the address until the transaction ends, and counts nothing
    where that is rolled back. Raises TooManyLetters where as many as LETTERS_PER_ADDRESS_DAY went there
    within a day.
    """
    key = letter_key(address)
    db.session.execute(ONE_BY_ONE, {"key": key})
    row_id = uuid.uuid5(cause, KIND)
    if db.session.get(SignInAttempt, row_id) is not None:
        return
    query = select(func.count()).where(
        SignInAttempt.kind == KIND,
        SignInAttempt.account_key == key,
        SignInAttempt.created_at > now() - DAY,
    )
    most = current().letters_per_address_day
    if (db.session.scalar(query) or 0) >= most:
        raise TooManyLetters(
            _("Too many requests came for this e-mail address today."),
            next_step=_("Open the link in one of our e-mails, or try again tomorrow."),
            field="email",
        )
    db.session.add(
        SignInAttempt(id=row_id, kind=KIND, account_key=key, ip=ip[:45], outcome="right")
    )
    db.session.flush()


def letter_key(address: str) -> str:
    """Return the hash by which letters to an address are counted: one mailbox has one, whatever stands
    behind a “+” in its name."""
    name, at, domain = address.strip().rpartition("@")
    return account_key(f"{name.partition('+')[0] or name}{at}{domain}")
