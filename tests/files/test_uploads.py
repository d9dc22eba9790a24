"""A browser sends a file into storage in parts; the shop only hands out addresses and keeps count."""

from __future__ import annotations

import hashlib
import uuid

import pytest
import requests

from app.core import storage
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotFound, WrongState
from app.files.models import Upload
from app.files.parts import MIB
from app.files.services import parts, uploads
from app.inspection.refusal import FileRefused
from tests.files import sample_files
from tests.files.uploading import OWNER, VISITOR, begin, finish, last_event, put_parts, send

pytestmark = pytest.mark.usefixtures("session")
STRANGER = "visitor:stranger"


def test_a_started_upload_has_a_key_of_its_own_and_an_event():
    one = uploads.start_upload(OWNER, "card.pdf", 100, actor=VISITOR)
    two = uploads.start_upload(OWNER, "card.pdf", 100, actor=VISITOR)
    assert one.storage_key != two.storage_key
    assert "card" not in one.storage_key
    upload = db.session.get(Upload, one.upload_id)
    event = last_event("upload.started", upload)
    assert event.data == {"file_name": "card.pdf", "size_bytes": 100}
    assert (event.actor_label, event.door) == ("A visitor", "portal")
    assert event.after == {"state": "receiving"}


def test_the_name_is_made_safe_before_it_is_kept():
    ticket = uploads.start_upload(OWNER, "../../x\0\u202e.pdf", 100, actor=VISITOR)
    assert ticket.file_name == "x.pdf"


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [("a.eps", 5, "type"), ("a.pdf", 0, "empty"), ("a.pdf", 6 * 1024**3, "too_large")],
)
def test_what_name_and_size_rule_out_is_refused_at_the_start(name, size, code):
    with pytest.raises(FileRefused) as refused:
        uploads.start_upload(OWNER, name, size, actor=VISITOR)
    assert refused.value.code == code
    assert db.session.query(Upload).count() == 0


def test_one_browser_cannot_leave_uploads_without_end():
    for _ in range(40):
        uploads.start_upload(OWNER, "a.pdf", 5, actor=VISITOR)
    with pytest.raises(BadInput, match="40 unfinished uploads"):
        uploads.start_upload(OWNER, "a.pdf", 5, actor=VISITOR)
    uploads.start_upload(STRANGER, "a.pdf", 5, actor=VISITOR)


def test_a_file_of_several_parts_arrives_whole():
    body = sample_files.a_pdf() + b"\n% " + b"x" * (17 * MIB)
    ticket = begin(body)
    assert ticket.part_count == 3
    put_parts(ticket, body, [3, 1])
    received = parts.list_received_parts(ticket)
    assert [part["part_number"] for part in received] == [1, 3]
    assert received[0]["size_bytes"] == 8 * MIB
    with pytest.raises(BadInput, match="Part 2 of 3"):
        parts.join_parts(ticket)
    put_parts(ticket, body, [2])
    upload = finish(ticket)
    assert upload.state == "uploaded"
    assert storage.head(upload.storage_key)["size_bytes"] == len(body)
    assert storage.read_bytes(upload.storage_key) == body


def test_completing_records_the_event_that_starts_the_check():
    upload = send(sample_files.a_pdf())
    event = last_event("upload.completed", upload)
    assert event.before == {"state": "receiving"}
    assert event.after == {"state": "uploaded"}


def test_completing_twice_changes_nothing():
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    finish(ticket)
    assert parts.join_parts(ticket) == len(body)
    with pytest.raises(AlreadyDone):
        finish(ticket)


def test_another_size_than_announced_refuses_the_file():
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    upload = uploads.complete_upload(
        ticket.upload_id, len(body) + 4, owner_key=OWNER, actor=VISITOR
    )
    assert upload.state == "refused"
    assert "changed while it was sent" in upload.refusal
    assert last_event("upload.refused", upload).data["code"] == "changed"
    assert last_event("upload.completed", upload) is None


def test_an_address_is_for_one_part_of_one_upload_and_expires():
    body = sample_files.a_pdf()
    ticket = begin(body)
    address = parts.sign_parts(ticket, [1], expires_s=60)[1]
    tampered = address.replace("partNumber=1", "partNumber=2")
    assert requests.put(tampered, data=body, timeout=10).status_code == 403
    assert requests.put(address, data=body, timeout=10).status_code == 200


@pytest.mark.parametrize("change", [b"more", b""], ids=["longer", "shorter"])
def test_storage_takes_a_part_of_the_planned_length_alone(change):
    body = sample_files.a_pdf()
    ticket = begin(body)
    address = parts.sign_parts(ticket, [1])[1]
    other = body + change if change else body[:-1]
    assert requests.put(address, data=other, timeout=10).status_code == 403
    with pytest.raises(BadInput, match="Part 1 of 1"):
        parts.join_parts(ticket)


def test_storage_refuses_a_part_whose_bytes_are_not_those_declared():
    body = sample_files.a_pdf()
    ticket = begin(body)
    md5 = hashlib.md5(body).hexdigest()
    address = parts.sign_parts(ticket, [1], md5s={1: md5})[1]
    header = {"Content-MD5": storage.checksum_of(md5)}
    flipped = bytes([body[0] ^ 1]) + body[1:]
    assert requests.put(address, data=flipped, headers=header, timeout=10).status_code == 400
    assert requests.put(address, data=flipped, timeout=10).status_code == 403
    assert parts.list_received_parts(ticket) == []
    assert requests.put(address, data=body, headers=header, timeout=10).status_code == 200
    assert parts.list_received_parts(ticket)[0]["etag"] == f'"{md5}"'


@pytest.mark.parametrize("numbers", [[0], [2], [-1], [1, 99]])
def test_only_parts_of_the_plan_are_signed(numbers):
    ticket = begin(sample_files.a_pdf())
    with pytest.raises(BadInput):
        parts.sign_parts(ticket, numbers)


def test_a_finished_upload_takes_no_more_parts():
    upload = send(sample_files.a_pdf())
    ticket = uploads.find_ticket(upload.id, owner_key=OWNER)
    with pytest.raises(WrongState):
        parts.sign_parts(ticket, [1])


def test_another_browser_cannot_see_finish_or_give_up_an_upload():
    ticket = begin(sample_files.a_pdf())
    with pytest.raises(NotFound):
        uploads.find_ticket(ticket.upload_id, owner_key=STRANGER)
    with pytest.raises(NotFound):
        uploads.complete_upload(ticket.upload_id, 5, owner_key=STRANGER, actor=VISITOR)
    with pytest.raises(NotFound):
        uploads.abort_upload(ticket.upload_id, owner_key=STRANGER, actor=VISITOR)
    with pytest.raises(NotFound):
        uploads.claim_upload(
            ticket.upload_id, stream_id=uuid.uuid4(), owner_key=STRANGER, actor=VISITOR
        )
    assert uploads.find_upload(ticket.upload_id, owner_key=OWNER).state == "receiving"


def test_giving_up_drops_the_parts_and_a_second_click_is_told_so():
    body = sample_files.a_pdf()
    ticket = begin(body)
    put_parts(ticket, body)
    uploads.abort_upload(ticket.upload_id, owner_key=OWNER, actor=VISITOR)
    db.session.commit()
    parts.drop_parts(ticket)
    parts.drop_parts(ticket)
    assert parts.list_received_parts(ticket) == []
    upload = uploads.find_upload(ticket.upload_id, owner_key=OWNER)
    assert upload.state == "abandoned"
    assert last_event("upload.abandoned", upload) is not None
    with pytest.raises(AlreadyDone):
        uploads.abort_upload(ticket.upload_id, owner_key=OWNER, actor=VISITOR)


def test_a_finished_upload_cannot_be_given_up():
    upload = send(sample_files.a_pdf())
    with pytest.raises(WrongState):
        uploads.abort_upload(upload.id, owner_key=OWNER, actor=VISITOR)


def test_an_order_takes_an_upload_over_once():
    order, other = uuid.uuid4(), uuid.uuid4()
    ticket = begin(sample_files.a_pdf())

    def claim(stream_id: uuid.UUID) -> Upload:
        return uploads.claim_upload(
            ticket.upload_id, stream_id=stream_id, owner_key=OWNER, actor=VISITOR
        )

    assert claim(order).stream_id == order
    assert claim(order).stream_id == order
    with pytest.raises(WrongState, match="another order"):
        claim(other)


def test_events_after_the_order_took_it_stand_in_the_orders_chain():
    order = uuid.uuid4()
    body = sample_files.a_pdf()
    ticket = begin(body)
    uploads.claim_upload(ticket.upload_id, stream_id=order, owner_key=OWNER, actor=VISITOR)
    put_parts(ticket, body)
    upload = finish(ticket)
    assert last_event("upload.completed", upload).stream_id == order
