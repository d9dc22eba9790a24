"""Whether this process lives, whether the shop can work, and its figures for a monitor."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import text

from app.core.db import db
from app.core.queue import connection
from app.core.settings import current
from app.core.storage import client
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


@blueprint.get("/readyz")
def readyz() -> Any:
    """Database, Redis and storage answer; 503 with what does not."""
    parts = {name: _try(check) for name, check in CHECKS.items()}
    good = all(answer == "ok" for answer in parts.values())
    if good:
        return jsonify(parts)
    silent = ", ".join(name for name, answer in parts.items() if answer != "ok")
    return problem_json(503, "unavailable", f"No answer from: {silent}.", parts=parts)


@blueprint.get("/metrics")
def metrics() -> Any:
    """The backlog of events and deliveries, in the text form of Prometheus."""
    lines = []
    for name, query in FIGURES.items():
        lines += [f"# TYPE {name} gauge", f"{name} {db.session.scalar(text(query))}"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; version=0.0.4")


CHECKS: dict[str, Callable[[], object]] = {
    "database": lambda: db.session.execute(text("SELECT 1 FROM alembic_version")),
    "redis": lambda: connection().ping(),
    "storage": lambda: client().head_bucket(Bucket=current().s3_bucket),
}


def _try(check: Callable[[], object]) -> str:
    try:
        check()
    except Exception as problem:
        db.session.rollback()
        return type(problem).__name__
    return "ok"


def init(app: Flask) -> None:
    """Register the addresses."""
    app.register_blueprint(blueprint)
