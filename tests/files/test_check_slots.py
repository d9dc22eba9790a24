"""Two files of one network are checked at once, no more; who waits loses no attempt."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import relay
from app.core.db import db
from app.core.deliveries import Delivery
from app.core.delivery_runner import run_delivery
from app.core.events import Event
from app.files.models import Upload
from app.files.services import checking
from app.files.services.check_slots import CHECK, CHECK_OF_STAFF, is_waiting
from app.files.services.uploads import complete_upload, start_upload
from app.inspection.inspect import STAFF, STRANGERS
from app.inspection.results import Refusal
from app.reactions import REACTIONS
from tests.conftest import Committed
from tests.core.thing import at_once, reactions
from tests.files.uploading import VISITOR
from tests.waiting import eventually

HERE, SAME_64, THERE = "192.0.2.1", "2001:db8::/64", "198.51.100.7"
REFUSED = Refusal(code="damaged", sentence="It was damaged.", next_step="")


class Desk:
    """Workers whose checks take as long as a test wants."""

    def __init__(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        self.app = app
        self.go_on = Signal()
        self.limits: list[Any] = []
        self.threads: list[Thread] = []
        self.told: dict[uuid.UUID, str] = {}
        monkeypatch.setattr(checking, "act", self.act)

    def act(self, ticket: Any, limits: Any = STAFF) -> Refusal:
        self.limits.append(limits)
        assert self.go_on.wait(30)
        return REFUSED

    def file(self, network: str | None = HERE, owner: str = "") -> uuid.UUID:
        """A file that has arrived; return its upload's id."""
        owner = owner or f"visitor:{uuid.uuid4()}"
        ticket = start_upload(owner, "a.pdf", 10, actor=VISITOR, network=network)
        complete_upload(ticket.upload_id, 10, owner_key=owner, actor=VISITOR)
        db.session.commit()
        while relay.drain(REACTIONS):
            pass
        return ticket.upload_id

    def row(self, upload_id: uuid.UUID, reaction: str = CHECK) -> Delivery:
        db.session.rollback()
        query = sa.select(Delivery).join(Event, Event.id == Delivery.event_id)
        query = query.where(Event.subject_id == upload_id, Delivery.reaction == reaction)
        return db.session.scalars(query.execution_options(populate_existing=True)).one()

    def run(self, upload_id: uuid.UUID, reaction: str = CHECK) -> str:
        return run_delivery(self.app, self.row(upload_id, reaction).id)

    def start(self, upload_id: uuid.UUID, reaction: str = CHECK) -> None:
        """Let a worker begin the check, and return once its file is being read."""
        delivery_id, before = self.row(upload_id, reaction).id, len(self.limits)

        def work() -> None:
            with self.app.app_context():
                self.told[upload_id] = run_delivery(self.app, delivery_id)

        self.threads.append(Thread(target=work))
        self.threads[-1].start()
        eventually(lambda: len(self.limits) > before)

    def end(self) -> None:
        self.go_on.set()
        for thread in self.threads:
            thread.join(30)


@pytest.fixture
def desk(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with committed.app.app_context(), reactions(committed.app, REACTIONS):
        made = Desk(committed.app, monkeypatch)
        yield made
        made.end()
        db.session.remove()


@pytest.mark.parametrize("network", [HERE, SAME_64])
def test_the_third_file_of_a_network_waits_and_another_networks_goes_first(
    desk: Desk, network: str
) -> None:
    first, second, third = (desk.file(network) for _ in range(3))
    other = desk.file(THERE)
    desk.start(first)
    desk.start(second)
    assert desk.run(third) == "later"
    assert len(desk.limits) == 2
    desk.start(other)  # is read at once, beside the two
    desk.end()
    assert set(desk.told.values()) == {"done"}
    assert desk.run(third) == "done"
    assert db.session.get_one(Upload, third).state == "refused"


def test_waiting_is_no_attempt_and_the_next_look_is_seconds_away(desk: Desk) -> None:
    files = [desk.file() for _ in range(6)]
    desk.start(files[0])
    desk.start(files[1])
    for _ in range(20):  # more often than a failing delivery is tried
        assert desk.run(files[2]) == "later"
    row = desk.row(files[2])
    assert (row.state, row.attempts, row.error, row.enqueued_at) == ("pending", 0, None, None)
    desk.run(files[5])
    wait = sa.text("SELECT extract(epoch FROM due_at - now()) FROM event_deliveries WHERE id = :id")
    waits = [db.session.scalar(wait, {"id": desk.row(one).id}) for one in (files[2], files[5])]
    assert 1 < waits[0] <= 2 < waits[1] <= 5  # the last of the line doesn't ask as often


def test_two_of_many_claimed_at_the_same_moment_run(desk: Desk) -> None:
    files = [desk.file() for _ in range(6)]
    ids = [desk.row(one).id for one in files]
    told: list[str] = []

    def work(number: int) -> None:
        told.append(run_delivery(desk.app, ids[number]))

    crowd = Thread(target=lambda: at_once(desk.app, 6, work))
    crowd.start()
    eventually(lambda: len(told) == 4 and len(desk.limits) == 2)
    desk.go_on.set()
    crowd.join(30)
    assert sorted(told) == ["done"] * 2 + ["later"] * 4


def test_a_worker_that_died_holds_no_place(desk: Desk) -> None:
    first, second, third = (desk.file() for _ in range(3))
    desk.start(first)
    gone = sa.text(
        "UPDATE event_deliveries SET state = 'running', lease_until = now() - interval '1 s' "
        "WHERE id = :id"
    )
    db.session.execute(gone, {"id": desk.row(second).id})
    db.session.commit()
    desk.go_on.set()
    assert desk.run(third) == "done"


def test_files_of_staff_are_checked_however_many_run(desk: Desk) -> None:
    files = [desk.file(None, f"staff:{number}") for number in range(4)]
    for one in files:
        assert desk.run(one) == "done"  # nothing for the queue of strangers
        desk.start(one, CHECK_OF_STAFF)
    assert desk.limits == [STAFF] * 4
    assert not any(is_waiting(db.session.get_one(Upload, one)) for one in files)
    desk.end()
    assert set(desk.told.values()) == {"done"}


def test_a_page_is_told_that_its_file_waits_for_others(desk: Desk) -> None:
    first, second, third = (desk.file() for _ in range(3))
    other = desk.file(THERE)
    assert not is_waiting(db.session.get_one(Upload, third))
    desk.start(first)
    desk.start(second)
    db.session.rollback()
    waiting = [is_waiting(db.session.get_one(Upload, one)) for one in (first, third, other)]
    assert waiting == [False, True, False]
    desk.end()
    db.session.rollback()
    assert not is_waiting(db.session.get_one(Upload, third))


def test_a_file_of_staff_that_was_queued_before_the_update_is_checked(desk: Desk) -> None:
    """Then there was one check for all files, and it was queued under the name of today's for strangers."""
    upload_id = desk.file(None, "staff:1")
    db.session.execute(
        sa.delete(Delivery).where(Delivery.id == desk.row(upload_id, CHECK_OF_STAFF).id)
    )
    db.session.execute(sa.update(Delivery).values(queue="files"))
    db.session.commit()
    desk.go_on.set()
    assert desk.run(upload_id) == "done"
    assert db.session.get_one(Upload, upload_id).state == "refused"
    assert desk.limits == [STAFF]


def test_strangers_files_are_read_with_the_limits_of_strangers(desk: Desk) -> None:
    desk.go_on.set()
    desk.run(desk.file())
    assert desk.limits == [STRANGERS]
