"""The lists of jobs and of work centres, as staff see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.verbs import create_staff
from app.core.actor import system
from app.core.clock import today
from app.core.events import Event
from app.production import services, verbs
from app.production.models import WorkCentre as Centre
from tests.accounts.conftest import PASSWORD, Browser
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for, open_all


@pytest.fixture
def come_in(app, session):
    def sign_in(*roles: str) -> Browser:
        browser = Browser(app.test_client())
        name = f"{'-'.join(roles)}@example.com"
        create_staff(None, name, "Juno Example", roles, actor=system("cli"), password=PASSWORD)
        assert browser.sign_in(name).status_code in (302, 303)
        return browser

    return sign_in


def test_the_list_shows_jobs_with_their_pieces_and_what_they_wait_for(come_in, people):
    waiting = jobs_for(placed_order([7]), due_on=today() - timedelta(days=3))[0]
    running = open_all(jobs_for(placed_order([10], rush=True), route=SHORT_ROUTE)[0])
    step = running.operations[0]
    verbs.start_operation(step.id, actor=people.operator)
    verbs.count_pieces(step.id, good=3, spoiled=2, cause="Ink", actor=people.operator)
    page = come_in("planner").get("/admin/jobs/").text
    assert waiting.number in page and running.number in page
    assert "artwork: Juno Marrowby" in page and "Rush" in page
    assert "Running" in page and "Press" in page
    assert f"/admin/job/{running.number}" in page


def test_the_list_narrows_by_state_customer_and_work_centre(come_in):
    first = jobs_for(placed_order([7], customer_name="Oddsock Robotics"))[0]
    second = open_all(jobs_for(placed_order([7]), route=SHORT_ROUTE)[0])
    browser = come_in("planner")
    for args, number in (
        ("flt_state_equals=ready", second.number),
        ("flt_customer_contains=oddsock", first.number),
        ("flt_work_centre_contains=desk", first.number),
        ("search=" + second.title[-4:], second.number),
    ):
        page = browser.get(f"/admin/jobs/?{args}").text
        shown = [job.number for job in (first, second) if f">{job.number}<" in page]
        assert shown == [number], args


def test_finance_sees_no_jobs(come_in):
    assert come_in("finance").get("/admin/jobs/").status_code == 403


def test_a_bad_page_or_id_is_not_found(come_in):
    browser = come_in("planner")
    for path in ("/admin/jobs/?page=-5", "/admin/work-centres/details/?id=abc"):
        assert browser.get(path).status_code == 404


def test_a_planner_writes_the_instructions_and_an_operator_does_not(come_in, session):
    centre = services.load_preset([Centre(key="press", name="Press", instructions="")])[0]
    path = f"/admin/work-centres/edit/?id={centre.id}"
    assert come_in("operator").get(path).status_code == 403
    planner = come_in("planner")
    answer = planner.post(path, {"key": "press", "name": "Big press", "instructions": "Ink first."})
    assert answer.status_code in (302, 303), answer.text
    session.refresh(centre)
    assert (centre.name, centre.instructions) == ("Big press", "Ink first.")


def test_a_planner_adds_a_work_centre_whose_key_is_free(come_in, session):
    planner, typed = come_in("planner"), {"key": "foil", "name": "Foil press", "instructions": ""}
    assert planner.post("/admin/work-centres/new/", typed).status_code == 302
    centre = session.scalars(select(Centre).where(Centre.key == "foil")).one()
    event = session.scalars(select(Event).where(Event.subject_id == centre.id)).one()
    assert (event.name, event.after["name"]) == ("work_centre.created", "Foil press")
    again = planner.post("/admin/work-centres/new/", typed)
    assert again.status_code == 200 and "Already exists" in again.text


def test_a_work_centre_needs_no_key_of_its_own(come_in, session):
    planner, typed = come_in("planner"), {"key": "", "name": "Laser bench", "instructions": ""}
    for number in range(2):
        answer = planner.post("/admin/work-centres/new/", typed)
        assert answer.status_code == 302, number
    centres = session.scalars(select(Centre).where(Centre.name == "Laser bench"))
    assert {one.key for one in centres} == {"laser_bench", "laser_bench_2"}
