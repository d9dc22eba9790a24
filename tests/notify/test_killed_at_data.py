"""A worker that is killed while a mail server keeps silent: from DATA on the letter is a person's to decide."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import settings
from app.core.db import db
from app.core.delivery_runner import run_delivery
from app.core.outbound.intent import OutboundIntent
from app.notify import verbs
from app.notify.models import Message
from app.notify.todo import TODOS
from tests.core.thing import shift
from tests.notify.conftest import MailServer, fresh, pending, send_all, staff, told
from tests.notify.test_sending import Known, message, queue
from tests.notify.test_stalling_server import Stalling, stalling
from tests.servers import ROOT

__all__ = ["message"]
pytestmark = pytest.mark.extended
ME = staff("message.resend")


@contextmanager
def worker(how: str, delivery_id: uuid.UUID, environment: Mapping[str, str]) -> Iterator[Any]:
    argv = [sys.executable, "-m", "tests.notify.killed_sender", how, str(delivery_id)]
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **environment})
    try:
        yield process
    finally:
        process.kill()
        process.wait(15)


def killed(committed: Any, server: Stalling, how: str = "alone", folder: str = "") -> uuid.UUID:
    """Let a process send until the server keeps silent, kill it there, and let its lease run out."""
    (delivery_id,) = pending()
    mail = {"SMTP_PORT": str(server.port), "MAIL_CATCHER_DIR": folder}
    with worker(how, delivery_id, committed.environment | mail):
        assert server.silent.wait(40), "the worker never came that far"
    server.go.set()
    db.session.rollback()
    shift("lease_until", -3600)
    return delivery_id


def to_do() -> list[uuid.UUID]:
    (todo,) = TODOS
    return [row.id for row in db.session.scalars(sa.select(Message).where(*todo.where))]


def intent_of(message: Known) -> OutboundIntent:
    query = sa.select(OutboundIntent).where(OutboundIntent.subject_id == message.id)
    return db.session.scalars(query).one()


@pytest.mark.parametrize(
    ("at", "how"), [("DATA", "together"), ("body", "alone"), ("after", "together")]
)
def test_a_worker_killed_after_data_began_sends_nothing_again(
    committed: Any, shop: Any, message: Known, tmp_path: Path, at: str, how: str
) -> None:
    """Also where the shop's mail catcher, which is asked, has no such letter: it may come yet."""
    with stalling(at) as server:
        folder = {"mail_catcher_dir": tmp_path}
        settings.use(settings.current().model_copy(update=folder))
        delivery_id = killed(committed, server, how, str(tmp_path))
        assert (fresh(message).state, intent_of(message).is_before_write) == ("sending", False)
        assert [run_delivery(shop, delivery_id) for _ in range(3)] == ["done", "skipped", "skipped"]
        assert send_all(shop) == []
        assert server.talks == 1 and len(server.letters) <= 1
    row = fresh(message)
    assert (row.state, told(message)) == ("unknown", ["message.queued", "message.unknown"])
    assert "may or may not have arrived" in (row.error or "")
    assert to_do() == [message.id]
    verbs.confirm_delivery(message.id, actor=ME)
    db.session.commit()
    assert (fresh(message).state, to_do()) == ("sent", [])


def test_a_person_sends_it_again(committed: Any, shop: Any, mail: MailServer) -> None:
    message = queue("k2")
    with stalling("after") as server:
        run_delivery(shop, killed(committed, server))
    settings.use(settings.current().model_copy(update={"smtp_port": mail.port}))
    again = verbs.resend(message.id, actor=ME).id
    db.session.commit()
    assert send_all(shop) == ["done"]
    assert (fresh(Known(again)).state, len(mail.arrived), to_do()) == ("sent", 1, [])


def test_a_worker_killed_before_data_leaves_it_to_be_sent_once(
    committed: Any, shop: Any, mail: MailServer, message: Known, tmp_path: Path
) -> None:
    """Where the catcher can be asked: it has none, and none can come."""
    with stalling("RCPT") as server:
        delivery_id = killed(committed, server, folder=str(tmp_path))
        assert intent_of(message).is_before_write
    changed = {"smtp_port": mail.port, "mail_catcher_dir": tmp_path}
    settings.use(settings.current().model_copy(update=changed))
    assert run_delivery(shop, delivery_id) == "done"
    assert (fresh(message).state, len(mail.arrived), server.letters) == ("sent", 1, [])


def test_a_worker_that_was_taken_over_before_data_does_not_begin_it(
    committed: Any, shop: Any, mail: MailServer, message: Known, tmp_path: Path
) -> None:
    """It stood still for longer than its lease; the other one has sent the letter meanwhile."""
    (delivery_id,) = pending()
    changed = {"smtp_port": mail.port, "mail_catcher_dir": tmp_path}
    with stalling("RCPT") as server:
        child = {"SMTP_PORT": str(server.port), "MAIL_CATCHER_DIR": str(tmp_path)}
        with worker("alone", delivery_id, committed.environment | child) as process:
            assert server.silent.wait(60)
            os.kill(process.pid, 19)  # SIGSTOP
            shift("lease_until", -3600)
            settings.use(settings.current().model_copy(update=changed))
            assert run_delivery(shop, delivery_id) == "done"
            server.go.set()
            os.kill(process.pid, 18)  # SIGCONT
            process.wait(30)
        assert server.letters == []
    assert (fresh(message).state, len(mail.arrived)) == ("sent", 1)
