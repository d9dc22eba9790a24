"""Signing in and out, and the sessions that are open meanwhile."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.accounts import passwords
from app.accounts.browser_names import browser as browser_name
from app.accounts.models import IDLE, LIFE, SignInAttempt, Staff, StaffSession
from app.accounts.services.attempts import judge_attempt
from app.accounts.services.browsers import remember_browser
from app.accounts.services.second_factor_rules import begin_grace
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, is_read_only, locked
from app.core.errors import AlreadyDone, NotFound, Problem
from app.core.events import record
from app.core.ids import hash_token, token
from app.core.translations import _

log = structlog.get_logger(__name__)
SEEN_EVERY = timedelta(minutes=1)


class WrongSignIn(Problem):
    """The address or the password is wrong; never says which."""

    status = 401
    code = "wrong_sign_in"


class SecondFactorNeeded(Exception):
    """The password was right, and the person has a second factor, which is to be proved now."""

    def __init__(self, person: Staff) -> None:
        super().__init__(person.id)
        self.person = person


@dataclass(frozen=True)
class SignedIn:
    """A person, their new session, and its token, which is in the browser's cookie only."""

    staff: Staff
    session: StaffSession
    token: str


def sign_in(
    attempt_id: uuid.UUID,
    email: str,
    password: str,
    *,
    actor: Actor,
    user_agent: str = "",
    browser: str = "",
) -> SignedIn:
    """Let a person in and return the session with its token. Records staff.signed_in.

    `attempt_id` is from ``begin_attempt("password", email, ip=…)``, committed before. `actor` is
    the visitor. Raises TooManyTries, or WrongSignIn for an unknown address, a wrong
    password and a disabled person alike, in equal time; commit then too, it writes access.denied.
    Raises SecondFactorNeeded for a person who has one; commit then too.
    """
    address = email.strip().lower()
    attempt = judge_attempt(attempt_id)
    person = db.session.scalar(select(Staff).where(Staff.email == address))
    right = passwords.fits(password, person.password_hash if person else None)
    if person is not None and right:
        checked = person.password_hash
        person = locked(Staff, person.id)
        right = person.password_hash == checked and not person.is_disabled
    if person is None or not right:
        _deny(attempt, person, actor)
        raise WrongSignIn(
            _("The e-mail address or the password is wrong."),
            next_step=_("Check both, or reset your password."),
            field="password",
        )
    attempt.outcome = "right"
    if passwords.is_outdated(person.password_hash or ""):
        person.password_hash = passwords.hashed(password)
    if person.second_factor_at is not None:
        raise SecondFactorNeeded(person)
    return start_session(
        person, ip=attempt.ip, user_agent=user_agent, door=actor.door, browser=browser
    )


def _deny(attempt: SignInAttempt, person: Staff | None, actor: Actor) -> None:
    if person is None:
        reason = "unknown"
    elif person.is_disabled:
        reason = "disabled"
    else:
        reason = "wrong_password" if person.password_hash else "no_password"
    log.warning("sign_in.failed", reason=reason, ip=attempt.ip, account=attempt.account_key[:12])
    data = {"what": "sign_in", "reason": reason, "staff_id": person and person.id, "ip": attempt.ip}
    record("access.denied", attempt, actor, data=data)


def start_session(
    person: Staff,
    *,
    ip: str,
    user_agent: str,
    door: str = "backoffice",
    browser: str = "",
    method: str = "password",
) -> SignedIn:
    """Open a session for a person who has proved who they are. Records staff.signed_in, and
    staff.new_browser where `browser`, the secret of the browser's cookie, is new to the person."""
    moment = now()
    secret = token()
    session = StaffSession(
        staff=person,
        token_hash=hash_token(secret),
        last_seen_at=moment,
        expires_at=moment + LIFE,
        ip=ip[:45],
        user_agent=user_agent[:300],
        method=method,
    )
    begin_grace(person)
    db.session.add(session)
    db.session.flush()
    who = Actor("staff", person.id, person.name, door, person.permissions)
    how = {} if method == "password" else {"method": method}
    record("staff.signed_in", session, who, stream_id=person.id, data={"ip": session.ip} | how)
    if browser and not remember_browser(person.id, browser):
        data = {"ip": session.ip, "browser": browser_name(session.user_agent)}
        record("staff.new_browser", session, who, stream_id=person.id, data=data)
    return SignedIn(person, session, secret)


def find_session(secret: str) -> StaffSession | None:
    """Return the open session of this token with its person; None where it is over or unknown."""
    query = select(StaffSession).where(StaffSession.token_hash == hash_token(secret))
    query = query.options(joinedload(StaffSession.staff).joinedload(Staff.held))
    found = db.session.scalars(query.execution_options(populate_existing=True))
    session = found.unique().one_or_none()
    return session if session is not None and session.is_open(now()) else None


def touch_session(session: StaffSession) -> bool:
    """Note that the person is there, at most once a minute; True where there is something to
    commit. On a replica nothing is noted."""
    moment = now()
    if session.last_seen_at > moment - SEEN_EVERY or is_read_only():
        return False
    session.last_seen_at = moment
    return True


def sign_out(session_id: uuid.UUID, *, actor: Actor) -> None:
    """End the session of this browser. Records staff.signed_out. Raises AlreadyDone where it is over."""
    _end(locked(StaffSession, session_id), actor, "staff.signed_out")


def end_session(person: Staff, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of a person's sessions. Locks it; records staff.session_revoked. Raises NotFound for
    another person's session, AlreadyDone where it has ended."""
    session = locked(StaffSession, session_id)
    if session.staff_id != person.id:
        raise NotFound(_("There is no such session."))
    _end(session, actor, "staff.session_revoked")


def _end(session: StaffSession, actor: Actor, event: str) -> None:
    if session.ended_at is not None:
        raise AlreadyDone(_("This session has already ended. Nothing was changed."))
    session.ended_at = now()
    record(event, session, actor, stream_id=session.staff_id)


def end_all(staff_id: uuid.UUID) -> int:
    """End every open session of a person and return how many there were."""
    query = (
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now())
        .returning(StaffSession.id)
    )
    return len(list(db.session.scalars(query)))


def open_sessions(staff_id: uuid.UUID) -> list[StaffSession]:
    """Return the sessions by which a person is signed in now, the last used first."""
    moment = now()
    query = (
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .where(StaffSession.last_seen_at > moment - IDLE, StaffSession.expires_at > moment)
        .order_by(StaffSession.last_seen_at.desc())
    )
    return list(db.session.scalars(query))


def last_seen(staff_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """Return when each of these people was last seen; those who never signed in are left out."""
    query = (
        select(StaffSession.staff_id, func.max(StaffSession.last_seen_at))
        .where(StaffSession.staff_id.in_(list(staff_ids)))
        .group_by(StaffSession.staff_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
