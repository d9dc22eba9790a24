"""What a new shop starts with: the demo, or nothing but its owner."""

import os
import sys
from enum import StrEnum

import click

from app.cli.embedded.waiting import NotReady

FILLED = "FILLED_WITH"


class Choice(StrEnum):
    """What the shop holds, as `shop.env` remembers it."""

    DEMO = "demo"
    EMPTY = "owner"


def is_filled(known: dict[str, str]) -> bool:
    """Whether an earlier start filled the shop already."""
    return known.get(FILLED) in set(Choice)


def choose(known: dict[str, str], *, demo: bool) -> tuple[Choice, dict[str, str]]:
    """What to fill the shop with, and who its owner is when that must be said. A shop that was
    filled once stays as it is. Raises NotReady where nobody can be asked."""
    if is_filled(known):
        return Choice(known[FILLED]), {}
    return (Choice.DEMO, {}) if demo else (Choice.EMPTY, ask_owner())


def ask_owner() -> dict[str, str]:
    """Who the first owner is: from the environment, else asked at the terminal. Raises NotReady
    where there is no terminal."""
    email, name, password = (
        os.environ.get(f"OWNER_{part}", "") for part in ("EMAIL", "NAME", "PASSWORD")
    )
    if email and password:
        name = name or email.split("@")[0]
    elif not sys.stdin.isatty():
        raise NotReady(
            "With --no-demo the shop needs its first owner: set OWNER_EMAIL and OWNER_PASSWORD "
            "(and OWNER_NAME), or start it at a terminal to be asked."
        )
    else:
        print("  The first owner of this shop:")
        email = email or click.prompt("    E-mail")
        name = name or click.prompt("    Name")
        password = password or click.prompt(
            "    Password", hide_input=True, confirmation_prompt="    Repeat the password"
        )
    return {"OWNER_EMAIL": email, "OWNER_NAME": name, "OWNER_PASSWORD": password}
