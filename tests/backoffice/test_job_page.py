"""One job's page: what it shows, what a planner can do on it, and what is said where it can't be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core.actor import system
from app.core.clock import today
from app.core.db import db
from app.core.verbs import verbs_of
from app.production import verbs as production_verbs
from app.production.models import Job, WorkOrder
from tests.backoffice.conftest import Page, Person, refusals
from tests.production.conftest import last, names

PLANNERS = {verb.key for kind in ("job", "operation") for verb in verbs_of(kind, "staff")}


def page_of(person: Person, job: Job) -> Page:
    return person.get(f"/admin/job/{job.number}")


def do(person: Person, job: Job, verb: str, **values: Any) -> Page:
    answer = person.press(page_of(person, job), verb, **values)
    db.session.expire_all()
    return answer


def make(job: Job, *, good: int = 0, spoiled: int = 0) -> None:
    """Start the first step and count there."""
    production_verbs.start_operation(job.operations[0].id, actor=system())
    if good or spoiled:
        production_verbs.count_pieces(
            job.operations[0].id, good=good, spoiled=spoiled, cause="Scratch", actor=system()
        )


def finish(job: Job) -> None:
    for operation in job.operations[:2]:
        production_verbs.start_operation(operation.id, actor=system())
        production_verbs.finish_operation(operation.id, actor=system())
    production_verbs.pass_quality(job.id, actor=system())


def tree(job: Job) -> list[Job]:
    return list(db.session.scalars(select(Job).where(Job.serial == job.serial).order_by(Job.id)))


def test_the_page_says_where_the_job_stands_and_leads_there(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job = ready_job()
    page = page_of(somebody("operator"), job)
    assert page.all("[data-job-state]")[0].get("data-job-state") == "ready"
    now = page.all("[data-work-centre]")
    assert [one.get("data-work-centre") for one in now] == ["press"]
    assert now[0].get("data-check") is None
    assert page.all("a.btn-primary")[0].get("href") == f"/admin/station/press?job={job.number}"


def test_gates_say_who_each_waits_for(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    page = page_of(somebody("operator"), ready_job(gated=True))
    assert "waits for Juno Marrowby" in page.said("#gates")
    assert not page.all("[data-work-centre]")
    assert "Artwork and material must be completed first." in page.said()


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("new", {"hold", "cancel_job", "split_job", "skip_operation"}),
        ("ready", {"hold", "schedule_job", "split_job", "cancel_job", "skip_operation"}),
        ("running", {"hold", "reprint_job", "finish_short", "cancel_job", "skip_operation"}),
        ("finished", {"reprint_job"}),
    ],
)
def test_a_planner_is_offered_what_the_state_allows(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    state: str,
    offered: set[str],
) -> None:
    job = ready_job(gated=state == "new")
    if state == "running":
        make(job)
    if state == "finished":
        finish(job)
    assert page_of(somebody("planner"), job).verbs & PLANNERS == offered


def test_an_operator_is_offered_none_of_it(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    assert not page_of(somebody("operator"), ready_job()).verbs & PLANNERS


def test_a_day_is_planned_once(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, planner = ready_job(), somebody("planner")
    day = today("UTC") + timedelta(days=3)
    old = page_of(planner, job)
    planner.press(old, "schedule_job", day=day.isoformat())
    again = planner.press(old, "schedule_job", day=day.isoformat())
    db.session.expire_all()
    assert (job.state, job.scheduled_on) == ("scheduled", day)
    assert again.status == 303
    assert names(job).count("job.scheduled") == 1


@pytest.mark.parametrize(
    ("day", "sentence"), [("", "Enter the date"), ("2020-01-01", "This date has passed.")]
)
def test_a_day_that_cannot_be_is_said_in_the_dialog(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], day: str, sentence: str
) -> None:
    job = ready_job()
    answer = do(somebody("planner"), job, "schedule_job", day=day)
    assert answer.status == 422
    assert sentence in answer.said("dialog[data-open-now] .error")
    assert job.state == "ready"


def test_a_split_makes_two_jobs_that_together_are_the_whole(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, planner = ready_job(10), somebody("planner")
    old = page_of(planner, job)
    planner.press(old, "split_job", first="4")
    assert [(one.number, one.quantity) for one in tree(job)[1:]] == [
        (f"{job.number}-1", 4),
        (f"{job.number}-2", 6),
    ]
    assert planner.press(old, "split_job", first="4").status == 303
    again = planner.press(old, "split_job", first="4", idempotency_key="")
    assert again.status == 409
    assert "was split" in again.said(".notice-bad")
    page = page_of(planner, job)
    assert f"{job.number}-2" in page.said("#job-tree")
    assert page.verbs & PLANNERS == {"cancel_job"}


@pytest.mark.parametrize("first", ["0", "10", "eleven"])
def test_a_split_into_one_is_none(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], first: str
) -> None:
    job = ready_job(10)
    assert do(somebody("planner"), job, "split_job", first=first).status == 422
    assert len(tree(job)) == 1


def test_a_reprint_takes_over_the_pieces_and_keeps_the_cause(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, quality = ready_job(10), somebody("quality")
    make(job, good=8, spoiled=2)
    do(quality, job, "reprint_job", quantity="2", cause="Ink on the edge")
    reprint = tree(job)[1]
    assert (reprint.number, reprint.quantity, reprint.cause) == (
        f"{job.number}R",
        2,
        "Ink on the edge",
    )
    assert last(job, "job.reprinted").actor_id == quality.staff.id


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"quantity": "99", "cause": "Many"}, "can have 1 to 10"),
        ({"quantity": "1"}, "Enter the reason"),
    ],
)
def test_a_reprint_that_cannot_be_is_said(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    values: dict[str, str],
    sentence: str,
) -> None:
    job = ready_job(10)
    make(job)
    answer = do(somebody("planner"), job, "reprint_job", **values)
    assert answer.status == 422
    assert sentence in answer.said("dialog[data-open-now] .error")
    assert len(tree(job)) == 1


def test_pieces_that_left_the_house_are_not_reprinted(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    from app.fulfilment import services as fulfilment

    job = ready_job(10)
    finish(job)
    planner = somebody("planner")
    field = page_of(planner, job).document.get_element_by_id("f-reprint_job")
    assert field.get("max") == "10"
    shipment = fulfilment.create_shipment(
        job.order_id, good_by_line={job.line_id: 10}, actor=system()
    )
    shipment.state = "shipped"
    db.session.flush()
    assert "reprint_job" not in page_of(planner, job).verbs


def test_a_job_is_finished_short_with_a_cause(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, planner = ready_job(10), somebody("planner")
    make(job, good=8, spoiled=2)
    refused = do(planner, job, "finish_short", cause="  ")
    assert refused.status == 422
    assert job.state == "running"
    do(planner, job, "finish_short", cause="The customer is content with fewer")
    assert job.state == "finished"
    assert last(job, "job.finished").data["cancelled"] == 10


def test_a_job_is_cancelled_once(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, planner = ready_job(), somebody("planner")
    old = page_of(planner, job)
    assert re.search(
        r"pieces? will not be made\. Nothing has been made yet\.", old.said("#cancel_job")
    )
    for _ in range(2):
        assert planner.press(old, "cancel_job", cause="Ordered twice").status == 303
    db.session.expire_all()
    assert job.state == "cancelled"
    assert names(job).count("job.cancelled") == 1


def test_a_step_is_done_again_for_pieces_that_spoiled_after_it(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, planner = ready_job(10), somebody("planner")
    first, second, _ = job.operations
    production_verbs.start_operation(first.id, actor=system())
    production_verbs.finish_operation(first.id, actor=system())
    production_verbs.start_operation(second.id, actor=system())
    assert "rework_operation" not in page_of(planner, job).verbs
    production_verbs.count_pieces(second.id, good=9, spoiled=1, cause="Torn", actor=system())
    do(planner, job, "rework_operation", cause="One card was torn")
    assert first.state == "pending"


def test_a_step_is_left_out(somebody: Callable[..., Person], ready_job: Callable[..., Job]) -> None:
    job, planner = ready_job(10), somebody("planner")
    place = f"/admin/job/{job.number}/step/{job.operations[1].id}/skip_operation"
    form = {"csrf_token": planner.token(f"/admin/job/{job.number}"), "reason": "No trimming needed"}
    assert planner.send(place, form).status == 303
    db.session.expire_all()
    assert job.operations[1].state == "skipped"


def test_a_step_of_another_job_is_not_touched(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, other, planner = ready_job(), ready_job(), somebody("planner")
    place = f"/admin/job/{job.number}/step/{other.operations[1].id}/skip_operation"
    form = {"csrf_token": planner.token(f"/admin/job/{job.number}"), "reason": "Mine"}
    assert planner.send(place, form).status == 404
    assert other.operations[1].state == "pending"


@pytest.mark.parametrize("verb", sorted(PLANNERS))
def test_who_may_not_is_refused_and_it_is_written_down(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], verb: str
) -> None:
    job, operator = ready_job(), somebody("operator")
    day = (today("UTC") + timedelta(days=1)).isoformat()
    values = {"cause": "I like to", "quantity": "1", "first": "1", "day": day}
    token = operator.token("/admin/station/press")
    step = f"step/{job.operations[0].id}/" if verb.endswith("_operation") else ""
    path = f"/admin/job/{job.number}/{step}{verb}"
    answer = operator.send(path, {**values, "csrf_token": token})
    assert answer.status == 403
    assert [event.data["path"] for event in refusals(operator)] == [path]
    db.session.expire_all()
    assert job.state == "ready"


def test_a_form_without_its_token_is_refused(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job = ready_job()
    answer = somebody("planner").send(f"/admin/job/{job.number}/cancel_job", {"cause": "Any"})
    assert answer.status == 400
    db.session.expire_all()
    assert job.state == "ready"


def test_the_ticket_is_offered_only_when_there_is_one(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    path = f"/admin/job/{job.number}/ticket"
    assert not page_of(operator, job).all(f"a[href='{path}']")
    assert operator.get(path).status == 404
    db.session.add(
        WorkOrder(
            job_id=job.id, version=1, storage_key="papers/x.pdf", sha256="0" * 64, size_bytes=9
        )
    )
    db.session.flush()
    assert page_of(operator, job).all(f"a[href='{path}']")
    assert operator.get(path).status == 302


@pytest.mark.parametrize("number", ["J-999999", "nonsense", "J-1%00"])
def test_a_number_that_no_job_has_is_not_found(
    somebody: Callable[..., Person], number: str
) -> None:
    assert somebody("planner").get(f"/admin/job/{number}").status == 404


def test_the_page_asks_the_same_number_of_queries_however_big_the_job_tree(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    queries: Callable[[Callable[[], Any]], int],
) -> None:
    planner, job = somebody("planner"), ready_job(40)
    parts = production_verbs.split_job(job.id, [10, 30], actor=system())
    path = f"/admin/job/{job.number}"
    planner.get(path)
    few = queries(lambda: planner.get(path))
    production_verbs.split_job(parts[1].id, [3] * 10, actor=system())
    planner.get(path)  # an event has the sidebar counted anew, once
    assert queries(lambda: planner.get(path)) == few
