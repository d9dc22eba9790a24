"""Every refusal is written down: who, what, through which door."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

import structlog
from flask import request
from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import Event, record
from app.core.web.addresses import shown_path

log = structlog.get_logger(__name__)

#: Actor kind → the table that the one who was refused is a row of.
TABLES = {"staff": "staff", "customer": "order_links", "api": "api_tokens"}
MOST_EVENTS = 20
WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Refused:
    """The subject of a denial: the one who was refused, by the table their row is in."""

    id: uuid.UUID
    __tablename__: str


def log_denial(actor: Actor | None, permission: str | None) -> None:
    """Roll back what the request had begun, log the denial, record `access.denied` and commit.

    The event is in the chain of the one who was refused; past 20 in an hour only the log goes on.
    """
    path = shown_path()
    label = actor.label if actor else "nobody"
    log.warning(
        "access.denied",
        who=label,
        kind=actor.kind if actor else None,
        permission=permission,
        method=request.method,
        path=path,
        ip=request.remote_addr,
    )
    db.session.rollback()
    if actor is None or actor.id is None or actor.kind not in TABLES:
        return
    subject = Refused(actor.id, TABLES[actor.kind])
    data = {"permission": permission, "method": request.method, "path": path}
    try:
        if _lately(subject) < MOST_EVENTS:
            record("access.denied", subject, actor, data=data)
            db.session.commit()
    except Exception:
        log.exception("access.denied could not be recorded")
        db.session.rollback()


def _lately(subject: Refused) -> int:
    query = select(func.count()).where(
        Event.subject_kind == subject.__tablename__,
        Event.subject_id == subject.id,
        Event.name == "access.denied",
        Event.at > now() - WINDOW,
    )
    return db.session.scalar(query) or 0
