"""Who must have a second factor, and until when they may work without one."""

from datetime import timedelta

from app.accounts.matrix import OWNER
from app.accounts.models import Staff
from app.core.clock import now
from app.core.settings import current

REQUIRED_OF = frozenset({OWNER, "finance"})


def is_required(person: Staff) -> bool:
    """Return whether the person must have a second factor, by their roles."""
    return not REQUIRED_OF.isdisjoint(person.roles)


def is_missing(person: Staff) -> bool:
    """Return whether the person must have a second factor and has none."""
    return person.second_factor_at is None and is_required(person)


def is_overdue(person: Staff) -> bool:
    """Return whether the person may do nothing but set up a second factor."""
    due_at = person.second_factor_due_at
    return is_missing(person) and due_at is not None and due_at <= now()


def begin_grace(person: Staff) -> None:
    """Say until when a person who needs a second factor may work without one, once: from the first
    sign-in on, for the days that the shop's settings give."""
    if is_missing(person) and person.second_factor_due_at is None:
        person.second_factor_due_at = now() + timedelta(days=current().second_factor_grace_days)
