"""The first owner, made on the server."""

from __future__ import annotations

import json
from typing import Any

from app.accounts.services.staff import find_staff
from app.accounts.verbs import create_staff
from app.core.actor import system
from tests.accounts.conftest import PASSWORD, events

ASKED = ["owner", "create", "--email", "olive@example.com", "--name", "Olive"]


def run(app: Any, *words: str, **kwargs: Any) -> Any:
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


def test_the_first_owner_is_made_only_where_there_is_no_staff(app: Any, session: Any) -> None:
    for name in ("olive", "oscar"):
        email = f"{name}@example.com"
        made = run(app, "owner", "create", "--email", email, "--name", name, "--first",
                   env={"OWNER_PASSWORD": PASSWORD})  # fmt: skip
        assert made.exit_code == 0, made.output
    assert find_staff("olive@example.com") is not None
    assert find_staff("oscar@example.com") is None


def test_a_weak_password_is_refused_with_a_sentence(app: Any, session: Any) -> None:
    result = run(app, *ASKED, "--password", "short")
    assert result.exit_code == 1
    assert "at least 10 characters" in result.output
    assert find_staff("olive@example.com") is None


def test_everybody_is_listed(app: Any, session: Any) -> None:
    create_staff(None, "ines@example.com", "Ines", ["sales", "finance"], actor=system("cli"))
    result = run(app, "staff", "list", "--json")
    assert json.loads(result.output) == {
        "email": "ines@example.com",
        "name": "Ines",
        "roles": ["sales", "finance"],
        "disabled": False,
    }
