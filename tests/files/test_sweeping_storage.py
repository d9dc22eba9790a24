"""Nothing stays in storage that nobody needs, and nothing goes that somebody does."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, settings, storage
from app.core.db import db
from app.files.models import Asset, ObjectRemoval, Upload
from app.files.services import parts, strays, uploads
from jobs.uploads import sweep_storage
from tests.files import sample_files
from tests.files.uploading import OWNER, VISITOR, begin, check, finish, put_parts, send
from tests.servers import own_bucket

pytestmark = pytest.mark.usefixtures("session", "later")


@pytest.fixture(scope="module")
def intake(application: Flask) -> Iterator[str]:
    """An intake of these tests' own."""
    with own_bucket() as name:
        yield name


@pytest.fixture
def later(intake: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The sweep looks two hours from now, at an empty intake and an archive without locks."""
    before = settings.current()
    settings.use(before.model_copy(update={"s3_intake_bucket": intake, "s3_lock_days": 0}))
    for one in storage.list_objects(storage.INTAKE):
        storage.remove(one.storage_key)
    for one in storage.list_multiparts(storage.INTAKE):
        storage.abort_multipart(one.storage_key, one.multipart_id or "")
    monkeypatch.setattr(strays, "now", lambda: clock.now() + timedelta(hours=2))
    yield
    settings.use(before)


def lying() -> list[str]:
    """The keys of what lies in the intake, joined or not."""
    found = [*storage.list_objects(storage.INTAKE), *storage.list_multiparts(storage.INTAKE)]
    return [one.storage_key for one in found]


def aged(upload: Upload, **changes: Any) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=15)
    values = {"updated_at": long_ago, **changes}
    db.session.execute(sa.update(Upload).where(Upload.id == upload.id).values(**values))
    db.session.commit()
    db.session.expire_all()


def let_removals_age() -> None:
    then = datetime.now(UTC) - timedelta(hours=2)
    db.session.execute(sa.update(ObjectRemoval).values(created_at=then))
    db.session.commit()


@cache
def a_body(tint: float) -> bytes:
    return sample_files.a_pdf(tint=tint)


def a_checked_file(tint: float) -> Upload:
    upload = send(a_body(tint))
    check(upload)
    return upload


def test_parts_whose_row_was_never_written_are_removed() -> None:
    """The web process ended between storage's answer and its commit."""
    ticket = uploads.start_upload(OWNER, "a.pdf", 100, actor=VISITOR)
    db.session.commit()
    parts.open_multipart(ticket)
    storage.start_multipart(f"{storage.INTAKE}uploads/nobody", "application/pdf")
    assert len(lying()) == 2
    assert sweep_storage() == 2
    assert lying() == []


def test_parts_that_were_given_up_while_storage_was_away_are_removed() -> None:
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    uploads.abort_upload(ticket.upload_id, owner_key=OWNER, actor=VISITOR)
    db.session.commit()
    assert sweep_storage() == 1
    assert lying() == []


def test_a_file_that_was_joined_after_it_was_given_up_is_removed() -> None:
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    uploads.abort_upload(ticket.upload_id, owner_key=OWNER, actor=VISITOR)
    db.session.commit()
    parts.join_parts(ticket)
    assert sweep_storage() >= 1
    assert lying() == []


def test_what_is_on_its_way_or_waits_for_its_check_stays() -> None:
    body = sample_files.a_pdf()
    coming, waiting = begin(body), begin(body)
    put_parts(coming, body)
    put_parts(waiting, body)
    upload = finish(waiting)
    assert sweep_storage() == 0
    assert finish(coming).state == "uploaded"
    assert storage.read_bytes(upload.storage_key) == body


def test_what_came_a_moment_ago_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strays, "now", clock.now)
    storage.start_multipart(f"{storage.INTAKE}uploads/nobody", "application/pdf")
    assert (sweep_storage(), len(lying())) == (0, 1)


def test_a_file_that_no_order_took_is_forgotten_with_its_bytes() -> None:
    upload = a_checked_file(0.31)
    asset = upload.asset
    assert asset is not None
    keys = [asset.storage_key, *(row.storage_key for row in asset.previews)]
    aged(upload)
    sweep_storage()
    assert (upload.state, upload.asset_id) == ("abandoned", None)
    assert db.session.query(Asset).count() == 0
    assert all(storage.exists(key) for key in keys), "the removal waits"
    let_removals_age()
    sweep_storage()
    assert [storage.exists(key) for key in keys] == [False] * len(keys)
    assert db.session.query(ObjectRemoval).count() == 0


def test_a_file_that_an_order_took_stays() -> None:
    upload = a_checked_file(0.32)
    aged(upload, stream_id=uuid.uuid4())
    sweep_storage()
    assert upload.state == "ready"


def test_a_file_that_another_upload_has_too_stays() -> None:
    upload, other = a_checked_file(0.33), a_checked_file(0.33)
    assert upload.asset_id == other.asset_id
    aged(upload)
    aged(other, stream_id=uuid.uuid4())
    sweep_storage()
    assert (upload.state, other.state, other.asset is not None) == ("abandoned", "ready", True)
    assert db.session.query(ObjectRemoval).count() == 0


def test_the_same_file_that_comes_again_is_not_removed() -> None:
    upload = a_checked_file(0.34)
    aged(upload)
    sweep_storage()
    again = a_checked_file(0.34)
    assert db.session.query(ObjectRemoval).count() == 0
    let_removals_age()
    sweep_storage()
    assert again.asset is not None
    assert storage.exists(again.asset.storage_key)
