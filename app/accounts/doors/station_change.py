"""Changing the person of a browser at a station: by PIN or badge, without leaving the page."""

import uuid

from flask import g, request
from flask_login import current_user

from app.accounts.doors.identity import let_in
from app.accounts.doors.sign_in import end_former
from app.accounts.services import sessions, station_access
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.accounts.services.station_access import WrongPerson
from app.core.db import db


def switch_person(staff_id: str, pin: str, badge: str) -> None:
    """Let the person of `badge`, or the one who was chosen and entered `pin`, take over this browser; the
    session that it had ends. Commits. Raises WrongPerson or TooManyTries, and nothing changes."""
    chosen = _id(staff_id)
    address = request.remote_addr or ""
    # badges are tried at a browser, PINs at a person
    account = f"badge {current_user.session.staff_id}" if badge else f"pin {chosen}"
    attempt_id = begin_attempt("badge" if badge else "pin", account, ip=address)
    db.session.commit()
    try:
        person = station_access.identify(
            attempt_id, actor=g.actor, staff_id=chosen, pin=pin, badge=badge
        )
    except (WrongPerson, TooManyTries):
        db.session.commit()  # the try counts, and is in the log
        raise
    end_former()
    user_agent = request.user_agent.string
    signed = sessions.start_session(person, ip=address, user_agent=user_agent, method="station")
    db.session.commit()
    let_in(signed)


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
