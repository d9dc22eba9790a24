"""Every refusal is written down: who, what, through which door."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import ClassVar

import structlog
from flask import request

from app.core.actor import Actor

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Refused:
    """The subject of a denial: the person who was refused, by the table their row is in."""

    id: uuid.UUID
    __tablename__: ClassVar[str] = "staff"


def log_denial(actor: Actor | None, permission: str | None) -> None:
    """Record `access.denied` for `actor` in a transaction of its own, and log it.

    What the request had begun is rolled back first: a refused request changes nothing else.
    """
    from app.core.db import db
    from app.core.events import record

    path = request.path[:500]
    label = actor.label if actor else "nobody"
    log.warning("access.denied", who=label, permission=permission, path=path)
    db.session.rollback()
    if actor is None or actor.id is None:
        return
    subject = Refused(actor.id)
    data = {"permission": permission, "method": request.method, "path": path}
    try:
        record("access.denied", subject, actor, data=data)
        db.session.commit()
    except Exception:
        log.exception("access.denied could not be recorded")
        db.session.rollback()
