"""The first owner, made on the server."""

from __future__ import annotations

import json
from typing import Any

from app.accounts import commands
from app.accounts.services.staff import find_staff
from tests.accounts.conftest import PASSWORD, events

ASKED = ["owner", "create", "--email", "olive@example.com", "--name", "Olive"]


def run(app: Any, *words: str, **kwargs: Any) -> Any:
    if "owner" not in app.cli.commands:
        commands.register(app)
    return app.test_cli_runner().invoke(args=list(words), **kwargs)


def test_an_owner_is_made_once(app: Any, session: Any) -> None:
    first = run(app, *ASKED, "--password", PASSWORD)
    assert first.exit_code == 0, first.output
    person = find_staff("olive@example.com")
    assert person is not None
    assert person.roles == ("owner",)
    (event,) = events("staff.created")
    assert (event.door, event.actor_kind) == ("cli", "system")
    second = run(app, *ASKED, "--password", PASSWORD)
    assert second.exit_code == 1
    assert "already a staff member" in second.output


def test_a_weak_password_is_refused_with_a_sentence(app: Any, session: Any) -> None:
    result = run(app, *ASKED, "--password", "short")
    assert result.exit_code == 1
    assert "at least 10 characters" in result.output
    assert find_staff("olive@example.com") is None


def test_everybody_is_listed(app: Any, take_on: Any) -> None:
    take_on("ines", "sales", "finance")
    result = run(app, "staff", "list", "--json")
    assert json.loads(result.output) == {
        "email": "ines@example.com",
        "name": "Ines",
        "roles": ["sales", "finance"],
        "disabled": False,
    }
