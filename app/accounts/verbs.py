"""What can be done to staff accounts, sessions, access links and API tokens."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le

from app.accounts.matrix import ROLES
from app.accounts.models import THEMES, ApiToken, OrderLink, Staff
from app.accounts.services import (
    api_tokens,
    links,
    passkeys,
    resets,
    second_factor,
    sessions,
    station_access,
)
from app.accounts.services import staff as services
from app.core.actor import Actor
from app.core.db import find
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Problem, WrongState
from app.core.inputs import Choice, Input, Text, checked_by, fields
from app.core.permissions import permission
from app.core.text_input import clean_email, clean_line
from app.core.translations import _, _l
from app.core.verbs import Subject, new_record, rows_of

MANAGE = permission("staff.manage", _l("Manage staff and roles"))
INTEGRATIONS = "integration.manage"
MOST_DAYS = 730
STAFF_ONLY = frozenset({"staff"})
NOWHERE: frozenset[str] = frozenset()
"""Of verbs that no record's page offers: a form, a command or another room's verb calls them."""

STAFF: Subject[Staff] = Subject(
    "staff", find=lambda ref: find(Staff, ref), lock=services.lock_staff
)
LINK = rows_of("order_link", OrderLink, stream_id=lambda link: link.order_id)
API_TOKEN = rows_of("api_token", ApiToken)


def checked_roles(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles in the matrix's order; raise BadInput for an unknown one and for none."""
    if unknown := set(roles) - set(ROLES):
        raise BadInput(_("There is no role “%(unknown)s”.", unknown=min(unknown)))
    if not roles:
        raise BadInput(_("Choose at least one role, or disable the person."))
    return tuple(role for role in ROLES if role in roles)


def checked_zone(zone: str) -> str:
    """Return the IANA time zone; raise BadInput for an unknown one."""
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError):
        raise BadInput(_("There is no time zone “%(zone)s”.", zone=zone)) from None


Name = Annotated[str, checked_by(lambda value: clean_line(value, "name", "name", longest=120))]
Zone = Annotated[str, checked_by(checked_zone)]
Roles = Annotated[tuple[str, ...], checked_by(checked_roles)]


class RolesInput(Input):
    """Exactly the roles that a person has."""

    roles: Roles

    @classmethod
    def from_form(cls, form: Mapping[str, Any], record: Any) -> dict[str, Any]:
        """Read the boxes that are ticked."""
        return {"roles": form.getlist("roles")}  # type: ignore[attr-defined]


def _is_own(person: Staff, actor: Actor) -> bool:
    return actor.kind == "staff" and actor.id == person.id


def _can_disable(person: Staff, actor: Actor) -> Problem | None:
    if person.is_disabled:
        return AlreadyDone(
            _("%(person)s is already disabled. Nothing was changed.", person=person.name)
        )
    return services.last_owner(person)


def _can_enable(person: Staff, actor: Actor) -> Problem | None:
    if not person.is_disabled:
        return AlreadyDone(
            _("%(person)s is not disabled. Nothing was changed.", person=person.name)
        )
    return None


def _can_sign_in(person: Staff, actor: Actor) -> Problem | None:
    if person.is_disabled:
        return WrongState(
            _("%(person)s is disabled.", person=person.name), next_step=_("Enable them first.")
        )
    return None


def _not_revoked(row: OrderLink | ApiToken, actor: Actor) -> Problem | None:
    if row.revoked_at is not None:
        return AlreadyDone(_("This was already revoked. Nothing was changed."))
    return None


create_staff = new_record("staff").verb(
    services.create_staff,
    _l("Add staff member"),
    MANAGE,
    fields(
        email=Annotated[str, checked_by(clean_email)],
        name=Name,
        roles=Roles,
        timezone=(Zone | None, None),
        password=(str | None, None),
    ),
    entry=NOWHERE,
)
send_password_link = STAFF.verb(
    resets.send_password_link,
    _l("Send password link"),
    MANAGE,
    can=_can_sign_in,
    done=_l("A link to choose a password is on its way."),
    icon="mail",
    entry=STAFF_ONLY,
)
change_roles = STAFF.verb(
    services.change_roles,
    _l("Save roles"),
    MANAGE,
    RolesInput,
    done=_l("The roles are saved and apply at once."),
    entry=STAFF_ONLY,
)
disable_staff = STAFF.verb(
    services.disable_staff,
    _l("Disable"),
    MANAGE,
    can=_can_disable,
    is_done=lambda person: person.is_disabled,
    done=_l("Disabled, and signed out everywhere."),
    explain=_l(
        "They are signed out everywhere at once, and API keys they created stop working. "
        "Their name stays on everything they did."
    ),
    entry=STAFF_ONLY,
)
enable_staff = STAFF.verb(
    services.enable_staff,
    _l("Enable"),
    MANAGE,
    can=_can_enable,
    is_done=lambda person: not person.is_disabled,
    done=_l("Enabled, with the roles they had."),
    entry=STAFF_ONLY,
)
end_session = STAFF.verb(
    sessions.end_session,
    _l("Sign out"),
    MANAGE,
    fields(session_id=uuid.UUID),
    is_own=_is_own,
    done=_l("That browser is signed out."),
    entry=STAFF_ONLY,
)


def _only_own(person: Staff, actor: Actor) -> Problem | None:
    if _is_own(person, actor):
        return None
    return NotAllowed(_("Only %(person)s can do this.", person=person.name))


def _can_reset_factor(person: Staff, actor: Actor) -> Problem | None:
    if person.second_factor_at is None:
        return AlreadyDone(_("%(person)s has no second factor.", person=person.name))
    if _is_own(person, actor):
        return WrongState(
            _("Another owner can reset your second factor."),
            next_step=_("On your account's page you can replace it yourself."),
        )
    return None


def _has_factor(person: Staff, actor: Actor) -> Problem | None:
    if problem := _only_own(person, actor):
        return problem
    if person.second_factor_at is None:
        return AlreadyDone(_("No second factor is set up. Nothing was changed."))
    return None


def _has_authenticator(person: Staff, actor: Actor) -> Problem | None:
    if problem := _only_own(person, actor):
        return problem
    if not second_factor.has_authenticator(person.id):
        return AlreadyDone(_("No authenticator app is set up. Nothing was changed."))
    return None


add_authenticator = STAFF.verb(
    second_factor.add_authenticator,
    _l("Set up authenticator app"),
    MANAGE,
    fields(secret=str, code=str),
    is_own=_is_own,
    can=_only_own,
    done=_l("Your authenticator app is set up."),
    entry=NOWHERE,
)
create_recovery_codes = STAFF.verb(
    second_factor.create_recovery_codes,
    _l("Create new recovery codes"),
    MANAGE,
    is_own=_is_own,
    can=_has_factor,
    done=_l("The former recovery codes no longer work."),
    entry=NOWHERE,
)
remove_authenticator = STAFF.verb(
    second_factor.remove_authenticator,
    _l("Remove authenticator app"),
    MANAGE,
    is_own=_is_own,
    can=_has_authenticator,
    done=_l("The authenticator app is removed."),
    entry=NOWHERE,
)
add_passkey = STAFF.verb(
    passkeys.add_passkey,
    _l("Add passkey"),
    MANAGE,
    fields(
        name=Annotated[
            str, checked_by(lambda value: clean_line(value, "name", "name", longest=60))
        ],
        answer=str,
        challenge=bytes,
    ),
    is_own=_is_own,
    can=_only_own,
    done=_l("The passkey is added."),
    entry=NOWHERE,
)
remove_passkey = STAFF.verb(
    passkeys.remove_passkey,
    _l("Remove passkey"),
    MANAGE,
    fields(passkey_id=uuid.UUID),
    is_own=_is_own,
    can=_only_own,
    done=_l("The passkey is removed."),
    entry=NOWHERE,
)
reset_second_factor = STAFF.verb(
    second_factor.reset_second_factor,
    _l("Reset second factor"),
    MANAGE,
    can=_can_reset_factor,
    done=_l("The second factor is reset. They set up another one at their next sign-in."),
    explain=_l(
        "For somebody who lost their phone. Their authenticator app, passkeys and recovery codes stop working; "
        "they are signed out everywhere and get an e-mail about it."
    ),
    danger=True,
    entry=STAFF_ONLY,
)
set_pin = STAFF.verb(
    station_access.set_pin,
    _l("Save PIN"),
    MANAGE,
    fields(pin=Annotated[str, checked_by(station_access.checked_pin)]),
    is_own=_is_own,
    can=_only_own,
    done=_l("Your PIN is saved."),
    entry=NOWHERE,
)
set_badge = STAFF.verb(
    station_access.set_badge,
    _l("Save badge"),
    MANAGE,
    fields(badge=Annotated[str, checked_by(station_access.checked_badge)]),
    is_own=_is_own,
    can=_only_own,
    done=_l("Your badge is saved."),
    entry=NOWHERE,
)
remove_station_access = STAFF.verb(
    station_access.remove_station_access,
    _l("Remove PIN and badge"),
    MANAGE,
    is_own=_is_own,
    done=_l("The PIN and the badge no longer work."),
    entry=NOWHERE,
)
change_profile = STAFF.verb(
    services.change_profile,
    _l("Save profile"),
    MANAGE,
    fields(
        name=(Name | None, None),
        timezone=(Zone | None, None),
        theme=(Annotated[str, Choice(THEMES)] | None, None),
    ),
    is_own=_is_own,
    done=_l("Saved."),
    entry=NOWHERE,
)
revoke_link = LINK.verb(
    links.revoke_link, _l("Revoke link"), "message.resend", can=_not_revoked, entry=NOWHERE
)
issue_api_token = new_record("api_token").verb(
    api_tokens.issue_api_token,
    _l("Create API key"),
    INTEGRATIONS,
    fields(
        label=Annotated[str, Text(_l("Enter the name of the program."), most=120)],
        scopes=tuple[str, ...],
        days=(Annotated[int, Ge(1), Le(MOST_DAYS)], 365),
    ),
    entry=NOWHERE,
)
revoke_api_token = API_TOKEN.verb(
    api_tokens.revoke_api_token,
    _l("Revoke API key"),
    INTEGRATIONS,
    can=_not_revoked,
    is_done=lambda row: row.revoked_at is not None,
    done=_l("The key is revoked: it opens nothing any more."),
    explain=_l("Programs that use it are refused at once. This can't be undone."),
    danger=True,
    entry=STAFF_ONLY,
)
