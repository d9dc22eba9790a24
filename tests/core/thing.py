"""A subject for events, and what the core's tests share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any

from flask import Flask
from pydantic import ConfigDict
from sqlalchemy import select, text

from app.core.actor import system
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import Event, EventKind, Payload, record
from app.core.ids import new_id


class AnyFacts(Payload):
    """Whatever a test records."""

    model_config = ConfigDict(extra="allow")


for _name in ("done", "committed", "effected", "unheard", "moved", "a", "b", "c"):
    EventKind(f"thing.{_name}", f"Thing {_name}", AnyFacts)


@dataclass
class Thing:
    """Something that events can be about: events refer to their subject by name and id only."""

    id: uuid.UUID = field(default_factory=new_id)
    __tablename__ = "things"


def say(name: str = "thing.done", *, stream_id: uuid.UUID | None = None, **facts: Any) -> Event:
    """Record one event about a new thing; the caller commits."""
    return record(name, Thing(), system(), stream_id=stream_id, **facts)


def deliveries() -> list[Delivery]:
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def shift(column: str, seconds: int) -> None:
    """Move one time of every delivery, as if that many seconds had passed or were to come."""
    change = f"UPDATE event_deliveries SET {column} = {column} + make_interval(secs => :seconds)"
    db.session.execute(text(change), {"seconds": seconds})
    db.session.commit()


@contextmanager
def reactions(app: Flask, table: dict[str, list[Any]]) -> Iterator[None]:
    """Let `table` be the shop's reactions for a while."""
    before = app.extensions["reactions"]
    app.extensions["reactions"] = table
    try:
        yield
    finally:
        app.extensions["reactions"] = before


def at_once(app: Flask, count: int, do: Callable[[int], Any]) -> list[Any]:
    """Run `do(0) … do(count - 1)` in threads that start together; return results or exceptions."""
    ready = Barrier(count)
    results: list[Any] = [None] * count

    def run(number: int) -> None:
        with app.app_context():
            ready.wait(timeout=10)
            try:
                results[number] = do(number)
            except Exception as problem:
                db.session.rollback()
                results[number] = problem

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results
