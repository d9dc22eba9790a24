"""What a new shop starts with: the demo, or nothing but its owner."""

from enum import StrEnum

from app.cli.embedded import first_owner

FILLED = "FILLED_WITH"


class Choice(StrEnum):
    """What the shop holds, as `shop.env` remembers it."""

    DEMO = "demo"
    EMPTY = "owner"


def is_filled(known: dict[str, str]) -> bool:
    """Whether an earlier start filled the shop already."""
    return known.get(FILLED) in set(Choice)


def choose(known: dict[str, str], *, demo: bool) -> tuple[Choice, dict[str, str]]:
    """What to fill the shop with, and who its owner is when that must be said.

    A shop that was filled once stays as it is. Asks at the terminal for the owner of an empty
    shop. Raises NotReady where nobody can be asked.
    """
    if is_filled(known):
        return Choice(known[FILLED]), {}
    return (Choice.DEMO, {}) if demo else (Choice.EMPTY, first_owner.ask())
