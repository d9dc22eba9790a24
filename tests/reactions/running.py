"""Runs reactions late, swapped or twice, as a test wants them."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from app.core import relay
from app.core.db import db
from app.core.deliveries import Delivery, Reaction
from app.core.delivery_runner import run_delivery
from app.reactions import REACTIONS

MOST_RUNS = 600


@dataclass
class Reactions:
    """Runs reactions as they come, but those called `late` only when nothing else can go on.

    `shuffle`: in which order those that are due run; `twice`: each is delivered a second time.
    """

    app: Flask
    late: frozenset[str] = frozenset()
    shuffle: Callable[[list[uuid.UUID]], None] = lambda ids: None
    twice: bool = False
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        table = {name: tuple(map(remembered, some)) for name, some in REACTIONS.items()}
        self.app.extensions["reactions"] = table

    def settle(self) -> None:
        """Run everything that is due, except what is late."""
        for _ in range(MOST_RUNS):
            drained = relay.drain(self.app.extensions["reactions"])
            due = [row.id for row in self._waiting() if row.reaction not in self.late]
            if not drained and not due:
                return
            self.shuffle(due)
            for delivery_id in due:
                self._run(delivery_id)
        raise AssertionError("reactions go on for ever")

    def release_one(self) -> bool:
        """Run one late reaction, the newest first; False where none waits."""
        if rows := self._waiting():
            self._run(rows[-1].id)
        return bool(rows)

    def finish(self) -> None:
        """Run all that is left."""
        for _ in range(MOST_RUNS):
            self.settle()
            if not self.release_one():
                return

    def repeat_all(self) -> None:
        """Deliver everything that ever happened once more, in any order."""
        self.finish()
        ids = list(db.session.scalars(select(Delivery.id)))
        random.Random(8).shuffle(ids)
        for delivery_id in ids:
            self._again(delivery_id)
        self.finish()

    def _waiting(self) -> list[Delivery]:
        query = select(Delivery).where(Delivery.state == "pending")
        return list(db.session.scalars(query.order_by(Delivery.id)))

    def _run(self, delivery_id: uuid.UUID) -> None:
        outcome = run_delivery(self.app, delivery_id)
        row = db.session.get_one(Delivery, delivery_id)
        assert outcome != "dead", f"{row.reaction}: {row.error}"
        self.seen[row.reaction] += outcome == "done"
        if self.twice and outcome == "done":
            self._again(delivery_id)

    def _again(self, delivery_id: uuid.UUID) -> None:
        change = update(Delivery).where(Delivery.id == delivery_id, Delivery.state == "done")
        db.session.execute(change.values(state="pending", attempts=0))
        db.session.commit()
        run_delivery(self.app, delivery_id)


#: Slow work of which what it found is kept.
DRAWN = ("check_upload", "check_staff_upload", "proof", "proof_for_job", "work_order")
FOUND: dict[tuple[str, str], Any] = {}


def remembered(reaction: Reaction) -> Reaction:
    """Return the reaction; what it found in a file, or drew of it, is kept for the next life, which is about
    the order of things alone."""
    act = reaction.act
    if act is None or reaction.name not in DRAWN:
        return reaction

    def once(work: Any) -> Any:
        name = getattr(work, "file_name", None) or getattr(work, "html", work)
        key = (reaction.name, str(name))
        if key not in FOUND:
            FOUND[key] = act(work)
        return FOUND[key]

    return replace(reaction, act=once)


@contextmanager
def rewound(app: Flask) -> Iterator[None]:
    """Undo in the end whatever was committed inside."""
    connection: Any = db._app_engines[app][None]
    point = connection.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        point.rollback()
