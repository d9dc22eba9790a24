"""The worker fetches the file, looks at it in the sandbox and keeps what it found, once."""

from __future__ import annotations

import hashlib

import pytest
import requests

from app.core import storage
from app.core.db import db
from app.core.errors import AlreadyDone, NotFound
from app.files.invariants import files_are_whole, pictures_are_there, uploads_have_outcomes
from app.files.models import Asset, Preview, Upload
from app.files.services import checking, downloads, uploads
from app.files.services.storing import keep_asset
from app.inspection.file_facts import FileFacts
from app.inspection.results import CheckedFile, Inspection, Refusal
from tests.files import sample_files
from tests.files.uploading import OWNER, VISITOR, check, last_event, send

pytestmark = pytest.mark.usefixtures("session")
tints = iter(n / 1000 for n in range(1, 1000))


def a_new_pdf() -> bytes:
    """Bytes no other test has stored."""
    return sample_files.a_pdf(tint=next(tints))


def test_a_good_file_becomes_an_asset_with_facts_and_pictures():
    body = a_new_pdf()
    upload = send(body)
    check(upload)
    assert upload.state == "ready"
    asset = upload.asset
    assert asset.sha256 == hashlib.sha256(body).hexdigest()
    assert (asset.size_bytes, asset.media_type) == (len(body), "application/pdf")
    assert asset.facts.pages == 1
    assert [row.kind for row in asset.previews] == ["thumb", "page-1"]
    event = last_event("upload.checked", upload)
    assert event.data["asset_id"] == str(asset.id)
    assert event.data["sha256"] == asset.sha256
    assert event.after == {"state": "ready"}


def test_a_bad_file_is_refused_with_its_sentence():
    upload = send(sample_files.a_picture(), "card.pdf")
    check(upload)
    assert upload.state == "refused"
    assert upload.refusal.startswith("The name says PDF document, but the file is a PNG image.")
    assert upload.refusal_code == "mismatch"
    assert upload.asset_id is None
    assert last_event("upload.refused", upload).data["next_step"]


def test_the_same_bytes_twice_are_one_asset():
    body = a_new_pdf()
    first, second = send(body, "one.pdf"), send(body, "two.pdf")
    check(first)
    check(second)
    assert first.asset_id == second.asset_id
    assert first.storage_key != second.storage_key
    assert db.session.query(Asset).filter_by(sha256=first.asset.sha256).count() == 1
    assert len(db.session.get(Asset, first.asset_id).previews) == 2


def test_a_check_that_runs_twice_has_one_effect():
    upload = send(a_new_pdf())
    event = last_event("upload.completed", upload)
    ticket = checking.load(event)
    found = checking.act(ticket)
    again = checking.act(ticket)
    checking.save(event, ticket, found)
    with pytest.raises(AlreadyDone):
        checking.save(event, ticket, again)
    assert checking.load(event) is None
    assert db.session.query(Preview).filter_by(asset_id=upload.asset_id).count() == 2


def test_a_refusal_that_comes_twice_is_written_once():
    upload = send(b"%!PS-Adobe", "a.pdf")
    event = last_event("upload.completed", upload)
    ticket = checking.load(event)
    found = checking.act(ticket)
    checking.save(event, ticket, found)
    with pytest.raises(AlreadyDone):
        checking.save(event, ticket, found)


def test_a_file_that_is_gone_from_storage_is_said_to_be_gone():
    upload = send(a_new_pdf())
    assert storage.remove(upload.storage_key)
    found = check(upload)
    assert found.code == "changed"
    assert upload.state == "refused"


def test_a_check_that_could_never_be_made_tells_the_owner():
    upload = send(a_new_pdf())
    event = last_event("upload.completed", upload)
    checking.failed(event, RuntimeError("storage was away for hours"))
    assert upload.state == "refused"
    assert upload.refusal.startswith("We could not check this file.")
    checking.failed(event, RuntimeError("again"))


def test_completing_again_after_the_check_changes_nothing():
    upload = send(a_new_pdf())
    check(upload)
    with pytest.raises(AlreadyDone):
        uploads.complete_upload(upload.id, 5, owner_key=OWNER, actor=VISITOR)
    assert upload.state == "ready"


def test_an_unknown_upload_cannot_be_refused():
    import uuid

    from tests.files.uploading import CLOCK

    with pytest.raises(NotFound):
        refusal = Refusal(code="x", sentence="X.", next_step="")
        uploads.refuse_upload(uuid.uuid4(), refusal, actor=CLOCK)


def test_the_file_is_given_as_attachment_and_shown_only_where_it_can_carry_no_script():
    upload = send(sample_files.an_svg(f"<!-- {next(tints)} -->"), "card.svg")
    check(upload)
    address = downloads.download_url(upload.asset, file_name="Größe “1”.svg", inline=True)
    answer = requests.get(address, timeout=10)
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''Gr")
    picture = send(sample_files.a_picture(size=(30, 20)), "card.png")
    check(picture)
    shown = requests.get(
        downloads.download_url(picture.asset, file_name="a.png", inline=True), timeout=10
    )
    assert shown.headers["Content-Disposition"].startswith("inline")
    taken = requests.get(downloads.download_url(picture.asset, file_name="a.png"), timeout=10)
    assert taken.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_of_a_file_is_in_storage():
    upload = send(a_new_pdf())
    check(upload)
    thumb = db.session.get(Asset, upload.asset_id).previews[0]
    assert storage.read_bytes(thumb.storage_key)[8:12] == b"WEBP"


def test_a_paper_of_the_shop_is_an_asset_once():
    body = b"%PDF-1.7 made by the shop"
    paper = Inspection(
        kind="pdf",
        media_type="application/pdf",
        size_bytes=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        facts=FileFacts(),
        previews=[],
    )
    one = keep_asset(CheckedFile(paper, [], "proofs/one.pdf"))
    two = keep_asset(CheckedFile(paper, [], "proofs/two.pdf"))
    assert one.id == two.id
    assert one.storage_key == "proofs/one.pdf"


def test_the_invariants_hold_and_name_what_breaks_them():
    upload = send(a_new_pdf())
    check(upload)
    checks = (files_are_whole, pictures_are_there, uploads_have_outcomes)
    assert [list(check()) for check in checks] == [[], [], []]
    bucket = storage.current().s3_bucket
    key, picture = upload.asset.storage_key, db.session.get(Asset, upload.asset_id).previews[0]
    storage.client().put_object(Bucket=bucket, Key=key, Body=b"x" * upload.asset.size_bytes)
    assert "are not those of" in next(files_are_whole())
    storage.client().delete_object(Bucket=bucket, Key=key)
    assert "nothing is stored" in next(files_are_whole())
    storage.client().delete_object(Bucket=bucket, Key=picture.storage_key)
    assert str(picture.id) in next(pictures_are_there())
    upload.refusal = "X."
    db.session.flush()
    assert str(upload.id) in next(uploads_have_outcomes())


def test_an_upload_row_cannot_stand_in_a_state_that_does_not_exist():
    import sqlalchemy as sa

    upload = send(a_new_pdf())
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.update(Upload).where(Upload.id == upload.id).values(state="lost"))


def test_strangers_files_have_a_queue_of_their_own_and_staffs_do_not_wait_behind_them():
    from app.reactions import REACTIONS

    queues = {one.name: one.queue for one in REACTIONS["upload.completed"]}
    assert queues == {"check_upload": "uploads", "check_staff_upload": "files"}
    drawn = [one for of in REACTIONS.values() for one in of if one.name in {"proof", "work_order"}]
    assert {one.queue for one in drawn} == {"files"}


@pytest.mark.parametrize(("owner", "is_staff"), [("visitor:1", False), ("staff:1", True)])
def test_each_file_is_checked_by_the_queue_of_its_sender_alone(owner, is_staff):
    upload = send(a_new_pdf(), owner_key=owner)
    event = last_event("upload.completed", upload)
    assert (checking.load_of_staff(event) is not None) is is_staff
    assert (checking.load_of_others(event) is None) is is_staff
    assert db.session.get_one(Upload, upload.id).is_of_staff is is_staff
