"""Every refusal is written down: who, what, through which door."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

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


def log_denial(actor: Actor | None, permission: str | None) -> None:
    """Roll back what the request had begun, log the denial, record `access.denied` and commit.

    The event is in the chain of the one who was refused; after 20 in an hour only the log is written.
    """
    data = {"permission": permission, "method": request.method, "path": shown_path()}
    who = (actor.label, actor.kind) if actor else ("nobody", None)
    log.warning("access.denied", who=who[0], kind=who[1], ip=request.remote_addr, **data)
    db.session.rollback()
    if actor is None or actor.id is None or actor.kind not in TABLES:
        return
    subject = SimpleNamespace(id=actor.id, __tablename__=TABLES[actor.kind])
    try:
        if _lately(subject) < MOST_EVENTS:
            record("access.denied", subject, actor, data=data)
            db.session.commit()
    except Exception:
        log.exception("access.denied could not be recorded")
        db.session.rollback()


def _lately(subject: Any) -> int:
    query = select(func.count()).where(
        Event.subject_kind == subject.__tablename__,
        Event.subject_id == subject.id,
        Event.name == "access.denied",
        Event.at > now() - WINDOW,
    )
    return db.session.scalar(query) or 0
