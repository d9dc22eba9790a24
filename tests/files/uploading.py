"""Sends files as a browser does: addresses from the shop, bytes straight into storage."""

from __future__ import annotations

from typing import Any

import requests

from app.core.actor import Actor, system
from app.core.db import db
from app.files.models import Upload
from app.files.services import parts, uploads

VISITOR = Actor("customer", None, "A visitor", "portal")
OWNER = "visitor:test"


def begin(body: bytes, name: str = "card.pdf", *, owner_key: str = OWNER) -> uploads.Ticket:
    """Start an upload and open it in storage."""
    ticket = uploads.start_upload(owner_key, name, len(body), actor=VISITOR)
    db.session.commit()
    multipart_id = parts.open_multipart(ticket)
    uploads.multipart_opened(ticket.upload_id, multipart_id)
    db.session.commit()
    return uploads.find_ticket(ticket.upload_id, owner_key=owner_key)


def put_parts(ticket: uploads.Ticket, body: bytes, numbers: list[int] | None = None) -> None:
    """Put parts to their signed addresses; all of them unless numbers are given."""
    wanted = numbers or list(range(1, ticket.part_count + 1))
    for number, address in parts.sign_parts(ticket, wanted).items():
        start = (number - 1) * ticket.part_size_bytes
        answer = requests.put(
            address, data=body[start : start + ticket.part_size_bytes], timeout=30
        )
        answer.raise_for_status()


def finish(ticket: uploads.Ticket, *, owner_key: str = OWNER) -> Upload:
    """Join the parts and say so."""
    size_bytes = parts.join_parts(ticket)
    upload = uploads.complete_upload(
        ticket.upload_id, size_bytes, owner_key=owner_key, actor=VISITOR
    )
    db.session.commit()
    return upload


def send(body: bytes, name: str = "card.pdf", *, owner_key: str = OWNER) -> Upload:
    """Send a whole file."""
    ticket = begin(body, name, owner_key=owner_key)
    put_parts(ticket, body)
    return finish(ticket, owner_key=owner_key)


def check(upload: Upload) -> dict[str, Any]:
    """Run the worker's check of an upload in its three steps; return what the second one found."""
    from app.files.services import checking

    event = last_event("upload.completed", upload)
    ticket = checking.load(event)
    assert ticket is not None
    found = checking.act(ticket)
    checking.save(event, ticket, found)
    db.session.commit()
    return found


def last_event(name: str, upload: Upload) -> Any:
    """Return the newest event of that name about the upload."""
    from sqlalchemy import select

    from app.core.events import Event

    query = select(Event).where(Event.name == name, Event.subject_id == upload.id)
    return db.session.scalars(query.order_by(Event.stream_seq.desc())).first()


CLOCK = system("clock")
