"""Runs the table of reactions on what was recorded, at once and in the same transaction."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from app.core.db import db
from app.core.deliveries import Reaction
from app.core.errors import AlreadyDone
from app.core.events import Event, Outbox
from app.core.outbound.driver import Result
from app.reactions import REACTIONS

# A year's past holds the messages that matter; what lies outside the database is left out: a million
# files of the journal would take longer than all the rest.
MESSAGES = {"quote.sent", "shipment.shipped"}
LEFT_OUT = {"journal"}


def run() -> None:
    """Run all reactions to the events that wait, and to those that they cause."""
    while waiting := db.session.scalars(select(Outbox).order_by(Outbox.position)).all():
        events = [db.session.get_one(Event, row.event_id) for row in waiting]
        db.session.execute(delete(Outbox))
        db.session.expire_all()
        for event in events:
            for reaction in REACTIONS.get(event.name, ()):
                if reaction.name in LEFT_OUT:
                    continue
                if reaction.name == "queue_messages" and event.name not in MESSAGES:
                    continue
                _react(reaction, event)


def _react(reaction: Reaction, event: Event) -> None:
    try:
        if reaction.do is not None:
            reaction.do(event)
            return
        assert reaction.load
        assert reaction.act
        assert reaction.save
        loaded = reaction.load(event)
        if loaded is not None:
            reaction.save(event, loaded, _act(reaction, loaded))
    except AlreadyDone:
        return
    finally:
        db.session.flush()


def _act(reaction: Reaction, loaded: Any) -> Any:
    """Do the slow part; a letter is not sent anywhere, the demo's people have no mailboxes."""
    assert reaction.act
    return Result("accept", {}, "demo data") if reaction.name == "send" else reaction.act(loaded)
