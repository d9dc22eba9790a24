"""Choosing a new password by a link that was sent by e-mail."""

import uuid
from datetime import timedelta

import structlog
from sqlalchemy import select, update

from app.accounts import passwords
from app.accounts.models import PasswordReset, SignInAttempt, Staff
from app.accounts.services import browsers, sessions
from app.accounts.services.attempts import account_key, judge_attempt
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, get, locked
from app.core.errors import NotFound, WrongState
from app.core.events import record
from app.core.ids import hash_token
from app.core.translations import _

log = structlog.get_logger(__name__)
GOOD_FOR = timedelta(hours=1)
INVITED_FOR = timedelta(days=7)


def request_reset(attempt_id: uuid.UUID, email: str, *, actor: Actor) -> None:
    """Note that a link was requested for this address. Records staff.reset_asked, whoever has the
    address: answer, work and time are the same for an unknown one. A reaction looks for the person.

    `attempt_id` is from ``begin_attempt("reset", email, ip=…)``. Raises TooManyTries.
    """
    attempt = judge_attempt(attempt_id)
    log.info("reset.asked", account=account_key(email)[:12])
    record("staff.reset_asked", attempt, actor)


def prepare_reset(attempt_id: uuid.UUID, *, actor: Actor) -> PasswordReset | None:
    """Prepare the link that was requested by this try. Records staff.reset_requested; another reaction
    sends the message. Returns None where nobody, or nobody enabled, has the address, and for a try
    that is an hour old: its person has asked again by now, or has the password."""
    attempt = get(SignInAttempt, attempt_id)
    if attempt.created_at < now() - GOOD_FOR:
        return None
    enabled = db.session.scalars(select(Staff).where(Staff.disabled_at.is_(None)))
    found = (one for one in enabled if account_key(one.email) == attempt.account_key)
    person = next(found, None)
    return _prepare(person, actor, GOOD_FOR, invited=False) if person else None


def invite(person: Staff, *, actor: Actor) -> PasswordReset:
    """Prepare the first link of a person who was added without a password; valid for 7 days."""
    return _prepare(person, actor, INVITED_FOR, invited=True)


def send_password_link(person: Staff, actor: Actor) -> PasswordReset:
    """Send somebody a link to choose a new password. Records staff.reset_requested."""
    return _prepare(person, actor, GOOD_FOR, invited=person.password_hash is None)


def _prepare(person: Staff, actor: Actor, good_for: timedelta, *, invited: bool) -> PasswordReset:
    reset = PasswordReset.issue(good_for, staff=person)
    db.session.add(reset)
    db.session.flush()
    data = {"reset_id": reset.id, "invited": invited, "expires_at": reset.expires_at}
    record("staff.reset_requested", reset, actor, stream_id=person.id, data=data)
    return reset


def open_reset(reset_id: uuid.UUID) -> PasswordReset | None:
    """Return the reset if its link is still good; None where it was used or is too old."""
    reset = db.session.get(PasswordReset, reset_id)
    is_over = reset is None or reset.used_at is not None or reset.expires_at <= now()
    return None if is_over else reset


def find_reset(secret: str) -> PasswordReset:
    """Return what a link opens; it stays unused, as mail scanners open links too. Raises NotFound
    for an unknown token, WrongState for one used, too old, or of a disabled person."""
    query = select(PasswordReset).where(PasswordReset.token_hash == hash_token(secret))
    return _checked(db.session.scalar(query))


def _checked(reset: PasswordReset | None) -> PasswordReset:
    if reset is None:
        raise NotFound(
            _("This link is incomplete."),
            next_step=_("Copy the whole link from the message, or request a new one."),
        )
    if reset.used_at is not None:
        raise WrongState(
            _("This link was already used, or the password has changed since."),
            next_step=_("Request a new one."),
        )
    if reset.expires_at <= now() or reset.staff.is_disabled:
        raise WrongState(_("This link has expired."), next_step=_("Request a new one."))
    return reset


def reset_password(secret: str, password: str) -> Staff:
    """Set a new password by a link, once: all sessions and other links of the person end.

    Locks the person, then the link. Records staff.password_set. Raises as `find_reset`, and BadInput
    for a bad password, after which the link still works.
    """
    found = find_reset(secret)
    person = locked(Staff, found.staff_id)
    reset = _checked(locked(PasswordReset, found.id))
    who = Actor("staff", person.id, person.name, "link")
    set_password(person, password, who, reset_id=reset.id)
    return person


def set_password(person: Staff, password: str, actor: Actor, **data: uuid.UUID) -> None:
    """Keep a locked person's new password and end their access. Raises BadInput for a bad one."""
    passwords.check_choice(password, email=person.email, name=person.name)
    person.password_hash = passwords.hashed(password)
    ended = {"sessions_ended": end_access(person.id)}
    record("staff.password_set", person, actor, data=data | ended)


def end_access(staff_id: uuid.UUID) -> int:
    """End every open session and password link of a person, whose browsers are known no more; return
    how many sessions there were."""
    browsers.forget_browsers(staff_id)
    db.session.execute(
        update(PasswordReset)
        .where(PasswordReset.staff_id == staff_id, PasswordReset.used_at.is_(None))
        .values(used_at=now())
    )
    return sessions.end_all(staff_id)
