"""The first owner comes in by the set-up link alone: once, while the shop has no staff, and one of two at a time."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import SetupLink, Staff
from app.accounts.services import first_owner
from app.core.clock import now
from app.core.db import db
from app.core.errors import NotFound, Problem, WrongState
from app.core.web import PLACES
from tests.conftest import Committed

OWNER = {"name": "Wren Oduya", "email": "wren@example.com", "password": "a long enough password 17"}


def form(client: Any, address: str, **values: str) -> Any:
    import re

    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(address).text)
    token = found.group(1) if found else ""
    return client.post(
        address, data={"csrf_token": token, "again": values.get("password", ""), **values}
    )


def address_of(link: SetupLink | None) -> str:
    assert link is not None
    return f"/admin/set-up/{link.token}"


def test_the_link_lets_the_first_owner_in_and_leads_to_the_set_up(
    client: Any, session: Any
) -> None:
    address = address_of(first_owner.setup_link())
    session.commit()
    answer = form(client, address, **OWNER)
    assert (answer.status_code, answer.headers["Location"]) == (303, PLACES["set_up"])
    person = session.scalar(select(Staff))
    assert person.roles == ("owner",)
    assert client.get("/admin/account").status_code == 200


def test_the_link_is_good_once(client: Any, app: Any, session: Any) -> None:
    address = address_of(first_owner.setup_link())
    session.commit()
    form(client, address, **OWNER)
    second = app.test_client().get(address)
    assert second.status_code == 409 and "has an owner already" in second.text
    assert len(session.scalars(select(Staff)).all()) == 1


def test_only_the_hash_of_the_link_is_stored(session: Any) -> None:
    link = first_owner.setup_link()
    assert link is not None
    stored = session.execute(select(SetupLink.salt, SetupLink.token_hash)).one()
    assert link.token not in stored


def test_an_open_link_is_printed_again_and_one_that_expired_is_replaced(session: Any) -> None:
    first = first_owner.setup_link()
    again = first_owner.setup_link()
    assert first is not None and again is not None and first.token == again.token
    first.expires_at = now() - timedelta(seconds=1)
    session.flush()
    with pytest.raises(WrongState, match="expired"):
        first_owner.find_setup_link(first.token)
    renewed = first_owner.setup_link()
    assert renewed is not None and renewed.token != first.token


def test_a_shop_with_staff_has_no_link(session: Any, take_on: Any) -> None:
    link = first_owner.setup_link()
    take_on("ines", "sales")
    assert first_owner.setup_link() is None
    assert link is not None
    with pytest.raises(WrongState, match="has an owner already"):
        first_owner.find_setup_link(link.token)


def test_a_guessed_link_opens_nothing(client: Any, session: Any) -> None:
    first_owner.setup_link()
    session.commit()
    assert client.get("/admin/set-up/guessed").status_code == 404
    with pytest.raises(NotFound):
        first_owner.find_setup_link("guessed")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "wren", "is not an e-mail address"),
        ("password", "short", "Ten characters"),
        ("again", "another long password 18", "The two passwords differ."),
        ("name", " ", "Enter the name."),
    ],
)
def test_a_bad_answer_has_its_sentence_and_the_link_still_works(
    client: Any, session: Any, field: str, value: str, sentence: str
) -> None:
    address = address_of(first_owner.setup_link())
    session.commit()
    values = OWNER | {"again": OWNER["password"]} | {field: value}
    if field == "password":
        values["again"] = value
    answer = form(client, address, **values)
    assert answer.status_code == 422 and sentence.lower() in answer.text.lower()
    assert session.scalar(select(Staff)) is None
    assert form(client, address, **OWNER).status_code == 303


def test_of_two_at_the_same_moment_one_becomes_the_owner(committed: Committed) -> None:
    with committed.app.app_context():
        link = first_owner.setup_link()
        assert link is not None
        token = link.token
        db.session.commit()
        db.session.remove()
    start, outcomes = threading.Barrier(2), []

    def come_in(email: str) -> None:
        with committed.app.app_context():
            start.wait(10)
            try:
                first_owner.create_first_owner(token, email, "Wren Oduya", OWNER["password"])
                db.session.commit()
                outcomes.append("in")
            except Problem as problem:
                db.session.rollback()
                outcomes.append(type(problem).__name__)
            db.session.remove()

    threads = [threading.Thread(target=come_in, args=(f"{who}@example.com",)) for who in "ab"]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert sorted(outcomes) == ["WrongState", "in"]


def test_the_sign_in_page_of_an_empty_shop_says_how_to_come_in(client: Any, session: Any) -> None:
    assert "This shop has no owner yet." in client.get("/admin/sign-in").text
