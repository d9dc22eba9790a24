"""A database that is away, and transactions in each other's way: 503 with a time, or simply again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from flask import Flask, request
from sqlalchemy import exc, text

from app.core.db import db
from app.core.web import repeating
from app.core.web.problems import RETRY_AFTER_S
from tests.core.backoffice_shop import shop

WRAPPED = ("SELECT 1", {}, psycopg.OperationalError("the server closed the connection"))
OUTAGES: dict[str, Callable[[], Exception]] = {
    "ended": lambda: exc.OperationalError(*WRAPPED),
    "closed": lambda: exc.InterfaceError(*WRAPPED),
    "invalidated": lambda: exc.InternalError(*WRAPPED, connection_invalidated=True),
    "broken before": lambda: exc.PendingRollbackError("rolled back"),
    "all connections taken": lambda: exc.TimeoutError("QueuePool limit"),
    "driver's own": lambda: psycopg.OperationalError("no connection"),
}
Faults = list[Exception]


@pytest.fixture(scope="module")
def faulty(application: Flask) -> Flask:
    """A back office with a page that raises what is queued for it, and then answers."""
    own = shop(application)

    def view() -> str:
        own.extensions["calls"] += 1
        if own.extensions["faults"]:
            raise own.extensions["faults"].pop(0)
        db.session.execute(text("SELECT 1"))
        return f"done {request.form.get('word', '')}"

    for path in ("/faulty", "/api/faulty"):
        own.add_url_rule(path, path, view, methods=["GET", "POST"])
        from app.core.web.csrf import protection

        protection.exempt(view)
    return own


@pytest.fixture
def faults(faulty: Flask, session: Any) -> Faults:
    queued: Faults = []
    faulty.extensions |= {"faults": queued, "calls": 0}
    return queued


def contention(code: str) -> Exception:
    cause = psycopg.errors.lookup(code)("another transaction was in the way")
    return exc.OperationalError("SELECT 1", {}, cause)


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_a_page_without_its_database_answers_503_with_a_time(
    faulty: Flask, faults: Faults, outage: Callable[[], Exception]
) -> None:
    faults.append(outage())
    answer = faulty.test_client().get("/faulty", headers={"X-Test-Permissions": ""})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert "Try again in a minute. Nothing was lost." in answer.text
    assert 'href="/admin/"' in answer.text


@pytest.mark.parametrize("outage", OUTAGES.values(), ids=OUTAGES)
def test_a_program_gets_the_same_as_problem_details(
    faulty: Flask, faults: Faults, outage: Callable[[], Exception]
) -> None:
    faults.append(outage())
    answer = faulty.test_client().post("/api/faulty")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(RETRY_AFTER_S))
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "unavailable"


def test_another_fault_of_the_driver_is_still_a_fault(faulty: Flask, faults: Faults) -> None:
    faults.append(exc.ProgrammingError("SELEC", {}, psycopg.errors.SyntaxError("SELEC")))
    answer = faulty.test_client().get("/faulty", headers={"X-Test-Permissions": ""})
    assert answer.status_code == 500


def test_a_row_of_a_list_is_not_called_missing_while_the_database_is_away(
    faulty: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.backoffice.model_view import BackOfficeModelView

    def away(view: object) -> None:
        raise OUTAGES["ended"]()

    monkeypatch.setattr(BackOfficeModelView, "get_query", away)
    address = "/admin/items/details/?id=01930000-0000-7000-8000-00000000a001"
    answer = faulty.test_client().get(address, headers={"X-Test-Permissions": "stock.view"})
    assert answer.status_code == 503


@pytest.mark.parametrize("code", ["55P03", "40P01", "40001"])
@pytest.mark.parametrize(
    "given", [{"data": {"idempotency_key": "k1"}}, {"headers": {"Idempotency-Key": "k1"}}]
)
def test_a_form_with_a_key_is_done_again_after_a_lock_time_out(
    faulty: Flask, faults: Faults, code: str, given: dict[str, Any]
) -> None:
    faults += [contention(code), contention(code)]
    answer = faulty.test_client().post("/faulty", **given)
    assert (answer.status_code, answer.text.strip()) == (200, "done")
    assert faulty.extensions["calls"] == 3


def test_a_page_that_only_reads_is_done_again_too(faulty: Flask, faults: Faults) -> None:
    faults.append(contention("55P03"))
    assert faulty.test_client().get("/faulty").status_code == 200


def test_a_form_without_a_key_is_not_done_again(faulty: Flask, faults: Faults) -> None:
    faults.append(contention("55P03"))
    assert faulty.test_client().post("/faulty", data={"word": "x"}).status_code == 503
    assert faulty.extensions["calls"] == 1


def test_a_connection_that_was_lost_is_not_tried_again(faulty: Flask, faults: Faults) -> None:
    faults.append(OUTAGES["ended"]())
    answer = faulty.test_client().post("/faulty", data={"idempotency_key": "k1"})
    assert (answer.status_code, faulty.extensions["calls"]) == (503, 1)


def test_it_gives_up_when_somebody_waited_long_enough(
    faulty: Flask, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeating, "LONGEST_S", 0.2)
    faults += [contention("55P03")] * 999
    answer = faulty.test_client().post("/faulty", data={"idempotency_key": "k1"})
    assert answer.status_code == 503
    assert 1 < faulty.extensions["calls"] < 999


def test_a_session_ends_although_its_connection_was_lost(app: Flask, committed: Any) -> None:
    end = text("SELECT pg_terminate_backend(:pid)")
    for finish in (db.session.rollback, db.session.remove):
        with committed.app.app_context():
            pid = db.session.scalar(text("SELECT pg_backend_pid()"))
            with committed.engine.connect() as other:
                assert other.scalar(end, {"pid": pid})
            finish()
            assert db.session.scalar(text("SELECT 1")) == 1
            db.session.remove()
