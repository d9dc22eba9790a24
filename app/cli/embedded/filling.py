"""What a new shop starts with: the demo, or nothing."""

import os
from collections.abc import Mapping
from enum import StrEnum

FILLED = "FILLED_WITH"


class Choice(StrEnum):
    """What the shop holds, as `shop.env` remembers it."""

    DEMO = "demo"
    EMPTY = "owner"


def is_filled(known: dict[str, str]) -> bool:
    """Whether an earlier start filled the shop already."""
    return known.get(FILLED) in set(Choice)


def choose(known: dict[str, str], *, demo: bool) -> tuple[Choice, dict[str, str]]:
    """What to fill the shop with, and its owner where the environment names one. A shop that was filled once
    stays as it is."""
    if is_filled(known):
        return Choice(known[FILLED]), {}
    return (Choice.DEMO, {}) if demo else (Choice.EMPTY, owner_of(os.environ))


def owner_of(environ: Mapping[str, str]) -> dict[str, str]:
    """The first owner that the environment names, {} for none: then the set-up link lets them in."""
    email, name, password = (
        environ.get(f"OWNER_{part}", "") for part in ("EMAIL", "NAME", "PASSWORD")
    )
    if not (email and password):
        return {}
    name = name or email.split("@")[0]
    return {"OWNER_EMAIL": email, "OWNER_NAME": name, "OWNER_PASSWORD": password}
