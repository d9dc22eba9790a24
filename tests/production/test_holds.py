"""A job on hold: what stops meanwhile, who lets it go on, what the pages and the to-dos say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.backoffice.stations.station import read_station
from app.core.clock import today
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.core.holds import open_hold
from app.production import verbs
from app.production.todo import TODOS
from tests.order_rows import placed_order, staff_actor
from tests.production.conftest import jobs_for, last, open_all

FOLLOW_UP = next(todo for todo in TODOS if todo.key == "job_holds")
WHY = "The paper has another shade than the sample."


def test_a_held_job_goes_on_when_it_is_resumed_and_the_other_jobs_meanwhile(session, people):
    held, other = (open_all(job) for job in jobs_for(placed_order([10, 10])))
    first = held.operations[0]
    verbs.start_operation(first.id, actor=people.operator)
    verbs.pause_operation(first.id, actor=people.operator)
    verbs.hold_job(held.id, WHY, actor=people.quality)
    with pytest.raises(WrongState, match="The job is on hold: The paper"):
        verbs.resume_operation(first.id, actor=people.owner)
    verbs.start_operation(other.operations[0].id, actor=people.operator)
    verbs.resume_job(held.id, actor=people.planner)
    verbs.resume_operation(first.id, actor=people.operator)
    assert first.state == "running"


def test_a_held_job_is_neither_started_nor_split(ready_job, people):
    job = ready_job(10)
    verbs.hold_job(job.id, WHY, actor=people.planner)
    with pytest.raises(WrongState, match="on hold"):
        verbs.start_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(WrongState, match="on hold"):
        verbs.split_job(job.id, [4, 6], actor=people.planner)


def test_a_held_job_passes_no_quality_check(ready_job, run_to, people):
    job = ready_job(5)
    run_to(job, 2)
    verbs.start_operation(job.operations[2].id, actor=people.quality)
    assert job.state == "quality_check"
    verbs.hold_job(job.id, WHY, actor=people.quality)
    with pytest.raises(WrongState, match="on hold"):
        verbs.pass_quality(job.id, actor=people.quality)


def test_it_is_recorded_with_who_may_release_it(ready_job, people):
    job = ready_job(5)
    verbs.hold_job(
        job.id, WHY, follow_up_on=today(), release_permission="job.quality", actor=people.planner
    )
    assert (job.hold_reason, open_hold(job).owner_label) == (WHY, people.planner.label)
    assert last(job, "job.held").data["release_permission"] == "job.quality"
    with pytest.raises(NotAllowed):
        verbs.resume_job(job.id, actor=people.planner)
    verbs.resume_job(job.id, actor=people.quality)
    assert last(job, "job.resumed") and job.hold_reason is None and open_hold(job) is None


def test_the_wrong_person_no_reason_a_second_click_and_a_finished_job_are_refused(
    ready_job, people
):
    job = ready_job(5)
    with pytest.raises(NotAllowed):
        verbs.hold_job(job.id, WHY, actor=people.operator)
    with pytest.raises(BadInput, match="why the job is on hold"):
        verbs.hold_job(job.id, " ", actor=people.planner)
    verbs.hold_job(job.id, WHY, actor=people.planner)
    with pytest.raises(AlreadyDone):
        verbs.hold_job(job.id, WHY, actor=people.planner)
    ended = ready_job(5)
    verbs.cancel_job(ended.id, cause="Off", actor=people.planner)
    with pytest.raises(WrongState):
        verbs.hold_job(ended.id, WHY, actor=people.planner)
    whole = ready_job(5)
    verbs.split_job(whole.id, [2, 3], actor=people.planner)
    with pytest.raises(WrongState):
        verbs.hold_job(whole.id, WHY, actor=people.planner)


def test_a_station_offers_it_no_more_and_its_hold_is_followed_up_from_its_day_on(
    app, ready_job, people
):
    due, later = ready_job(5), ready_job(6)
    assert {card.id for card in read_station("press").next} == {due.id, later.id}
    for job, days in ((due, 0), (later, 2)):
        verbs.hold_job(
            job.id, WHY, follow_up_on=today() + timedelta(days), actor=staff_actor("planner")
        )
    assert not read_station("press").next
    with app.test_request_context():
        [item] = FOLLOW_UP.find(10).items
    assert item.order_id == due.order_id and WHY in item.title
