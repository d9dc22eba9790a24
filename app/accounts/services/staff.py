"""Staff: adding people, their roles, passwords, disabling."""

import uuid

from sqlalchemy import func, select

from app.accounts import passwords
from app.accounts.matrix import OWNER
from app.accounts.models import Staff, StaffRole
from app.accounts.services import api_tokens, resets
from app.accounts.services.attempts import judge_attempt
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db, locked
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.core.events import record, record_change
from app.core.shop.region import region
from app.core.translations import _


def staff_actor(person: Staff) -> Actor:
    """Return the actor that `person` is in the back office, with what the matrix allows now."""
    return Actor("staff", person.id, person.name, "backoffice", person.permissions)


def find_staff(email: str) -> Staff | None:
    """Return the person with this address, in whatever case it was typed; None where there is none."""
    return db.session.scalar(select(Staff).where(Staff.email == email.strip().lower()))


def all_staff() -> list[Staff]:
    """Return everybody, disabled people too, by name."""
    return list(db.session.scalars(select(Staff).order_by(func.lower(Staff.name), Staff.id)))


def lock_staff(staff_id: uuid.UUID) -> Staff:
    """Return the person under FOR UPDATE, with an owner all owners' roles. So two owners who remove
    each other at the same moment come one after the other."""
    person = locked(Staff, staff_id)
    if OWNER in person.roles:
        owners = select(StaffRole).where(StaffRole.role == OWNER).order_by(StaffRole.staff_id)
        db.session.execute(owners.with_for_update())
    return person


def create_staff(
    none: None,
    actor: Actor,
    email: str,
    name: str,
    roles: tuple[str, ...],
    timezone: str | None = None,
    password: str | None = None,
) -> Staff:
    """Add a person and return the row. Records staff.created.

    Without `password` the person gets a link to choose one (event staff.reset_requested, valid for
    7 days). Raises BadInput for a bad password, AlreadyDone where the address is somebody's already.
    """
    if find_staff(email) is not None:
        raise AlreadyDone(
            _("There is already a staff member with the address %(email)s.", email=email),
            next_step=_("Change their roles, or use another address."),
            field="email",
        )
    person = Staff(email=email, name=name, timezone=timezone or region().timezone)
    if password is not None:
        passwords.check_choice(password, email=email, name=name)
        person.password_hash = passwords.hashed(password)
    person.held = [StaffRole(role=role) for role in roles]
    db.session.add(person)
    db.session.flush()
    after = {"email": email, "name": name, "roles": list(person.roles)}
    record("staff.created", person, actor, after=after)
    if password is None:
        resets.invite(person, actor=actor)
    return person


def change_roles(person: Staff, actor: Actor, roles: tuple[str, ...]) -> Staff:
    """Give a person exactly `roles`. Records staff.changed with the roles before and after. Raises
    WrongState where the last owner would go, AlreadyDone where nothing would change."""
    former = person.roles
    if former == roles:
        raise AlreadyDone(
            _("%(person)s already has these roles. Nothing was changed.", person=person.name)
        )
    if OWNER not in roles and (problem := last_owner(person)):
        raise problem
    kept = [row for row in person.held if row.role in roles]
    person.held = kept + [StaffRole(role=role) for role in roles if role not in former]
    person.updated_at = now()  # the roles are other rows: this moves the person's version on
    before, after = {"roles": list(former)}, {"roles": list(roles)}
    record("staff.changed", person, actor, before=before, after=after)
    return person


def change_profile(
    person: Staff,
    actor: Actor,
    name: str | None = None,
    timezone: str | None = None,
    theme: str | None = None,
) -> Staff:
    """Change name, time zone or theme; None leaves as it is. Records staff.changed with what differs."""
    given = {"name": name, "timezone": timezone, "theme": theme}
    record_change("staff.changed", person, actor, given)
    return person


def disable_staff(person: Staff, actor: Actor) -> Staff:
    """Let a person in no more: all their sessions and open password links end, and the API keys that
    they issued are revoked. Records staff.disabled, and api_token.revoked for each key."""
    person.disabled_at = now()
    api_tokens.revoke_tokens_of(person.id, actor)
    data = {"sessions_ended": resets.end_access(person.id)}
    before, after = {"disabled": False}, {"disabled": True}
    record("staff.disabled", person, actor, before=before, after=after, data=data)
    return person


def enable_staff(person: Staff, actor: Actor) -> Staff:
    """Let a disabled person in again, with the roles they had. Records staff.enabled."""
    person.disabled_at = None
    record("staff.enabled", person, actor, before={"disabled": True}, after={"disabled": False})
    return person


def change_own_password(
    attempt_id: uuid.UUID, current_password: str, password: str, *, actor: Actor
) -> Staff:
    """Change one's own password, knowing the current one; all sessions and password links end.

    `attempt_id` is from `begin_attempt`. Locks the person. Records staff.password_set. Raises BadInput
    with field ``current`` where the current one is wrong, TooManyTries after five.
    """
    person = prove_password(attempt_id, current_password, actor=actor)
    resets.set_password(person, password, actor)
    return person


def prove_password(attempt_id: uuid.UUID, current_password: str, *, actor: Actor) -> Staff:
    """Return the person of this session, locked, who proved to know their password, before a change of
    how they sign in. Raises BadInput with field ``current``, TooManyTries after five."""
    if actor.kind != "staff" or actor.id is None:
        raise NotAllowed(_("Sign in to change your password."))
    person = locked(Staff, actor.id)
    attempt = judge_attempt(attempt_id)
    if not passwords.fits(current_password, person.password_hash):
        raise BadInput(_("This is not your current password."), field="current")
    attempt.outcome = "right"
    return person


def last_owner(person: Staff) -> WrongState | None:
    """Return why a person can't stop being an owner; None where another enabled owner stays."""
    others = (
        select(StaffRole.staff_id)
        .join(Staff, Staff.id == StaffRole.staff_id)
        .where(StaffRole.role == OWNER, Staff.disabled_at.is_(None), Staff.id != person.id)
    )
    if OWNER not in person.roles or db.session.scalar(others.limit(1)):
        return None
    return WrongState(
        _("%(person)s is the only owner, and the shop needs one.", person=person.name),
        next_step=_("Make someone else an owner first."),
    )
