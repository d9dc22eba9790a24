"""Splits and reprints hand pieces on; they never copy them."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.errors import BadInput, NotAllowed, WrongState
from app.production import queries, services, verbs
from app.production.services import tree
from tests.order_rows import placed_order
from tests.production.conftest import SHA, SHORT_ROUTE, jobs_for, last, names, open_all


def figures(job):
    return queries.progress(job.order_id).order.as_dict()


def make_all(job, people):
    for step in job.operations:
        verbs.start_operation(step.id, actor=people.owner)
        verbs.finish_operation(step.id, rest_good=True, actor=people.owner)


def test_the_parts_of_a_split_make_the_whole(ready_job, people):
    job = ready_job(250)
    first, second = verbs.split_job(job.id, [150, 100], actor=people.planner)
    assert (first.number, second.number) == (f"{job.number}-1", f"{job.number}-2")
    assert (first.state, second.approved_sha256) == ("ready", SHA)
    assert [step.name for step in second.operations] == ["Print", "Trim", "Check"]
    assert last(job, "job.split").after["parts"] == {first.number: 150, second.number: 100}
    assert names(job).count("job.created") == 3
    assert figures(job)["ordered"] == 250
    with pytest.raises(WrongState, match="was split"):
        verbs.start_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(WrongState, match="was split"):
        verbs.split_job(job.id, [200, 50], actor=people.planner)


@pytest.mark.parametrize("parts", [[250], [200, 49], [250, 0], [300, -50], []])
def test_parts_that_do_not_make_the_whole_are_refused(ready_job, people, parts):
    job = ready_job(250)
    with pytest.raises(BadInput):
        verbs.split_job(job.id, parts, actor=people.planner)
    assert "job.split" not in names(job)


def test_only_a_planner_splits_and_only_before_the_start(ready_job, people):
    job = ready_job(10)
    with pytest.raises(NotAllowed):
        verbs.split_job(job.id, [5, 5], actor=people.operator)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(WrongState):
        verbs.split_job(job.id, [5, 5], actor=people.planner)


def test_a_split_job_follows_its_parts(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    first, second = verbs.split_job(job.id, [6, 4], actor=people.planner)
    verbs.start_operation(first.operations[0].id, actor=people.operator)
    assert job.state == "running"
    verbs.finish_operation(first.operations[0].id, actor=people.operator)
    verbs.start_operation(first.operations[1].id, actor=people.operator)
    verbs.finish_operation(first.operations[1].id, rest_good=True, actor=people.operator)
    assert (first.state, job.state) == ("finished", "running")
    make_all(second, people)
    assert (second.state, job.state) == ("finished", "finished")
    assert figures(job) == {"ordered": 10, "good": 10, "spoiled": 0, "open": 0, "cancelled": 0}


def test_a_split_job_whose_parts_are_cancelled_is_cancelled(ready_job, people):
    job = ready_job(10)
    for part in verbs.split_job(job.id, [6, 4], actor=people.planner):
        verbs.cancel_job(part.id, cause="Not wanted", actor=people.planner)
    assert job.state == "cancelled"
    assert figures(job)["cancelled"] == 10


def test_cancelling_a_split_job_cancels_its_parts(ready_job, people):
    job = ready_job(10)
    parts = verbs.split_job(job.id, [6, 4], actor=people.planner)
    verbs.cancel_job(job.id, cause="Not wanted", actor=people.planner)
    assert {part.state for part in parts} == {job.state} == {"cancelled"}
    assert figures(job) == {"ordered": 10, "good": 0, "spoiled": 0, "open": 0, "cancelled": 10}
    assert names(job).count("job.cancelled") == 3


def test_a_gate_of_a_split_job_holds_all_its_parts(session, people):
    job = jobs_for(placed_order([10]))[0]
    parts = verbs.split_job(job.id, [6, 4], actor=people.planner)
    assert {part.state for part in parts} == {"new"}
    open_all(job)
    assert {part.state for part in parts} == {"ready"}
    verbs.schedule_job(parts[0].id, date(2027, 1, 25), actor=people.planner)
    services.close_gate(job.id, "material", waits_for="Stock", actor=people.planner)
    assert {part.state for part in parts} == {"new"}


def test_a_reprint_takes_over_what_was_spoiled(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    printing, trimming = job.operations
    verbs.start_operation(printing.id, actor=people.operator)
    verbs.finish_operation(printing.id, actor=people.operator)
    verbs.start_operation(trimming.id, actor=people.operator)
    verbs.count_pieces(trimming.id, good=7, spoiled=3, cause="Knife", actor=people.operator)
    reprint = verbs.reprint_job(job.id, 3, "Knife slipped", actor=people.planner)
    assert (reprint.number, reprint.quantity) == (f"{job.number}R", 3)
    assert (reprint.parent_id, reprint.cause) == (job.id, "Knife slipped")
    assert (reprint.state, job.state) == ("ready", "finished")
    assert last(job, "job.reprinted").data["found_bad"] == 0
    assert figures(job) == {"ordered": 10, "good": 7, "spoiled": 3, "open": 3, "cancelled": 0}
    make_all(reprint, people)
    assert figures(job) == {"ordered": 10, "good": 10, "spoiled": 3, "open": 0, "cancelled": 0}


def test_pieces_found_bad_later_are_made_again(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    make_all(job, people)
    reprint = verbs.reprint_job(job.id, 2, "Scratched in packing", actor=people.quality)
    assert last(job, "job.reprinted").data["found_bad"] == 2
    assert figures(job) == {"ordered": 10, "good": 8, "spoiled": 2, "open": 2, "cancelled": 0}
    make_all(reprint, people)
    assert figures(job)["good"] == 10
    second = verbs.reprint_job(job.id, 1, "One more", actor=people.quality)
    assert second.number == f"{job.number}R2"


def test_what_was_shipped_is_not_reprinted(ready_job, people, monkeypatch):
    monkeypatch.setattr(tree, "_shipped", [lambda order_id, line_id: 6])
    job = ready_job(10, route=SHORT_ROUTE)
    make_all(job, people)
    with pytest.raises(BadInput, match="1 to 4"):
        verbs.reprint_job(job.id, 5, "Bent", actor=people.quality)


def test_a_reprint_wants_a_cause_a_person_and_a_job_that_began(ready_job, people):
    job = ready_job(10)
    with pytest.raises(WrongState):
        verbs.reprint_job(job.id, 1, "Bent", actor=people.planner)
    verbs.start_operation(job.operations[0].id, actor=people.operator)
    with pytest.raises(NotAllowed):
        verbs.reprint_job(job.id, 1, "Bent", actor=people.operator)
    with pytest.raises(BadInput, match="reason"):
        verbs.reprint_job(job.id, 1, "", actor=people.planner)
    for quantity in (0, 11):
        with pytest.raises(BadInput, match="1 to 10"):
            verbs.reprint_job(job.id, quantity, "Bent", actor=people.planner)
    assert "job.reprinted" not in names(job)


def test_the_jobs_of_an_order_come_as_a_tree(ready_job, people):
    job = ready_job(10, route=SHORT_ROUTE)
    first, second = verbs.split_job(job.id, [6, 4], actor=people.planner)
    verbs.start_operation(first.operations[0].id, actor=people.operator)
    verbs.count_pieces(
        first.operations[0].id, good=4, spoiled=2, cause="Ink", actor=people.operator
    )
    reprint = verbs.reprint_job(first.id, 2, "Ink", actor=people.planner)
    cards = queries.jobs_of_order(job.order_id)
    assert [(card.number, card.depth) for card in cards] == [
        (job.number, 0),
        (first.number, 1),
        (reprint.number, 2),
        (second.number, 1),
    ]
    assert reprint.number == f"{job.number}-1R"
    assert cards[0].figures.as_dict()["spoiled"] == 2
    assert cards[0].is_split and not cards[1].is_split
