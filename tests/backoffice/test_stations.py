"""Stations: what is offered there, what pressing it does, what is said where it can't be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.actor import system
from app.core.db import db
from app.production import verbs as production_verbs
from app.production.models import Job, QuantityEvent
from tests.backoffice.conftest import Page, Person, refusals
from tests.production.conftest import last, names

EXTENDED = pytest.mark.extended
PRESS, TRIM, DESK = "/admin/station/press", "/admin/station/guillotine", "/admin/station/desk"


def at(person: Person, place: str, job: Job) -> Page:
    return person.get(f"{place}?job={job.number}")


def do(person: Person, place: str, job: Job, verb: str, **values: Any) -> Page:
    answer = person.press(at(person, place, job), verb, **values)
    db.session.expire_all()
    return answer


def counted(job: Job) -> tuple[int, int]:
    query = select(func.sum(QuantityEvent.passed), func.sum(QuantityEvent.spoiled))
    passed, spoiled = db.session.execute(query.where(QuantityEvent.job_id == job.id)).one()
    return passed or 0, spoiled or 0


def test_scanning_a_ticket_puts_its_job_on_the_table(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    answer = operator.press(PRESS, "scan", code=f" {job.number.lower()} ")
    assert answer.status == 303
    page = operator.get(answer.answer.location)
    assert job.number in page.words
    assert "Operation 1 of 3" in page.words and "Then Trim, then Check." in page.words
    assert len(page.all(".big-buttons .big")) == 4


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("S-5001", "This is not a job number."),
        ("J-999999", "There is no job J-999999."),
        ("", "This is not a job number."),
    ],
)
def test_a_ticket_that_is_none_is_said_on_the_page(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], code: str, sentence: str
) -> None:
    ready_job()
    answer = somebody("operator").press(PRESS, "scan", code=code)
    assert answer.status in (404, 422)
    assert sentence in answer.said(".notice-bad")


def test_only_starting_is_offered_before_the_start(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    assert at(operator, PRESS, job).verbs == {"scan", "start_operation"}
    do(operator, PRESS, job, "start_operation")
    assert job.state == "running"
    assert last(job, "operation.started").actor_id == operator.staff.id
    assert at(operator, PRESS, job).verbs == {
        "scan",
        "pause_operation",
        "count_pieces",
        "finish_operation",
    }


def test_a_paused_step_goes_on_from_the_same_place(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    do(operator, PRESS, job, "pause_operation", reason="Jam")
    page = at(operator, PRESS, job)
    assert "Paused: Jam" in page.words
    assert page.verbs == {"scan", "resume_operation", "finish_operation"}
    do(operator, PRESS, job, "resume_operation")
    assert job.operations[0].state == "running"


def test_good_and_spoiled_pieces_are_counted_with_their_cause(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(10), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    form = at(operator, PRESS, job).document.get_element_by_id("f-good")
    assert form.get("max") == "10"
    do(operator, PRESS, job, "count_pieces", good="7")
    page = at(operator, PRESS, job)
    place = page.form("count_pieces")[""]
    answer = operator.send(
        place, {**page.form("count_pieces"), "good": "0", "spoiled": "1", "cause": "Scratch"}
    )
    assert answer.status == 303
    assert counted(job) == (7, 1)
    assert last(job, "pieces.counted").data["cause"] == "Scratch"
    page = at(operator, PRESS, job)
    assert page.document.get_element_by_id("f-good").get("max") == "3"
    assert "Scratch" in page.said("[data-fill]")


def test_the_same_entry_sent_twice_counts_once(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(10), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    page = at(operator, PRESS, job)
    for _ in range(2):
        assert operator.press(page, "count_pieces", good="4").status == 303
    assert counted(job) == (4, 0)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"good": "11"}, "Only 10 pieces"),
        ({"good": "0", "spoiled": "1"}, "Enter the reason"),
        ({"good": "-1"}, "Enter a whole number"),
        ({"good": "many"}, "Enter a whole number"),
        ({"good": "0"}, "Enter how many pieces"),
    ],
)
def test_a_count_that_cannot_be_is_said_and_changes_nothing(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    values: dict[str, str],
    sentence: str,
) -> None:
    job, operator = ready_job(10), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    answer = do(operator, PRESS, job, "count_pieces", **values)
    assert answer.status == 422
    assert sentence in answer.said(".notice-bad")
    assert answer.all("dialog[data-open-now] .error")
    assert counted(job) == (0, 0)


def test_a_second_click_on_start_says_that_it_was_done(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    page = at(operator, PRESS, job)
    operator.press(page, "start_operation")
    again = operator.press(page, "start_operation")
    assert again.status == 303
    assert names(job).count("operation.started") == 1
    assert operator.get(again.answer.location).said(".notice")


def test_a_page_that_is_behind_says_so_in_a_sentence(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    old = at(operator, PRESS, job)
    do(operator, PRESS, job, "finish_operation")
    answer = operator.press(old, "pause_operation")
    assert answer.status == 409
    assert "Done" in answer.said(".notice-bad") or "done" in answer.said(".notice-bad")
    assert job.operations[0].state == "done"


def test_a_closed_gate_says_who_it_waits_for(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(gated=True), somebody("operator")
    page = at(operator, PRESS, job)
    assert page.verbs == {"scan"}
    assert "artwork waits for Juno Marrowby" in page.said()
    place = f"{PRESS}/step/{job.operations[0].id}/start_operation"
    answer = operator.send(place, {"csrf_token": operator.token(PRESS)})
    assert answer.status == 409
    assert "can't start: artwork waits for Juno Marrowby" in answer.said(".notice-bad")
    assert job.state == "new"


def test_a_held_order_stops_the_next_start(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job = ready_job(order={"hold_reason": "The customer thinks again"})
    page = at(somebody("operator"), PRESS, job)
    assert page.verbs == {"scan"}
    assert "The customer thinks again" in page.said()


def test_a_job_of_another_station_says_where_it_is(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    page = at(operator, TRIM, job)
    assert page.verbs == {"scan"}
    assert "“Print” comes first and has not started." in page.said()
    link = page.all(".notice a.btn")[0]
    assert link.get("href") == f"{PRESS}?job={job.number}"


def test_a_step_is_not_done_at_another_station(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    place = f"{TRIM}/step/{job.operations[0].id}/start_operation"
    answer = operator.send(place, {"csrf_token": operator.token(TRIM)})
    assert answer.status == 409
    assert "is done at Press, not here" in answer.said(".notice-bad")
    assert job.state == "ready"


@pytest.mark.parametrize(
    ("role", "place", "verb"),
    [("warehouse", PRESS, "start_operation"), ("operator", DESK, "pass_quality")],
)
def test_who_may_not_is_refused_and_it_is_written_down(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    role: str,
    place: str,
    verb: str,
) -> None:
    job, person = ready_job(), somebody(role)
    if verb == "pass_quality":
        for operation in job.operations[:2]:
            production_verbs.start_operation(operation.id, actor=system())
            production_verbs.finish_operation(operation.id, actor=system())
    page = at(person, place, job)
    assert page.verbs == {"scan"}
    step = job.operations[2 if verb == "pass_quality" else 0]
    answer = person.send(
        f"{place}/step/{step.id}/{verb}", {"csrf_token": page.form("scan")["csrf_token"]}
    )
    assert answer.status == 403
    assert [event.data["path"] for event in refusals(person)] == [f"{place}/step/{step.id}/{verb}"]


def test_who_is_not_signed_in_is_sent_to_sign_in(app: Any, ready_job: Callable[..., Job]) -> None:
    ready_job()
    answer = app.test_client().get(PRESS)
    assert answer.status_code == 303
    assert "/admin/sign-in" in answer.location


def test_a_form_without_its_token_is_refused(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(), somebody("operator")
    answer = operator.send(f"{PRESS}/step/{job.operations[0].id}/start_operation", {})
    assert answer.status == 400
    db.session.expire_all()
    assert job.state == "ready"


def test_quality_passes_what_came_and_the_job_is_finished(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, quality, operator = ready_job(10), somebody("quality"), somebody("operator")
    for place in (PRESS, TRIM):
        do(operator, place, job, "start_operation")
        do(operator, place, job, "finish_operation")
    page = at(quality, DESK, job)
    assert "start_operation" in page.verbs and "count_pieces" not in page.verbs
    do(quality, DESK, job, "start_operation")
    assert at(quality, DESK, job).verbs == {
        "scan",
        "pass_quality",
        "fail_quality",
        "pause_operation",
    }
    page = at(quality, DESK, job)
    quality.press(page, "pass_quality")
    again = quality.press(page, "pass_quality")
    db.session.expire_all()
    assert job.state == "finished"
    assert again.status == 303
    page = at(operator, PRESS, job)
    assert page.verbs == {"scan"}
    assert f"{job.number} is finished." in page.said()


def test_pieces_that_fail_send_the_job_back_to_be_made_again(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, quality, operator = ready_job(10), somebody("quality"), somebody("operator")
    for place in (PRESS, TRIM):
        do(operator, place, job, "start_operation")
        do(operator, place, job, "finish_operation")
    do(quality, DESK, job, "start_operation")
    do(quality, DESK, job, "fail_quality", spoiled="2", cause="Dots in the foil")
    assert job.state == "running"
    page = at(quality, DESK, job)
    assert page.verbs == {"scan"}
    assert "Pieces failed here and are being reprinted." in page.said()
    for place in (PRESS, TRIM):
        do(operator, place, job, "start_operation")
        do(operator, place, job, "finish_operation")
    do(quality, DESK, job, "pass_quality")
    assert job.state == "finished"


def walk(people: dict[bool, Person], job: Job) -> dict[str, int]:
    """Press the first of start, pass, count, finish until the job is finished; spoil one piece."""
    spoiled = moves = 0
    while job.state != "finished":
        moves += 1
        assert moves < 40, "the job never ends"
        step = people[False].get(f"/admin/job/{job.number}").all("[data-work-centre]")[0]
        person = people[step.get("data-check") == "1"]
        place = f"/admin/station/{step.get('data-work-centre')}"
        answer = person.press(place, "scan", code=job.number)
        page = person.get(answer.answer.location)
        mark = page.all("[data-mark]")[0].get("data-mark")
        verb = next(
            v
            for v in ("start_operation", "pass_quality", "count_pieces", "finish_operation")
            if v in page.verbs
        )
        values = {}
        if verb == "count_pieces":
            most = int(page.document.get_element_by_id("f-good").get("max"))
            bad = 1 if not spoiled and most > 1 else 0
            spoiled += bad
            values = {"good": str(most - bad), "spoiled": str(bad), "cause": "On purpose"}
        answer = person.press(page, verb, **values)
        assert answer.status == 303, answer.said()
        after = person.get(f"{place}?job={job.number}").all("[data-mark]")[0].get("data-mark")
        assert after != mark, verb
        db.session.expire_all()
    return {"spoiled": spoiled, "moves": moves}


@pytest.mark.parametrize(
    "preset", ["print", *(pytest.param(name, marks=EXTENDED) for name in ("threed", "jewellery"))]
)
def test_the_longest_route_of_a_preset_ends_by_pressing_what_is_offered(
    somebody: Callable[..., Person], ready_job: Callable[..., Job], preset: str
) -> None:
    from app.catalog import presets
    from app.catalog.properties import Step

    people = {False: somebody("operator"), True: somebody("quality")}
    steps = max(presets_routes(presets, preset), key=len)
    job = ready_job(5, route=[Step.model_validate(step) for step in steps])
    assert walk(people, job)["spoiled"] == 1


def presets_routes(presets: Any, name: str) -> list[list[dict[str, Any]]]:
    """The routes that the preset's file names."""
    import tomllib
    from pathlib import Path

    text = (Path(presets.__file__).parent / f"{name}.toml").read_text()
    rows = tomllib.loads(text)
    found = [
        row["properties"]["route"]
        for row in [*rows["families"], *rows["products"]]
        if row.get("properties", {}).get("route")
    ]
    return [[{**step, "only_if": {}} for step in route] for route in found]


def test_the_page_asks_the_same_number_of_queries_however_many_jobs_wait(
    somebody: Callable[..., Person],
    ready_job: Callable[..., Job],
    queries: Callable[[Callable[[], Any]], int],
) -> None:
    job, operator = ready_job(), somebody("operator")
    production_verbs.start_operation(job.operations[0].id, actor=system())
    ready_job()
    path = f"{PRESS}?job={job.number}"
    operator.get(path)
    few = queries(lambda: operator.get(path))
    for _ in range(6):
        ready_job()
    assert queries(lambda: operator.get(path)) == few
    assert few < 45


def test_the_list_of_stations_counts_what_runs_and_waits(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job = ready_job()
    ready_job()
    production_verbs.start_operation(job.operations[0].id, actor=system())
    doors = somebody("operator").get("/admin/station/").all(".station-door")
    said = {" ".join(" ".join(door.itertext()).split()) for door in doors}
    assert "Press 1 running 1 next" in said
    assert "Guillotine nothing running 1 next" in said
