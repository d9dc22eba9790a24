"""Staff: taking on, roles, passwords, disabling."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.matrix import OWNER
from app.accounts.models import Staff, StaffRole
from app.accounts.services import resets, sessions
from app.accounts.services.checks import (
    checked_email,
    checked_name,
    checked_roles,
    checked_theme,
    checked_zone,
)
from app.core.actor import Actor, require
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from app.core.events import record
from app.core.settings import current


def staff_actor(person: Staff, door: str = "backoffice") -> Actor:
    """Return the actor that `person` is at `door`, with what the matrix allows now."""
    return Actor("staff", person.id, person.name, door, person.permissions)


def find_staff(email: str) -> Staff | None:
    """Return the person with this address, in whatever case it was typed; None where there is none."""
    return db.session.scalar(select(Staff).where(Staff.email == email.strip().lower()))


def all_staff() -> list[Staff]:
    """Return everybody, disabled people too, by name."""
    return list(db.session.scalars(select(Staff).order_by(func.lower(Staff.name), Staff.id)))


def create_staff(
    email: str,
    name: str,
    roles: Iterable[str],
    *,
    actor: Actor,
    password: str | None = None,
    timezone: str | None = None,
) -> Staff:
    """Take on a person and return the row. Event staff.created.

    Without `password` the person gets a link to choose one (event staff.reset_requested, good for
    7 days). Raises BadInput for a bad address, name, role, zone or password, AlreadyDone where the
    address belongs to somebody already.
    """
    require(actor, "staff.manage")
    address = checked_email(email)
    wanted = checked_roles(roles)
    person = Staff(
        email=address,
        name=checked_name(name),
        timezone=checked_zone(timezone or current().timezone),
    )
    if find_staff(address) is not None:
        raise AlreadyDone(
            f"Somebody with the address {address} is in the list already.",
            next_step="Change their roles there, or use another address.",
            field="email",
        )
    if password is not None:
        passwords.check_choice(password, email=person.email, name=person.name)
        person.password_hash = passwords.hashed(password)
    person.held = [StaffRole(role=role) for role in wanted]
    db.session.add(person)
    db.session.flush()
    after = {"email": person.email, "name": person.name, "roles": list(person.roles)}
    record("staff.created", person, actor, after=after)
    if password is None:
        resets.invite(person, actor=actor)
    return person


def change_roles(
    staff_id: uuid.UUID, roles: Iterable[str], *, actor: Actor, version: int | None = None
) -> Staff:
    """Give a person exactly `roles`. Event staff.changed with the roles before and after.

    `version` is the row's version that the page showed: raises Stale where it is older. Raises
    WrongState where the last owner would go, AlreadyDone where nothing would change. Locks the
    person, then all owners' rows.
    """
    require(actor, "staff.manage")
    wanted = checked_roles(roles)
    person = locked(Staff, staff_id)
    _check_version(person, version)
    before = person.roles
    if before == wanted:
        raise AlreadyDone(f"{person.name} has these roles already. Nothing was changed.")
    if OWNER in before and OWNER not in wanted:
        _keep_an_owner(person)
    kept = [row for row in person.held if row.role in wanted]
    person.held = kept + [StaffRole(role=role) for role in wanted if role not in before]
    person.updated_at = now()  # the roles are other rows: this moves the person's version on
    record(
        "staff.changed",
        person,
        actor,
        before={"roles": list(before)},
        after={"roles": list(wanted)},
    )
    return person


def change_profile(
    staff_id: uuid.UUID,
    *,
    actor: Actor,
    name: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
) -> Staff:
    """Change name, time zone or theme; one's own, or anybody's with staff.manage.

    Event staff.changed with what differs; none where nothing does.
    """
    _require_self_or_manager(actor, staff_id)
    person = locked(Staff, staff_id)
    wanted = {
        "name": person.name if name is None else checked_name(name),
        "timezone": person.timezone if timezone is None else checked_zone(timezone),
        "theme": person.theme if theme is None else checked_theme(theme),
    }
    differing = {key: value for key, value in wanted.items() if getattr(person, key) != value}
    if not differing:
        return person
    before = {key: getattr(person, key) for key in differing}
    for key, value in differing.items():
        setattr(person, key, value)
    record("staff.changed", person, actor, before=before, after=differing)
    return person


def disable_staff(staff_id: uuid.UUID, *, actor: Actor, version: int | None = None) -> Staff:
    """Let a person in no more: all their sessions and open password links end with this. Event
    staff.disabled.

    Raises WrongState for the last owner, AlreadyDone for somebody disabled before.
    """
    require(actor, "staff.manage")
    person = locked(Staff, staff_id)
    if person.is_disabled:
        raise AlreadyDone(f"{person.name} is disabled already. Nothing was changed.")
    _check_version(person, version)
    if OWNER in person.roles:
        _keep_an_owner(person)
    person.disabled_at = now()
    ended = sessions.end_all(person.id)
    resets.spend_all(person.id)
    record(
        "staff.disabled",
        person,
        actor,
        before={"disabled": False},
        after={"disabled": True},
        data={"sessions_ended": ended},
    )
    return person


def enable_staff(staff_id: uuid.UUID, *, actor: Actor, version: int | None = None) -> Staff:
    """Let a disabled person in again, with the roles they had. Event staff.enabled."""
    require(actor, "staff.manage")
    person = locked(Staff, staff_id)
    if not person.is_disabled:
        raise AlreadyDone(f"{person.name} is not disabled. Nothing was changed.")
    _check_version(person, version)
    person.disabled_at = None
    record("staff.enabled", person, actor, before={"disabled": True}, after={"disabled": False})
    return person


def set_password(staff_id: uuid.UUID, password: str, *, actor: Actor) -> Staff:
    """Give a person a new password; one's own, or the shop's engineer on the server.

    All sessions and open password links of the person end. Event staff.password_set. An owner does
    not set others' passwords: they send a link (`resets.request_reset`).
    """
    if actor.kind != "system" and not (actor.kind == "staff" and actor.id == staff_id):
        raise NotAllowed(
            "You can't choose a password for somebody else.",
            next_step="Send them a link to choose one.",
        )
    person = locked(Staff, staff_id)
    if person.is_disabled:
        raise WrongState(f"{person.name} is disabled.", next_step="Enable them first.")
    passwords.check_choice(password, email=person.email, name=person.name)
    person.password_hash = passwords.hashed(password)
    ended = sessions.end_all(person.id)
    resets.spend_all(person.id)
    record("staff.password_set", person, actor, data={"sessions_ended": ended})
    return person


def change_own_password(
    attempt_id: uuid.UUID, current_password: str, password: str, *, actor: Actor
) -> Staff:
    """Change one's own password, knowing the present one. `attempt_id` is from `begin_attempt`.

    Raises BadInput with field ``current`` where the present one is wrong, TooManyTries after five.
    """
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed("Sign in to change your password.")
    person = locked(Staff, actor.id)
    attempt = sessions.judged(attempt_id)
    if not passwords.fits(current_password, person.password_hash):
        raise BadInput("This is not your present password.", field="current")
    attempt.outcome = "right"
    return set_password(person.id, password, actor=actor)


def _require_self_or_manager(actor: Actor, staff_id: uuid.UUID) -> None:
    if not (actor.kind == "staff" and actor.id == staff_id):
        require(actor, "staff.manage")


def _check_version(person: Staff, version: int | None) -> None:
    if version is not None and version != person.version_id:
        raise Stale(
            f"Somebody else changed {person.name} since you opened this page.",
            next_step="Load the page again and look at what is there now.",
        )


def _keep_an_owner(leaving: Staff) -> None:
    """Raise WrongState unless another enabled owner stays. Locks the owners' rows, so that two
    owners who remove each other at the same moment come one after the other."""
    owners = select(StaffRole).where(StaffRole.role == OWNER).order_by(StaffRole.staff_id)
    db.session.execute(owners.with_for_update())
    others = (
        select(func.count())
        .select_from(StaffRole)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.role == OWNER, Staff.disabled_at.is_(None), Staff.id != leaving.id)
    )
    if not db.session.scalar(others):
        raise WrongState(
            f"{leaving.name} is the only owner. A shop without an owner could not be run.",
            next_step="Make somebody else an owner first.",
        )
