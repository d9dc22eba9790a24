"""What strangers may send: so much from one network in a day, and so much together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import settings
from app.core.db import db
from app.files.models import Upload
from app.files.services import uploads
from app.files.services.limits import TooManyUploads
from app.files.services.uploads import Ticket
from tests.conftest import Committed
from tests.files.uploading import VISITOR

HERE, THERE = "192.0.2.1", "2001:db8::/64"


@pytest.fixture
def given() -> Iterator[Callable[..., None]]:
    """Sets limits for one test."""
    before = settings.current()
    yield lambda **changed: settings.use(before.model_copy(update=changed))
    settings.use(before)


def start(owner: str, network: str | None = HERE, size_bytes: int = 100) -> Ticket:
    return uploads.start_upload(owner, "a.pdf", size_bytes, actor=VISITOR, network=network)


def test_one_network_starts_so_many_files_a_day(session: Any, given: Any) -> None:
    given(upload_files_per_address_day=3)
    for number in range(3):
        start(f"visitor:{number}")  # another browser each time
    with pytest.raises(TooManyUploads, match="3 files came from your internet address"):
        start("visitor:3")
    start("visitor:3", THERE)
    start("staff:3", None)


def test_one_network_sends_so_many_bytes_a_day(session: Any, given: Any) -> None:
    given(upload_bytes_per_address_day=5000)
    start("visitor:1", size_bytes=3000)
    with pytest.raises(TooManyUploads, match=r"more than 4\.9 KB came from your internet address"):
        start("visitor:2", size_bytes=2001)
    start("visitor:2", size_bytes=2000)


def test_after_a_day_they_count_no_more(session: Any, given: Any) -> None:
    given(upload_files_per_address_day=1)
    ticket = start("visitor:1")
    then = sa.func.now() - sa.text("interval '25 hours'")
    db.session.execute(
        sa.update(Upload).where(Upload.id == ticket.upload_id).values(created_at=then)
    )
    start("visitor:1")


def test_strangers_together_fill_only_a_part_of_the_storage(session: Any, given: Any) -> None:
    given(unclaimed_max_bytes=5000)
    first = start("visitor:1", size_bytes=4000)
    with pytest.raises(TooManyUploads, match="can't take more files at the moment"):
        start("visitor:2", THERE, size_bytes=2000)
    start("staff:1", None, size_bytes=50_000)
    uploads.abort_upload(first.upload_id, owner_key="visitor:1", actor=VISITOR)
    start("visitor:2", THERE, size_bytes=2000)


def test_files_started_at_once_see_each_other(committed: Committed, given: Any) -> None:
    given(upload_files_per_address_day=3)
    told: list[str] = []

    def one(number: int) -> None:
        with committed.app.app_context():
            try:
                start(f"visitor:{number}")
                db.session.commit()
                told.append("started")
            except TooManyUploads:
                told.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused"] * 5 + ["started"] * 3
