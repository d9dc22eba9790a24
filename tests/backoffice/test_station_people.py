"""Changing the person at a station: by PIN or badge, on the same page, with the same job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.services.staff import staff_actor
from app.accounts.verbs import disable_staff, remove_station_access, set_badge, set_pin
from app.core.actor import system
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput
from app.core.events import Event
from app.production.models import Job
from tests.backoffice.conftest import Person

PRESS, PIN, BADGE = "/admin/station/press", "4071", "BADGE-0042-77"


@pytest.fixture
def colleague(app: Flask, session: Any) -> Staff:
    """Somebody else who runs the press, with a PIN and a badge."""
    person = Person(app.test_client(), "operator").staff
    person.name = "Kofi Example"
    set_pin(person.id, PIN, actor=staff_actor(person))
    set_badge(person.id, BADGE, actor=staff_actor(person))
    db.session.commit()
    return person


def by_pin(person: Staff, pin: str = PIN) -> dict[str, str]:
    return {"staff_id": str(person.id), "pin": pin}


@pytest.mark.parametrize("how", ["pin", "badge"])
def test_the_next_person_takes_over_where_the_page_is(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], colleague: Staff, how: str
) -> None:
    job, at_press = ready_job(), somebody("operator")
    page = at_press.get(f"{PRESS}?job={job.number}")
    given = by_pin(colleague) if how == "pin" else {"badge": BADGE.lower()}
    token = at_press.token(PRESS)
    answer = at_press.send(f"{PRESS}/person", {"csrf_token": token, "job": job.number, **given})
    assert answer.answer.location == f"{PRESS}?job={job.number}"
    after = at_press.get(answer.answer.location)
    assert "Kofi Example" in after.words and job.number in after.words
    assert page.words != after.words
    events = db.session.scalars(select(Event).order_by(Event.at)).all()
    names = [
        (event.name, event.actor_id) for event in events if event.name.startswith("staff.sign")
    ]
    assert names[-2:] == [
        ("staff.signed_out", at_press.staff.id),
        ("staff.signed_in", colleague.id),
    ]
    at_press.press(after, "start_operation")
    started = db.session.scalars(select(Event).where(Event.name == "operation.started")).one()
    assert started.actor_id == colleague.id


@pytest.mark.parametrize("given", [{"pin": "9999"}, {"badge": "BADGE-0042-78"}, {"staff_id": "x"}])
def test_a_wrong_pin_or_badge_leaves_who_was_there_and_is_logged(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], colleague: Staff,
    given: dict[str, str],
) -> None:  # fmt: skip
    job, at_press = ready_job(), somebody("operator")
    form = {"csrf_token": at_press.token(PRESS), "job": job.number, **by_pin(colleague), **given}
    answer = at_press.send(f"{PRESS}/person", form)
    assert answer.status == 401
    assert job.number in answer.words and "Kofi" not in answer.words.split("Change person")[0]
    assert at_press.get("/admin/account").status == 200
    denied = db.session.scalars(select(Event).where(Event.name == "access.denied")).one()
    assert denied.data["what"] == "station"


def test_five_wrong_pins_make_the_right_one_wait(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], colleague: Staff
) -> None:
    ready_job()
    at_press = somebody("operator")
    form = {"csrf_token": at_press.token(PRESS)}
    for _ in range(5):
        at_press.send(f"{PRESS}/person", {**form, **by_pin(colleague, "9999")})
    assert at_press.send(f"{PRESS}/person", {**form, **by_pin(colleague)}).status == 429


def test_a_disabled_person_takes_over_nothing(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], colleague: Staff
) -> None:
    ready_job()
    disable_staff(colleague.id, actor=system("cli"))
    at_press = somebody("operator")
    form = {"csrf_token": at_press.token(PRESS)}
    assert at_press.send(f"{PRESS}/person", {**form, "badge": BADGE}).status == 401
    assert at_press.send(f"{PRESS}/person", {**form, **by_pin(colleague)}).status == 401


def test_a_pin_opens_stations_and_no_other_page(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], session: Any
) -> None:
    ready_job()
    owner, at_press = somebody("owner"), somebody("operator")
    set_pin(owner.staff.id, PIN, actor=staff_actor(owner.staff))
    form = {"csrf_token": at_press.token(PRESS), **by_pin(owner.staff)}
    assert at_press.send(f"{PRESS}/person", form).status == 303
    assert at_press.get(PRESS).status == 200
    for path in ("/admin/", "/admin/account", "/admin/staff/", "/admin/orders/"):
        answer = at_press.get(path)
        assert answer.status == 303 and answer.answer.location.startswith("/admin/sign-in?next=")
    assert "Password" in at_press.get("/admin/sign-in?next=/admin/").words


def test_the_live_part_of_a_signed_out_station_leads_back_to_its_page(
    app: Flask, ready_job: Callable[..., Job]
) -> None:
    job = ready_job()
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{PRESS}?job={job.number}"}
    answer = app.test_client().get(f"{PRESS}/live?job={job.number}", headers=headers)
    assert answer.headers["HX-Redirect"] == f"/admin/sign-in?next={PRESS}?job%3D{job.number}"


@pytest.mark.parametrize("pin", ["123", "1234", "4321", "0000", "1122", "123456789", "12a4", ""])
def test_a_pin_that_is_tried_first_is_refused(colleague: Staff, pin: str) -> None:
    with pytest.raises(BadInput):
        set_pin(colleague.id, pin, actor=staff_actor(colleague))


def test_a_badge_is_one_person_s_and_stored_as_a_hash(
    somebody: Callable[..., Person], colleague: Staff
) -> None:
    other = somebody("operator").staff
    with pytest.raises(AlreadyDone):
        set_badge(other.id, BADGE.lower(), actor=staff_actor(other))
    assert colleague.badge_hash and BADGE not in colleague.badge_hash
    remove_station_access(colleague.id, actor=staff_actor(colleague))
    set_badge(other.id, BADGE, actor=staff_actor(other))
