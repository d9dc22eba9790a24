"""Counts that can't be meant, and counts that are taken back, at a station."""

from __future__ import annotations

from collections.abc import Callable

from app.production.models import Job
from tests.backoffice.conftest import Person
from tests.backoffice.test_stations import PRESS, at, counted, do


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
