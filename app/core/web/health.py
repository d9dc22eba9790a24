"""Whether this process lives, whether the shop can work, and its figures for a monitor."""

import hmac
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from flask import Blueprint, Flask, Response, copy_current_request_context, jsonify, request
from sqlalchemy import text

from app.core import storage
from app.core.db import db
from app.core.errors import Problem
from app.core.queue import connection
from app.core.sandbox import require_walls
from app.core.settings import current
from app.core.web.problems import problem_json

blueprint = Blueprint("health", __name__)

FIGURES = {
    "makeready_outbox_events": "SELECT count(*) FROM outbox",
    "makeready_deliveries_open": (
        "SELECT count(*) FROM event_deliveries WHERE state IN ('pending', 'running')"
    ),
    "makeready_deliveries_dead": "SELECT count(*) FROM event_deliveries WHERE state = 'dead'",
    "makeready_oldest_open_delivery_seconds": (
        "SELECT coalesce(extract(epoch FROM now() - min(due_at)), 0) FROM event_deliveries "
        "WHERE state IN ('pending', 'running')"
    ),
}


@blueprint.get("/healthz")
def healthz() -> Any:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


def _for_monitors() -> Response | None:
    """Return the refusal of whoever doesn't send the monitor's token: figures and faults are nobody else's."""
    wanted = current().monitor_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if wanted and hmac.compare_digest(given.encode(), wanted.encode()):
        return None
    return problem_json(
        401,
        "unauthorised",
        "This page is for the shop's monitor.",
        "Send MONITOR_TOKEN as a bearer token.",
        headers={"WWW-Authenticate": 'Bearer realm="monitor"'},
    )


@blueprint.get("/readyz")
def readyz() -> Any:
    """Database, Redis and storage answer within 2 s, and foreign files can be confined; 503 with what is not so."""
    if refusal := _for_monitors():
        return refusal
    parts = _ask(CHECKS) | ({"web": "stopping"} if _stopping else {})
    good = all(answer == "ok" for answer in parts.values())
    if good:
        return jsonify(parts)
    silent = ", ".join(name for name in parts if name != "sandbox" and parts[name] != "ok")
    if silent:
        return problem_json(503, "unavailable", f"No answer from: {silent}.", parts=parts)
    return problem_json(503, "unavailable", parts["sandbox"], parts=parts)


@blueprint.get("/readyz/pages")
def takes_requests() -> Any:
    """Whether a proxy may send requests here: the database has answered once since the start, and this process is
    not about to stop. What fails later is said by the pages that need it: other processes miss it as well."""
    if not _stopping and (_answered or _ask({"database": CHECKS["database"]})["database"] == "ok"):
        _answered.add("database")
        return Response("ok\n", mimetype="text/plain")
    return problem_json(503, "unavailable", "This process takes no requests now.")


def stop_taking_requests() -> None:
    """Let `/readyz` answer 503 from now on, so that proxies send requests elsewhere before this process stops."""
    _stopping.add("told")


@blueprint.get("/metrics")
def metrics() -> Any:
    """The backlog of events and deliveries, in the text form of Prometheus."""
    if refusal := _for_monitors():
        return refusal
    lines = []
    for name, query in FIGURES.items():
        lines += [f"# TYPE {name} gauge", f"{name} {db.session.scalar(text(query))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


CHECKS: dict[str, Callable[[], object]] = {
    "database": lambda: db.session.execute(text("SELECT 1 FROM alembic_version")),
    "redis": lambda: connection().ping(),
    "storage": storage.ping,
    "sandbox": require_walls,
}
LONGEST_S = 2.0

_answered: set[str] = set()
_stopping: set[str] = set()
_asked: dict[str, Future[None]] = {}
_threads: list[ThreadPoolExecutor] = []


def _forget_threads() -> None:
    """A thread does not survive a fork."""
    _asked.clear()
    _threads.clear()


os.register_at_fork(after_in_child=_forget_threads)


def _ask(checks: dict[str, Callable[[], object]]) -> dict[str, str]:
    """Return name → "ok" or the fault's class, after 2 s at most. A check that is still at it from an earlier time
    is not made a second time."""
    if not _threads:
        _threads.append(ThreadPoolExecutor(len(CHECKS), thread_name_prefix="health"))
    for name, check in checks.items():
        if name not in _asked or _asked[name].done():
            _asked[name] = _threads[0].submit(copy_current_request_context(_make(check)))
    futures = {name: _asked[name] for name in checks}
    wait(futures.values(), timeout=LONGEST_S)
    return {name: _outcome(future) for name, future in futures.items()}


def _make(check: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        check()

    return run


def _outcome(future: Future[None]) -> str:
    if not future.done():
        return "TimeoutError"
    problem = future.exception()
    if isinstance(problem, Problem):
        return problem.sentence
    return type(problem).__name__ if problem else "ok"


def init(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(blueprint)
