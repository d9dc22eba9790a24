"""Reactions that come late, swapped or twice lead to the same end."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app.core import settings
from app.reactions import REACTIONS
from tests.notify.conftest import MailServer
from tests.preset_shop import load_presets
from tests.reactions.life import Life, broken_invariants
from tests.reactions.running import Reactions, rewound

pytestmark = [pytest.mark.usefixtures("session"), pytest.mark.extended]
TRADES = ("print", "jewellery", "threed")
NAMES = sorted({one.name for some in REACTIONS.values() for one in some})
CANCELLING = {"cancel_jobs", "release_material", "release_for_job", "release_promotion"}
#: What each kind of life comes to when every reaction is prompt, by preset and kind.
PROMPT: dict[tuple[str, Callable[[Life], None]], dict[str, Any]] = {}


@pytest.fixture
def shop(preset_shop: None, app: Flask, mail: MailServer) -> Iterator[Flask]:
    """A shop of all three trades."""
    changed = {"smtp_port": mail.port, "mail_catcher_dir": None}
    before, table = settings.current(), app.extensions["reactions"]
    settings.use(before.model_copy(update=changed))
    load_presets(["threed"])
    try:
        yield app
    finally:
        app.extensions["reactions"] = table
        settings.use(before)


def live(reactions: Reactions, trade: str, kind: Callable[[Life], None] = Life.live) -> Life:
    """Let an order live; check that it ends as with prompt reactions and that nothing is broken."""
    if (trade, kind) not in PROMPT:
        with rewound(reactions.app):
            prompt = Life(Reactions(reactions.app), trade)
            kind(prompt)
            PROMPT[trade, kind] = prompt.state()
    life = Life(reactions, trade)
    kind(life)
    assert life.state() == PROMPT[trade, kind]
    assert list(broken_invariants()) == []
    return life


LATE = sorted(set(NAMES) - CANCELLING)
GROUPS = 4


@pytest.mark.parametrize("names", [LATE[at::GROUPS] for at in range(GROUPS)], ids="+".join)
def test_reactions_that_come_as_late_as_can_be_change_nothing(
    shop: Flask, names: list[str]
) -> None:
    reactions = Reactions(shop, late=frozenset(names))
    life = live(reactions, "print")
    assert [name for name in names if not reactions.seen[name]] == [], "the life has none of these"
    assert life.state()["order"][0] == "closed"


@pytest.mark.parametrize(
    "names",
    [sorted(CANCELLING | {"reserve_material"}), ["make_jobs", "open_artwork"]],
    ids="+".join,
)
def test_a_late_reaction_to_a_cancelled_order_takes_nothing_up(
    shop: Flask, names: list[str]
) -> None:
    reactions = Reactions(shop, late=frozenset(names))
    life = live(reactions, "print", Life.live_and_cancel)
    assert [name for name in names if not reactions.seen[name]] == [], "the life has none of these"
    assert life.state()["order"][0] == "cancelled"


@pytest.mark.parametrize(
    ("trade", "kind"), [*((trade, Life.live) for trade in TRADES), ("print", Life.live_and_cancel)]
)
def test_all_reactions_late_and_the_newest_first_change_nothing(
    shop: Flask, trade: str, kind: Callable[[Life], None]
) -> None:
    live(Reactions(shop, late=frozenset(NAMES)), trade, kind)


@pytest.mark.parametrize("trade", TRADES)
def test_each_reaction_twice_and_all_of_them_again_change_nothing(shop: Flask, trade: str) -> None:
    reactions = Reactions(shop, twice=True, shuffle=random.Random(trade).shuffle)
    life = live(reactions, trade)
    reactions.repeat_all()
    assert life.state() == PROMPT[trade, Life.live]
    assert list(broken_invariants()) == []
