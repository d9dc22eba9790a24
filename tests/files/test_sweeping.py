"""Uploads that nobody finished are finished where all of it arrived, and given up after a week."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.files.models import Upload
from app.files.services import parts, uploads
from jobs.uploads import sweep_uploads
from tests.files import sample_files
from tests.files.uploading import OWNER, VISITOR, begin, finish, last_event, put_parts

pytestmark = pytest.mark.usefixtures("session")


def age(upload_id, **time) -> None:
    """Let an upload look as old as that."""
    then = now() - timedelta(**time)
    db.session.execute(
        sa.update(Upload).where(Upload.id == upload_id).values(created_at=then, looked_at=then)
    )
    db.session.commit()


def state(upload_id) -> str:
    return db.session.get(Upload, upload_id, populate_existing=True).state


def test_an_upload_whose_browser_was_closed_after_the_last_part_is_finished():
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    age(ticket.upload_id, minutes=6)
    assert sweep_uploads() == 1
    assert state(ticket.upload_id) == "uploaded"
    upload = db.session.get(Upload, ticket.upload_id)
    assert last_event("upload.completed", upload).door == "clock"


def test_an_upload_that_was_joined_but_never_confirmed_is_confirmed():
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    parts.join_parts(ticket)
    age(ticket.upload_id, minutes=6)
    assert sweep_uploads() == 1
    assert state(ticket.upload_id) == "uploaded"


def test_an_upload_that_is_still_coming_is_left_alone():
    body = sample_files.a_pdf()
    ticket = begin(body)
    age(ticket.upload_id, minutes=6)
    assert sweep_uploads() == 0
    assert state(ticket.upload_id) == "receiving"
    put_parts(ticket, body)
    assert sweep_uploads() == 0  # looked at a moment ago
    assert finish(ticket).state == "uploaded"


def test_after_a_week_an_unfinished_upload_is_given_up_with_its_parts():
    body = sample_files.a_pdf() + b"x" * 9 * 1024 * 1024
    ticket = begin(body)
    put_parts(ticket, body, [1])
    age(ticket.upload_id, days=8)
    assert sweep_uploads() == 1
    assert state(ticket.upload_id) == "abandoned"
    assert parts.list_received_parts(ticket) == []


def test_an_upload_that_was_never_opened_is_given_up_after_an_hour():
    ticket = uploads.start_upload(OWNER, "a.pdf", 100, actor=VISITOR)
    db.session.commit()
    age(ticket.upload_id, minutes=50)
    assert sweep_uploads() == 0
    age(ticket.upload_id, minutes=70)
    assert sweep_uploads() == 1
    assert state(ticket.upload_id) == "abandoned"


def test_one_that_storage_knows_nothing_of_does_not_stop_the_others():
    lost, good = begin(sample_files.a_pdf()), begin(sample_files.a_pdf())
    put_parts(good, sample_files.a_pdf())
    db.session.execute(
        sa.update(Upload).where(Upload.id == lost.upload_id).values(multipart_id="gone")
    )
    age(lost.upload_id, minutes=9)
    age(good.upload_id, minutes=6)
    assert sweep_uploads() == 1
    assert state(good.upload_id) == "uploaded"
    assert state(lost.upload_id) == "receiving"
