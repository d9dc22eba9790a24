"""Changing the person at a station: by a PIN that the person chose, or by scanning their badge."""

import uuid

from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.keyed_hash import keyed_hash
from app.accounts.models import Staff
from app.accounts.services.attempts import judge_attempt
from app.core.actor import Actor
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput, Problem
from app.core.events import record
from app.core.translations import _

LEAST_PIN, MOST_PIN = 4, 8
LEAST_BADGE, MOST_BADGE = 8, 100
RUNS = ("0123456789012345", "9876543210987654")


class WrongPerson(Problem):
    """The PIN or the badge is wrong; never says which person it would have been."""

    status = 401
    code = "wrong_person"


def checked_pin(pin: str) -> str:
    """Return the PIN; raise BadInput unless it is 4 to 8 digits and not one that is tried first."""
    if not (pin.isascii() and pin.isdigit() and LEAST_PIN <= len(pin) <= MOST_PIN):
        raise BadInput(_("Use 4 to 8 digits."), field="pin")
    if len(set(pin)) < 3 or any(pin in run for run in RUNS):
        raise BadInput(
            _("This PIN is too easy to guess."),
            next_step=_("Choose digits that don't repeat or count up."),
            field="pin",
        )
    return pin


def checked_badge(code: str) -> str:
    """Return the code of a badge as it is compared; raise BadInput for one that can be guessed."""
    plain = "".join(code.split()).upper()
    if not LEAST_BADGE <= len(plain) <= MOST_BADGE or not plain.isprintable():
        raise BadInput(
            _("A badge's code has 8 to 100 characters."),
            next_step=_("Scan the badge again, or use another one."),
            field="badge",
        )
    return plain


def badge_key(code: str) -> str:
    """Return what is stored of a badge: a keyed hash, by which its person is found."""
    return keyed_hash("badge", "".join(code.split()).upper())


def set_pin(person: Staff, actor: Actor, pin: str) -> Staff:
    """Keep a person's PIN for stations, hashed. Records staff.pin_set."""
    person.pin_hash = passwords.hashed(pin)
    record("staff.pin_set", person, actor)
    return person


def set_badge(person: Staff, actor: Actor, badge: str) -> Staff:
    """Keep the badge that a person scans at stations. Records staff.badge_set. Raises AlreadyDone
    where it is somebody's already."""
    key = badge_key(badge)
    if db.session.scalar(select(Staff.id).where(Staff.badge_hash == key)):
        raise AlreadyDone(
            _("This badge is already in use."), next_step=_("Use another badge."), field="badge"
        )
    person.badge_hash = key
    record("staff.badge_set", person, actor)
    return person


def remove_station_access(person: Staff, actor: Actor) -> Staff:
    """Remove a person's PIN and badge. Records staff.station_access_removed."""
    person.pin_hash = person.badge_hash = None
    record("staff.station_access_removed", person, actor)
    return person


def people_with_pin(permission: str) -> list[Staff]:
    """Return the people who have a PIN and may do `permission`, by name."""
    query = select(Staff).where(Staff.pin_hash.is_not(None), Staff.disabled_at.is_(None))
    rows = db.session.scalars(query.order_by(func.lower(Staff.name), Staff.id))
    return [row for row in rows if "*" in row.permissions or permission in row.permissions]


def identify(
    attempt_id: uuid.UUID, *, actor: Actor, staff_id: uuid.UUID | None, pin: str, badge: str
) -> Staff:
    """Return the person whose badge was scanned, or who chose their name and entered their PIN.

    `attempt_id` is from ``begin_attempt``, committed before. Raises TooManyTries, or WrongPerson, with
    access.denied recorded: commit then too.
    """
    attempt = judge_attempt(attempt_id)
    if badge:
        found = db.session.scalar(select(Staff).where(Staff.badge_hash == badge_key(badge)))
        is_right = found is not None
    else:
        found = db.session.get(Staff, staff_id) if staff_id else None
        is_right = passwords.fits(pin, found.pin_hash if found else None)
    person = locked(Staff, found.id) if found is not None and is_right else None
    if person is None or person.is_disabled:
        data = {"what": "station", "reason": "wrong_badge" if badge else "wrong_pin"}
        about = {"staff_id": found and found.id, "ip": attempt.ip}
        record("access.denied", attempt, actor, data=data | about)
        raise WrongPerson(
            _("This badge isn't known here.") if badge else _("The name or the PIN is wrong."),
            next_step=_("Try again, or sign in with your password."),
        )
    attempt.outcome = "right"
    return person
