"""Every answer 403 leaves a trace: a line in the log, and an event where we know who it was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask, Response, g, request
from sqlalchemy import func, select

from app.accounts.models import ApiToken, OrderLink, Staff
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import Event, record

log = structlog.get_logger(__name__)
MOST_EVENTS = 20
WINDOW = timedelta(hours=1)
_WHO: dict[str, Any] = {"staff": Staff, "customer": OrderLink, "api": ApiToken}


def init(app: Flask) -> None:
    """Look at each answer that leaves `app`."""

    @app.after_request
    def note(response: Response) -> Response:
        if response.status_code == 403 and isinstance(g.get("actor"), Actor):
            _note(g.actor)
        return response


def _note(actor: Actor) -> None:
    log.warning(
        "access.denied",
        actor=actor.label,
        kind=actor.kind,
        method=request.method,
        path=request.path[:200],
        ip=request.remote_addr,
    )
    if actor.id is None:
        return
    try:
        db.session.rollback()  # what the refused request left behind
        _append(actor)
        db.session.commit()
    except Exception:
        db.session.rollback()
        log.exception("access.denied_not_recorded")


def _append(actor: Actor) -> None:
    row = db.session.get(_WHO[actor.kind], actor.id)
    if row is None:
        return
    lately = select(func.count()).where(
        Event.subject_kind == row.__tablename__,
        Event.subject_id == row.id,
        Event.name == "access.denied",
        Event.at > now() - WINDOW,
    )
    if (db.session.scalar(lately) or 0) >= MOST_EVENTS:
        return  # the log has them all; the chain need not grow by somebody's script
    data = {"what": "page", "method": request.method, "path": request.path[:200]}
    # a chain of the one who was refused: an order's own chain is not for strangers to lengthen
    record("access.denied", row, actor, data=data)
