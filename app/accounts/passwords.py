"""Passwords as argon2id, and what a password must be."""

import re
from functools import cache
from typing import Any

from app.core.errors import BadInput
from app.core.settings import current
from app.core.shop.details import shop_details
from app.core.translations import _

LEAST, MOST = 10, 200
LEAST_GUESSES = 10**8
LEAST_REST = 6
"""Letters and digits that must not come from names."""
ESTIMATED = 72
"""Characters that are estimated: the time it takes grows with their cube."""


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
    """Raise BadInput with field ``password`` unless somebody may choose `password`.

    It is refused where a guesser who knows the person, the shop and what people choose most would need
    fewer than 100 million tries (zxcvbn, which brings lists of passwords, names and words).
    """
    if len(password) < LEAST:
        raise BadInput(_("Use at least %(least)s characters.", least=LEAST), field="password")
    if len(password) > MOST:
        raise BadInput(_("Use at most %(most)s characters.", most=MOST), field="password")
    known = _known_words(email, name)
    if _rest(password, known) < LEAST_REST or _guesses(password, known) < LEAST_GUESSES:
        raise BadInput(
            _("This password is too easy to guess."),
            next_step=_("Try a few unrelated words, without your name or the shop's."),
            field="password",
        )


def _known_words(email: str, name: str) -> list[str]:
    """Return what a guesser would try first: the words of the person's and the shop's names, and each as
    a whole."""
    given = (email, name, shop_details().name)
    words = {word for one in given for word in re.split(r"[\W_]+", one.casefold()) if len(word) > 2}
    return sorted(words | {re.sub(r"\s+", "", one.casefold()) for one in given}, key=len)[::-1]


def _rest(password: str, known: list[str]) -> int:
    """Return how many letters and digits of the password are of none of the known words."""
    plain = password.casefold()
    for word in known:
        plain = plain.replace(word, " ")
    return len(re.sub(r"[\W_]+", "", plain))


def _guesses(password: str, known: list[str]) -> int:
    from zxcvbn import zxcvbn

    plain = re.sub(r"\s+", " ", password)[:ESTIMATED]
    tried = {plain, plain.replace(" ", "")}
    return min(int(zxcvbn(one, user_inputs=known)["guesses"]) for one in tried)
