"""Taking on, roles, disabling, passwords."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts import passwords
from app.accounts.services.resets import set_password
from app.accounts.services.sessions import open_sessions, start_session
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import (
    change_profile,
    change_roles,
    create_staff,
    disable_staff,
    enable_staff,
    send_password_link,
)
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from tests.accounts.conftest import PASSWORD, events


def test_a_person_who_is_taken_on_has_roles_and_an_event(session: Any, engineer: Any) -> None:
    person = create_staff(
        None, " Ines@Example.COM ", "Ines  Okoro", ["sales"], actor=engineer, password=PASSWORD
    )
    assert (person.email, person.name, person.roles) == (
        "ines@example.com",
        "Ines Okoro",
        ("sales",),
    )
    (event,) = events("staff.created")
    assert event.subject_id == person.id
    assert event.door == "cli"
    assert event.after == {
        "email": "ines@example.com",
        "name": "Ines Okoro",
        "roles": ["sales"],
    }


def test_a_password_is_kept_as_argon2id_only(take_on: Any) -> None:
    person = take_on("ines", "sales")
    assert person.password_hash.startswith("$argon2id$")
    assert passwords.fits(PASSWORD, person.password_hash)
    assert not passwords.fits(PASSWORD + "x", person.password_hash)
    assert not passwords.fits(PASSWORD, None)


def test_without_a_password_a_link_to_choose_one_is_prepared(session: Any, engineer: Any) -> None:
    person = create_staff(None, "ines@example.com", "Ines", ["sales"], actor=engineer)
    (event,) = events("staff.reset_requested")
    assert event.stream_id == person.id
    assert event.data["invited"] is True


def test_the_same_address_in_other_letters_is_somebody_already(take_on: Any, engineer: Any) -> None:
    take_on("ines", "sales")
    with pytest.raises(AlreadyDone):
        create_staff(None, "INES@example.com", "Ines", ["sales"], actor=engineer, password=PASSWORD)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"name": "  "}, "name"),
        ({"roles": ["king"]}, "roles"),
        ({"roles": []}, "roles"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"password": "short"}, "password"),
        ({"password": "aaaaaaaaaaaaaa"}, "password"),
        ({"password": "ines@example.com"}, "password"),
    ],
)
def test_bad_input_names_its_field(session: Any, engineer: Any, change: Any, field: str) -> None:
    values = {
        "email": "ines@example.com",
        "name": "Ines",
        "roles": ["sales"],
        "password": PASSWORD,
    } | change
    with pytest.raises(BadInput) as problem:
        create_staff(None, actor=engineer, **values)
    assert problem.value.field == field


def test_sales_can_not_manage_staff(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    who = staff_actor(ines)
    with pytest.raises(NotAllowed):
        create_staff(None, "bo@example.com", "Bo", ["owner"], actor=who, password=PASSWORD)
    with pytest.raises(NotAllowed):
        change_roles(ines.id, ["owner"], actor=who)
    with pytest.raises(NotAllowed):
        disable_staff(owner.id, actor=who)
    with pytest.raises(NotAllowed):
        enable_staff(owner.id, actor=who)
    with pytest.raises(NotAllowed):
        change_profile(owner.id, name="Somebody else", actor=who)


def test_roles_change_with_before_and_after_and_hold_at_once(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    version = ines.version_id
    change_roles(ines.id, ["sales", "finance"], actor=staff_actor(owner))
    assert ines.roles == ("sales", "finance")
    assert ines.version_id == version + 1
    (event,) = events("staff.changed")
    assert event.before == {"roles": ["sales"]}
    assert event.after == {"roles": ["sales", "finance"]}
    with pytest.raises(AlreadyDone):
        change_roles(ines.id, ["finance", "sales"], actor=staff_actor(owner))


def test_a_page_opened_before_somebody_elses_change_is_stale(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    seen = ines.version_id
    change_roles(ines.id, ["finance"], actor=staff_actor(owner), seen_version=seen)
    with pytest.raises(Stale):
        change_roles(ines.id, ["quality"], actor=staff_actor(owner), seen_version=seen)
    assert ines.roles == ("finance",)


def test_the_last_owner_stays(take_on: Any, owner: Any) -> None:
    who = staff_actor(owner)
    with pytest.raises(WrongState):
        change_roles(owner.id, ["sales"], actor=who)
    with pytest.raises(WrongState):
        disable_staff(owner.id, actor=who)
    assert owner.roles == ("owner",)
    second = take_on("bo", "owner")
    disable_staff(second.id, actor=who)
    with pytest.raises(WrongState):
        change_roles(owner.id, ["sales"], actor=who)  # a disabled owner runs no shop


def test_disabling_ends_every_session_and_happens_once(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales")
    start_session(ines, ip="198.51.100.7", user_agent="")
    start_session(ines, ip="198.51.100.8", user_agent="")
    disable_staff(ines.id, actor=staff_actor(owner))
    assert ines.is_disabled
    assert open_sessions(ines.id) == []
    (event,) = events("staff.disabled")
    assert event.data == {"sessions_ended": 2}
    with pytest.raises(AlreadyDone):
        disable_staff(ines.id, actor=staff_actor(owner))


def test_somebody_enabled_again_has_the_same_roles(take_on: Any, owner: Any) -> None:
    ines = take_on("ines", "sales", "finance")
    disable_staff(ines.id, actor=staff_actor(owner))
    enable_staff(ines.id, actor=staff_actor(owner))
    assert not ines.is_disabled
    assert ines.roles == ("sales", "finance")
    assert len(events("staff.enabled")) == 1
    with pytest.raises(AlreadyDone):
        enable_staff(ines.id, actor=staff_actor(owner))


def test_a_new_password_ends_every_session(take_on: Any) -> None:
    ines = take_on("ines", "sales")
    start_session(ines, ip="198.51.100.7", user_agent="")
    set_password(ines, "another long password", staff_actor(ines))
    assert open_sessions(ines.id) == []
    assert passwords.fits("another long password", ines.password_hash)
    (event,) = events("staff.password_set")
    assert "another" not in str([event.before, event.after, event.data])


def test_a_disabled_person_gets_no_password_link(take_on: Any, owner: Any, engineer: Any) -> None:
    ines = take_on("ines", "sales")
    disable_staff(ines.id, actor=staff_actor(owner))
    with pytest.raises(WrongState):
        send_password_link(ines.id, actor=engineer)


def test_a_profile_that_did_not_change_leaves_no_event(take_on: Any) -> None:
    ines = take_on("ines", "sales")
    change_profile(ines.id, name="Ines", actor=staff_actor(ines))
    assert events("staff.changed") == []
    change_profile(ines.id, timezone="Europe/Lisbon", theme="dark", actor=staff_actor(ines))
    (event,) = events("staff.changed")
    assert event.after == {"timezone": "Europe/Lisbon", "theme": "dark"}


def test_two_owners_who_remove_each_other_leave_one(committed: Any) -> None:
    import threading

    from app.accounts.models import Staff
    from app.core.actor import system
    from app.core.db import db

    with committed.app.app_context():
        ids = [
            create_staff(
                None, f"{name}@example.com", name, ["owner"], actor=system("cli"), password=PASSWORD
            ).id
            for name in ("olive", "bo")
        ]
        db.session.commit()
    started = threading.Barrier(2)
    outcomes: list[str] = []

    def demote(staff_id: Any) -> None:
        with committed.app.app_context():
            started.wait(timeout=10)
            try:
                change_roles(staff_id, ["sales"], actor=system("cli"))
                db.session.commit()
                outcomes.append("done")
            except WrongState:
                db.session.rollback()
                outcomes.append("refused")

    threads = [threading.Thread(target=demote, args=[staff_id]) for staff_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(outcomes) == ["done", "refused"]
    with committed.app.app_context():
        left = [person for person in db.session.query(Staff) if "owner" in person.roles]
        assert len(left) == 1
