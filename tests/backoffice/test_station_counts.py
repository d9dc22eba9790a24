"""Counts that can't be meant, and counts that are taken back, at a station."""

from __future__ import annotations

from collections.abc import Callable

from app.production.models import Job
from tests.backoffice.conftest import Person
from tests.backoffice.test_stations import DESK, PRESS, TRIM, at, counted, do


def test_999_spoiled_of_250_is_asked_about_and_can_be_corrected(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, operator = ready_job(250), somebody("operator")
    do(operator, PRESS, job, "start_operation")
    page = at(operator, PRESS, job)
    wrong = {"good": "0", "spoiled": "999", "cause": "Jam"}
    asked = operator.press(page, "count_pieces", **wrong)
    assert (asked.status, counted(job)) == (422, (0, 0))
    assert "more than the 250 that are open" in asked.said(".error")
    assert "Yes, 999 are spoiled" in asked.words
    operator.press(page, "count_pieces", **wrong, is_sure="yes")
    assert counted(job) == (0, 999)
    page = at(operator, PRESS, job)
    assert "Last count: 0 good, 999 spoiled" in page.words
    operator.press(page, "correct_count")
    operator.press(page, "correct_count")
    assert counted(job) == (0, 0)


def test_rework_says_how_many_pieces_and_why(
    somebody: Callable[..., Person], ready_job: Callable[..., Job]
) -> None:
    job, quality, operator = ready_job(10), somebody("quality"), somebody("operator")
    for place in (PRESS, TRIM):
        do(operator, place, job, "start_operation")
        do(operator, place, job, "finish_operation")
    do(quality, DESK, job, "start_operation")
    do(quality, DESK, job, "fail_quality", spoiled="2", cause="Dots in the foil")
    assert "2 pieces, Dots in the foil" in at(operator, PRESS, job).words
