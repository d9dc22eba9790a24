"""Jobs come from lines, wait for their gates, get a day, end."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.errors import AlreadyDone, BadInput, NotAllowed, NotFound, WrongState
from app.production import services, verbs
from tests.order_rows import placed_order, staff_actor
from tests.production.conftest import ROUTE, SHA, jobs_for, last, names, open_all


def test_each_line_gets_one_job_with_the_route_copied(session):
    order = placed_order([250, 12])
    first, second = jobs_for(order, due_on=date(2027, 1, 27))
    assert [first.quantity, second.quantity] == [250, 12]
    assert first.number.startswith("J-") and first.number != second.number
    assert [step.name for step in first.operations] == ["Print", "Trim", "Check"]
    assert first.operations[0].work_centre.key == "press"
    assert first.state == "new" and first.due_on == date(2027, 1, 27)
    assert names(first) == ["job.created", "job.created"]
    assert last(second, "job.created").after["quantity"] == 12


def test_jobs_made_twice_are_the_same_jobs(session):
    order = placed_order([5])
    again = [jobs_for(order)[0], jobs_for(order)[0]]
    assert again[0] is again[1]
    assert names(again[0]) == ["job.created"]


def test_a_line_without_a_route_gets_no_job(session):
    with pytest.raises(BadInput, match="route"):
        jobs_for(placed_order([5]), route=())


def test_the_warehouse_makes_no_jobs(session):
    order = placed_order([5])
    with pytest.raises(NotAllowed):
        services.create_jobs_for_order(order.id, [], actor=staff_actor("warehouse"))


def test_a_job_without_gates_is_ready_at_once(session):
    job = jobs_for(placed_order([5]), gates=())[0]
    assert job.state == "ready"
    assert names(job) == ["job.created", "job.ready"]


def test_the_last_gate_makes_the_job_ready(session, people):
    job = jobs_for(placed_order([5]))[0]
    services.open_gate(job.id, "material", actor=people.planner)
    assert job.state == "new"
    services.open_gate(job.id, "artwork", approved_sha256=SHA, actor=people.planner)
    assert job.state == "ready" and job.approved_sha256 == SHA
    assert names(job)[-2:] == ["gate.opened", "job.ready"]
    assert last(job, "gate.opened").before == {"is_open": False, "waits_for": "Juno Marrowby"}


def test_a_gate_opens_once(session, people):
    job = open_all(jobs_for(placed_order([5]))[0])
    with pytest.raises(AlreadyDone):
        services.open_gate(job.id, "material", actor=people.planner)
    with pytest.raises(WrongState, match="another version"):
        services.open_gate(job.id, "artwork", approved_sha256="a" * 64, actor=people.planner)


def test_the_artwork_gate_wants_the_hash_of_the_approved_file(session, people):
    job = jobs_for(placed_order([5]))[0]
    for wrong in (None, "", "9f2c41", SHA.upper()):
        with pytest.raises(BadInput, match="hash"):
            services.open_gate(job.id, "artwork", approved_sha256=wrong, actor=people.planner)


def test_operators_open_no_gates_and_unknown_gates_are_not_found(session, people):
    job = jobs_for(placed_order([5]))[0]
    with pytest.raises(NotAllowed):
        services.open_gate(job.id, "material", actor=people.operator)
    with pytest.raises(NotFound):
        services.open_gate(job.id, "payment", actor=people.planner)


def test_a_gate_that_closes_again_holds_the_job_back_and_forgets_the_hash(ready_job, people):
    job = ready_job()
    services.close_gate(job.id, "artwork", waits_for="Prepress", actor=people.planner)
    assert job.state == "new" and job.approved_sha256 is None
    assert names(job)[-2:] == ["gate.closed", "job.held_back"]
    with pytest.raises(AlreadyDone):
        services.close_gate(job.id, "artwork", waits_for="Prepress", actor=people.planner)
    services.open_gate(job.id, "artwork", approved_sha256="b" * 64, actor=people.planner)
    assert job.state == "ready" and job.approved_sha256 == "b" * 64


def test_a_running_job_whose_gate_closes_stays_but_starts_no_step(ready_job, people):
    job = ready_job()
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    services.close_gate(job.id, "material", waits_for="Stock", actor=people.planner)
    assert job.state == "running"
    verbs.pause_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(WrongState, match="material waits for Stock"):
        verbs.resume_operation(job.operations[0].id, actor=people.operator)


def test_a_ready_job_gets_a_day_and_another_day(ready_job, people):
    job = ready_job()
    verbs.schedule_job(job.id, date(2027, 1, 25), actor=people.planner)
    assert (job.state, job.scheduled_on) == ("scheduled", date(2027, 1, 25))
    verbs.schedule_job(job.id, date(2027, 1, 26), actor=people.planner)
    event = last(job, "job.scheduled")
    assert event.before["scheduled_on"] == "2027-01-25"
    assert event.after["scheduled_on"] == "2027-01-26"
    with pytest.raises(AlreadyDone):
        verbs.schedule_job(job.id, date(2027, 1, 26), actor=people.planner)


def test_only_planners_plan_and_only_what_is_ready(session, ready_job, people):
    with pytest.raises(NotAllowed):
        verbs.schedule_job(ready_job().id, date(2027, 1, 25), actor=people.operator)
    waiting = jobs_for(placed_order([5]))[0]
    with pytest.raises(WrongState, match="New"):
        verbs.schedule_job(waiting.id, date(2027, 1, 25), actor=people.planner)


def test_a_cancelled_job_keeps_what_is_good(ready_job, people, run_to):
    job = ready_job(10, route=ROUTE[:1])
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    verbs.count_pieces(job.operations[0].id, good=4, actor=people.operator)
    verbs.cancel_job(job.id, cause="The wedding is off", actor=people.planner)
    assert job.state == "cancelled"
    figures = last(job, "job.cancelled").data["figures"]
    assert figures == {"ordered": 10, "good": 4, "spoiled": 0, "open": 0, "cancelled": 6}
    with pytest.raises(AlreadyDone):
        verbs.cancel_job(job.id, cause="Again", actor=people.planner)


def test_cancelling_wants_a_cause_and_a_planner(ready_job, people):
    job = ready_job()
    with pytest.raises(BadInput):
        verbs.cancel_job(job.id, cause="  ", actor=people.planner)
    with pytest.raises(NotAllowed):
        verbs.cancel_job(job.id, cause="No", actor=people.operator)
    assert job.state == "ready"


def test_a_job_that_ends_short_cancels_the_rest(ready_job, people, run_to):
    job = ready_job(10)
    run_to(job, 1)
    with pytest.raises(BadInput):
        verbs.finish_short(job.id, "  ", actor=people.planner)
    with pytest.raises(NotAllowed):
        verbs.finish_short(job.id, cause="Paper is out", actor=people.operator)
    verbs.finish_short(job.id, cause="Paper is out", actor=people.planner)
    assert job.state == "finished"
    event = last(job, "job.finished")
    assert event.data["short"] == 10 and event.data["cancelled"] == 10
    with pytest.raises(AlreadyDone):
        verbs.finish_short(job.id, "Again", actor=people.planner)


def test_work_centres_of_a_preset_are_added_once(session):
    from app.catalog.presets import read

    section = read("print").work_centres
    first = services.load_preset(section)
    first[0].instructions = "Ours"
    assert services.load_preset(section)[0].instructions == "Ours"
    assert len(first) == len(section)
