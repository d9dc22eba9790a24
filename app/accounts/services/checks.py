"""What may be written into a person's row."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from zoneinfo import available_timezones

from app.accounts.matrix import ROLES
from app.accounts.models import THEMES
from app.core.errors import BadInput


def checked_email(email: str) -> str:
    """Return the address, normalised and in lower case; raise BadInput for what is none."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as problem:
        raise BadInput(
            "This is not an e-mail address.",
            next_step="It looks like name@example.com.",
            field="email",
        ) from problem
    return found.normalized.lower()


def checked_name(name: str) -> str:
    """Return the name with single spaces; raise BadInput where it is empty or above 120 characters."""
    plain = " ".join(name.split())
    if not 1 <= len(plain) <= 120:
        raise BadInput("A name has 1 to 120 characters.", field="name")
    return plain


def checked_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Return the roles in the matrix's order; raise BadInput for an unknown one and for none."""
    given = set(roles)
    unknown = sorted(given - set(ROLES))
    if unknown:
        raise BadInput(f"There is no role “{unknown[0]}”.", field="roles")
    if not given:
        raise BadInput(
            "Somebody without a role could see nothing.",
            next_step="Choose at least one, or disable the person.",
            field="roles",
        )
    return tuple(role for role in ROLES if role in given)


@cache
def _zones() -> frozenset[str]:
    """Return every zone of this machine; finding them walks through hundreds of files."""
    return frozenset(available_timezones())


def checked_zone(zone: str) -> str:
    """Return the IANA time zone; raise BadInput for an unknown one."""
    if zone not in _zones():
        raise BadInput(f"There is no time zone “{zone}”.", field="timezone")
    return zone


def checked_theme(theme: str) -> str:
    """Return the theme; raise BadInput for what is not one of THEMES."""
    if theme not in THEMES:
        raise BadInput("Choose light, dark or as the system does.", field="theme")
    return theme
