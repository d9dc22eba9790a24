"""Steps at a station: start, pause, count, finish, quality, work done again."""

from __future__ import annotations

import pytest

from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from app.core.events import KINDS
from app.production import services, verbs
from app.production.job_tree import lock_job_tree
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for, last, names


def figures(job):
    found = lock_job_tree(job.id)
    return found.tree.figures(found.job).as_dict()


def test_a_job_goes_through_its_route_to_the_end(ready_job, people):
    job = ready_job(10)
    for step in job.operations[:2]:
        verbs.start_operation(step.id, actor=people.operator)
        verbs.finish_operation(step.id, actor=people.operator)
    assert job.state == "quality_check"
    verbs.pass_quality(job.id, actor=people.quality)
    assert job.state == "finished"
    assert [step.state for step in job.operations] == ["done"] * 3
    assert figures(job) == {"ordered": 10, "good": 10, "spoiled": 0, "open": 0, "cancelled": 0}
    assert names(job)[-3:] == ["operation.started", "job.quality_passed", "job.finished"]
    assert last(job, "job.quality_passed").after == {"state": "finished"}
    with pytest.raises(AlreadyDone):
        verbs.pass_quality(job.id, actor=people.quality)


def test_nothing_is_printed_that_was_not_approved(session, people):
    job = jobs_for(placed_order([10]))[0]
    services.open_gate(job.id, "material", actor=people.planner)
    with pytest.raises(WrongState, match="artwork waits for Juno Marrowby"):
        verbs.start_operation(job.operations[0].id, actor=people.operator)
    assert job.state == "new" and job.operations[0].state == "pending"


def test_a_held_order_starts_nothing(session, people):
    order = placed_order([10])
    job = jobs_for(order, gates=())[0]
    order.hold_reason = "The customer rings back"
    with pytest.raises(WrongState, match="rings back"):
        verbs.start_operation(job.operations[0].id, actor=people.operator)


def test_steps_start_in_order_and_once(ready_job, people):
    job = ready_job()
    with pytest.raises(WrongState, match="Print"):
        verbs.start_operation(job.operations[1].id, actor=people.operator)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    assert job.state == "running"
    assert names(job)[-2:] == ["job.started", "operation.started"]
    with pytest.raises(AlreadyDone):
        verbs.start_operation(job.operations[0].id, actor=people.operator)


def test_the_warehouse_starts_no_step_and_operators_do_no_quality(ready_job, people, run_to):
    job = ready_job()
    with pytest.raises(NotAllowed):
        verbs.start_operation(job.operations[0].id, actor=people.warehouse)
    run_to(job, 2)
    with pytest.raises(NotAllowed):
        verbs.pass_quality(job.id, actor=people.operator)


def test_a_pause_and_going_on_are_written_down(ready_job, people):
    job = ready_job()
    step = job.operations[0]
    verbs.start_operation(step.id, actor=people.operator)
    verbs.pause_operation(step.id, reason="Paper jam", actor=people.operator)
    assert last(job, "operation.paused").data["reason"] == "Paper jam"
    with pytest.raises(AlreadyDone):
        verbs.pause_operation(step.id, actor=people.operator)
    verbs.resume_operation(step.id, actor=people.operator)
    assert step.state == "running" and names(job)[-1] == "operation.resumed"


def test_spoiled_pieces_are_open_again(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    printing, trimming = job.operations
    verbs.start_operation(printing.id, actor=people.operator)
    verbs.finish_operation(printing.id, actor=people.operator)
    verbs.start_operation(trimming.id, actor=people.operator)
    verbs.count_pieces(trimming.id, good=7, spoiled=3, cause="Knife slipped", actor=people.operator)
    assert figures(job) == {"ordered": 10, "good": 7, "spoiled": 3, "open": 3, "cancelled": 0}
    event = last(job, "pieces.counted")
    assert (event.data["good"], event.data["spoiled"]) == (7, 3)
    with pytest.raises(BadInput, match="Still open: 3 pieces"):
        verbs.finish_operation(trimming.id, actor=people.operator)


def test_spoiled_pieces_are_made_again_on_the_same_job(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    printing, trimming = job.operations
    verbs.start_operation(printing.id, actor=people.operator)
    verbs.finish_operation(printing.id, actor=people.operator)
    verbs.start_operation(trimming.id, actor=people.operator)
    verbs.count_pieces(trimming.id, good=7, spoiled=3, cause="Knife", actor=people.operator)
    with pytest.raises(BadInput, match="Only 0 pieces arrived here from “Print”"):
        verbs.count_pieces(trimming.id, good=3, actor=people.operator)
    verbs.rework_operation(printing.id, "Knife slipped", actor=people.planner)
    verbs.start_operation(printing.id, actor=people.operator)
    verbs.finish_operation(printing.id, actor=people.operator)
    verbs.finish_operation(trimming.id, rest_good=True, actor=people.operator)
    assert job.state == "finished"
    assert figures(job) == {"ordered": 10, "good": 10, "spoiled": 3, "open": 0, "cancelled": 0}


def test_a_retried_click_counts_once(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    step = job.operations[0]
    verbs.start_operation(step.id, actor=people.operator)
    click = {"good": 4, "entry_key": "tablet-7:1", "actor": people.operator}
    assert verbs.count_pieces(step.id, **click) is verbs.count_pieces(step.id, **click)
    assert names(job).count("pieces.counted") == 1
    with pytest.raises(BadInput, match="different numbers"):
        verbs.count_pieces(step.id, good=5, entry_key="tablet-7:1", actor=people.operator)


@pytest.mark.parametrize(
    ("counts", "field"),
    [
        ({"good": 11}, "good"),
        ({"good": -1}, "good"),
        ({"good": True}, "good"),
        ({"good": 0}, "good"),
        ({"spoiled": 1}, "cause"),
    ],
)
def test_impossible_counts_are_refused(ready_job, people, counts, field):
    job = ready_job(10, route=SHORT_ROUTE)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(BadInput) as refused:
        verbs.count_pieces(job.operations[0].id, actor=people.operator, **counts)
    assert refused.value.field == field
    assert "pieces.counted" not in names(job)


def test_counting_wants_a_running_step_and_an_operator(ready_job, people):
    job = ready_job()
    with pytest.raises(WrongState, match="not running"):
        verbs.count_pieces(job.operations[0].id, good=1, actor=people.operator)
    with pytest.raises(NotAllowed):
        verbs.count_pieces(job.operations[0].id, good=1, actor=people.warehouse)


def test_a_step_is_skipped_for_a_reason_but_never_the_last(ready_job, people):
    job = ready_job(10)
    with pytest.raises(BadInput):
        verbs.skip_operation(job.operations[1].id, " ", actor=people.planner)
    with pytest.raises(NotAllowed):
        verbs.skip_operation(job.operations[1].id, "Cut already", actor=people.operator)
    verbs.skip_operation(job.operations[1].id, "Cut already", actor=people.planner)
    with pytest.raises(AlreadyDone):
        verbs.skip_operation(job.operations[1].id, "Again", actor=people.planner)
    with pytest.raises(WrongState, match="last operation"):
        verbs.skip_operation(job.operations[2].id, "No time", actor=people.planner)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    verbs.finish_operation(job.operations[0].id, actor=people.operator)
    assert job.state == "quality_check"
    verbs.pass_quality(job.id, actor=people.quality)
    assert job.state == "finished"


def test_quality_passes_what_came_and_waits_for_the_rest(ready_job, people):
    job = ready_job(10)
    printing, trimming, _ = job.operations
    verbs.start_operation(printing.id, actor=people.operator)
    verbs.finish_operation(printing.id, actor=people.operator)
    verbs.start_operation(trimming.id, actor=people.operator)
    verbs.count_pieces(trimming.id, good=8, spoiled=2, cause="Bent", actor=people.operator)
    verbs.finish_operation(trimming.id, actor=people.operator)
    verbs.pass_quality(job.id, actor=people.quality)
    assert job.state == "quality_check"
    assert figures(job) == {"ordered": 10, "good": 8, "spoiled": 2, "open": 2, "cancelled": 0}
    with pytest.raises(BadInput, match="No pieces are waiting"):
        verbs.pass_quality(job.id, actor=people.quality)
    verbs.finish_short(job.id, cause="The customer takes 8", actor=people.planner)
    assert figures(job)["cancelled"] == 2 and job.state == "finished"


def test_what_fails_quality_goes_back_to_be_made_again(ready_job, people, run_to):
    job = ready_job(10)
    run_to(job, 2)
    verbs.fail_quality(job.id, spoiled=3, cause="Names upside down", actor=people.quality)
    assert job.state == "running"
    assert [step.state for step in job.operations] == ["pending", "pending", "paused"]
    assert last(job, "job.quality_failed").data["spoiled"] == 3
    assert [step.reason for step in job.operations[:2]] == ["3 pieces, Names upside down"] * 2
    again = last(job, "operation.reopened")
    assert KINDS[again.name].say(again.data) == "Trim, 3 pieces, Names upside down"
    run_to(job, 2)
    assert job.state == "quality_check"
    verbs.pass_quality(job.id, actor=people.quality)
    assert job.state == "finished"
    assert figures(job) == {"ordered": 10, "good": 10, "spoiled": 3, "open": 0, "cancelled": 0}


def test_quality_fails_from_one_step_on_only(ready_job, people, run_to):
    job = ready_job(10)
    run_to(job, 2)
    verbs.fail_quality(
        job.id,
        spoiled=1,
        cause="Crooked cut",
        rework_from=job.operations[1].id,
        actor=people.quality,
    )
    assert [step.state for step in job.operations] == ["done", "pending", "paused"]


def test_quality_wants_its_state_its_person_and_a_cause(ready_job, people, run_to):
    job = ready_job(10)
    with pytest.raises(WrongState, match="not in quality check"):
        verbs.pass_quality(job.id, actor=people.quality)
    run_to(job, 2)
    with pytest.raises(NotAllowed):
        verbs.fail_quality(job.id, spoiled=1, cause="Bent", actor=people.operator)
    with pytest.raises(BadInput):
        verbs.fail_quality(job.id, spoiled=1, cause="", actor=people.quality)
    with pytest.raises(BadInput, match="Only 10 pieces arrived"):
        verbs.fail_quality(job.id, spoiled=11, cause="Bent", actor=people.quality)


def test_more_spoiled_pieces_than_are_open_are_asked_about_and_can_be_taken_back(ready_job, people):
    job = ready_job(250)
    printing = job.operations[0]
    verbs.start_operation(printing.id, actor=people.operator)
    with pytest.raises(BadInput, match="more than the 250 that are open") as caught:
        verbs.count_pieces(printing.id, spoiled=999, cause="Jam", actor=people.operator)
    assert caught.value.field == "is_sure"
    wrong = verbs.count_pieces(
        printing.id, spoiled=999, cause="Jam", is_sure=True, actor=people.operator
    )
    assert figures(job)["spoiled"] == 999
    verbs.correct_count(printing.id, wrong.id, actor=people.operator)
    assert figures(job) == {"ordered": 250, "good": 0, "spoiled": 0, "open": 250, "cancelled": 0}
    taken_back = last(job, "pieces.corrected").data
    assert (taken_back["spoiled"], taken_back["figures"]["spoiled"]) == (999, 0)
    verbs.count_pieces(printing.id, good=241, spoiled=9, cause="Jam", actor=people.operator)
    with pytest.raises(AlreadyDone):
        verbs.correct_count(printing.id, wrong.id, actor=people.operator)
    assert figures(job)["spoiled"] == 9


def test_a_count_is_taken_back_while_its_pieces_are_still_here(ready_job, people):
    job = ready_job(10)
    printing, trimming = job.operations[:2]
    verbs.start_operation(printing.id, actor=people.operator)
    first = verbs.count_pieces(printing.id, good=4, actor=people.operator)
    second = verbs.count_pieces(printing.id, good=6, actor=people.operator)
    with pytest.raises(Stale):
        verbs.correct_count(printing.id, first.id, actor=people.operator)
    verbs.start_operation(trimming.id, actor=people.operator)
    verbs.count_pieces(trimming.id, good=5, actor=people.operator)
    with pytest.raises(WrongState, match="have gone on"):
        verbs.correct_count(printing.id, second.id, actor=people.operator)
    with pytest.raises(NotAllowed):
        verbs.correct_count(printing.id, second.id, actor=people.warehouse)
