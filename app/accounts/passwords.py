"""Passwords as argon2id, and what a password must be."""

from functools import cache
from typing import Any

from app.core.errors import BadInput
from app.core.settings import current
from app.core.translations import _

LEAST, MOST = 10, 200


@cache
def hasher(*, testing: bool) -> Any:
    """Return the argon2id hasher: the parameters of RFC 9106 for little memory, which take a quarter
    of a second of a processor. A shop under test signs in hundreds of times and takes the least."""
    from argon2 import PasswordHasher

    if testing:
        return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    return PasswordHasher()


def _hasher() -> Any:
    chosen = current()
    return hasher(testing=chosen.testing and chosen.embedded)


@cache
def _nobodys_hash() -> str:
    """A hash that no password fits: checked where there is no account, so that time tells nothing."""
    import secrets

    return str(_hasher().hash(secrets.token_urlsafe(32)))


def hashed(password: str) -> str:
    """Return the argon2id hash of `password`, with its salt and parameters inside."""
    return str(_hasher().hash(password))


def fits(password: str, stored: str | None) -> bool:
    """Return whether `password` belongs to the hash; takes as long where there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        right = bool(_hasher().verify(stored or _nobodys_hash(), password[: MOST + 1]))
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made with weaker parameters than today's."""
    return bool(_hasher().check_needs_rehash(stored))


def check_choice(password: str, *, email: str, name: str) -> None:
    """Raise BadInput with field ``password`` unless somebody may choose `password`."""
    if len(password) < LEAST:
        raise BadInput(_("Use at least %(least)s characters.", least=LEAST), field="password")
    if len(password) > MOST:
        raise BadInput(_("Use at most %(most)s characters.", most=MOST), field="password")
    plain = password.casefold()
    if len(set(plain)) < 4 or plain in {email.casefold(), name.casefold()}:
        raise BadInput(
            _("This password is too easy to guess."),
            next_step=_("Try a few unrelated words."),
            field="password",
        )
