"""What was taken is kept: whatever way its parts were sent, through a vacuum and a restart of the storage."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pikepdf
import pytest
import requests

from app.cli.embedded import certificates, processes, seaweedfs
from app.cli.embedded import home as homes
from app.cli.embedded.home import Home
from app.cli.embedded.waiting import wait_for
from app.core import archive, settings, storage
from app.core.db import db
from app.core.errors import BadInput
from app.files.models import Upload
from app.files.services import clearing, parts, uploads
from app.files.services.uploads import Ticket
from tests.files import sample_files
from tests.files.uploading import OWNER, VISITOR, begin, check, finish, put_parts
from tests.waiting import eventually

PART = 8 * 1024 * 1024


class OwnStorage:
    """A storage of the test's own, which it may restart and vacuum."""

    def __init__(self, home: Home) -> None:
        self.home, self.values = home, homes.settle(home, web_port=8000)

    def start(self) -> None:
        process = seaweedfs.start(self.home, self.values)
        wait_for(seaweedfs, self.home, self.values, process)

    def stop(self) -> None:
        processes.end(self.home.pid_file(seaweedfs.NAME), grace_s=3, mark=self.home.mark)

    def vacuum(self) -> None:
        """Give back what was deleted; what is still needed and was deleted is lost now."""
        master = f"https://127.0.0.1:{self.values['SEAWEEDFS_MASTER_PORT']}"
        asked, keys = f"{master}/vol/vacuum?garbageThreshold=0.0001", self.home.folder("seaweedfs")
        ours = (keys / certificates.CERTIFICATE, keys / certificates.KEY)
        authority = keys / certificates.AUTHORITY
        requests.get(asked, timeout=60, cert=ours, verify=authority).raise_for_status()


@pytest.fixture
def own_storage(session: object, tmp_path: Path) -> Iterator[OwnStorage]:
    own, before = OwnStorage(Home.at(tmp_path)), settings.current()
    own.start()
    names = ("S3_ENDPOINT_URL", "S3_PUBLIC_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    changed = {name.lower(): own.values[name] for name in names}
    settings.use(before.model_copy(update=changed))
    try:
        seaweedfs.make_bucket(own.values, before.s3_bucket, origins=["*"], can_lock=True)
        seaweedfs.make_bucket(own.values, before.intake_bucket, origins=["*"])
        yield own
    finally:
        settings.use(before)
        own.stop()


def a_file(number: int) -> bytes:
    """A PDF of two parts, of each number another."""
    with pikepdf.open(io.BytesIO(sample_files.a_pdf(tint=number / 100))) as pdf:
        pdf.Root.Ballast = pdf.make_stream(random.Random(number).randbytes(PART))
        pdf.save(whole := io.BytesIO())
    return whole.getvalue()


def address(ticket: Ticket, number: int = 1) -> str:
    return parts.sign_parts(ticket, [number])[number]


def put(url: str, body: bytes) -> None:
    requests.put(url, data=body, timeout=30).raise_for_status()


def twice_whole(ticket: Ticket, body: bytes) -> None:
    """The answer to a part got lost: it is sent again."""
    put_parts(ticket, body)
    put_parts(ticket, body)


def by_two_addresses_at_once(ticket: Ticket, body: bytes) -> None:
    addresses = [parts.sign_parts(ticket, [1], expires_s=600 + n)[1] for n in range(4)]
    with ThreadPoolExecutor(4) as lanes:
        list(lanes.map(lambda one: put(one, body[:PART]), addresses))
    put_parts(ticket, body, [2])


def short_then_whole(ticket: Ticket, body: bytes) -> None:
    """A part of another length, as addresses of an earlier version took it."""
    given = {"Bucket": storage.bucket_of(ticket.storage_key), "Key": ticket.storage_key}
    given |= {"UploadId": ticket.multipart_id, "PartNumber": 1}
    storage.client().upload_part(**given, Body=body[: PART // 2])
    with pytest.raises(BadInput, match="Part 1 of 2"):
        parts.join_parts(ticket)
    put_parts(ticket, body)


def completed_twenty_times(ticket: Ticket, body: bytes) -> None:
    put_parts(ticket, body)
    put_parts(ticket, body, [2])
    with ThreadPoolExecutor(20) as callers:
        sizes = set(callers.map(lambda _: parts.join_parts(ticket), range(20)))
    assert sizes == {len(body)}


def sent_again_after_it_was_joined(ticket: Ticket, body: bytes) -> None:
    late = address(ticket)
    put_parts(ticket, body)
    parts.join_parts(ticket)
    requests.put(late, data=body[:PART], timeout=30)


def given_up_beside_it(ticket: Ticket, body: bytes) -> None:
    """Another upload of the same bytes is given up, and its parts are sent once more."""
    other = begin(body)
    late = address(other)
    put_parts(other, body)
    uploads.abort_upload(other.upload_id, owner_key=OWNER, actor=VISITOR)
    parts.drop_parts(other)
    requests.put(late, data=body[:PART], timeout=30)
    put_parts(ticket, body)


WAYS: tuple[Callable[[Ticket, bytes], None], ...] = (
    put_parts,
    twice_whole,
    by_two_addresses_at_once,
    short_then_whole,
    completed_twenty_times,
    sent_again_after_it_was_joined,
    given_up_beside_it,
)


@pytest.mark.extended
def test_every_way_of_sending_again_leaves_a_file_that_outlives_vacuum_and_restart(
    own_storage: OwnStorage,
) -> None:
    kept: dict[str, str] = {}
    for number, send in enumerate(WAYS):
        body = a_file(number)
        ticket = begin(body)
        send(ticket, body)
        upload = finish(ticket)
        assert check(upload).storage_key == f"files/{hashlib.sha256(body).hexdigest()}"
        clear(upload)
        kept[send.__name__] = upload.asset.storage_key
        for picture in upload.asset.previews:
            kept[f"{send.__name__} {picture.kind}"] = picture.storage_key
    assert len(kept) == 3 * len(WAYS)
    intake = {"Bucket": settings.current().intake_bucket}
    assert not storage.client().list_objects_v2(**intake).get("Contents")
    assert not storage.client().list_multipart_uploads(**intake).get("Uploads")
    own_storage.vacuum()
    own_storage.stop()
    own_storage.start()
    own_storage.vacuum()
    assert [name for name, key in kept.items() if not is_kept(key)] == []


@pytest.mark.extended
def test_the_vacuum_of_these_tests_takes_what_was_removed_wrongly(own_storage: OwnStorage) -> None:
    """What the archive is for: a part that was sent twice and named twice loses its bytes in the intake."""
    body = a_file(1)
    ticket = begin(body)
    assert ticket.multipart_id is not None
    put_parts(ticket, body)
    put_parts(ticket, body)
    every = storage.list_parts(ticket.storage_key, ticket.multipart_id)
    every.sort(key=lambda part: part["part_number"])
    storage.complete_multipart(ticket.storage_key, ticket.multipart_id, every)
    assert storage.read_bytes(ticket.storage_key) == body

    def is_lost() -> bool:
        own_storage.vacuum()
        with suppress(requests.RequestException):
            found = requests.get(
                storage.sign_download(ticket.storage_key, file_name="x"), timeout=2
            )
            return found.content != body
        return True

    eventually(is_lost, 20)


def clear(upload: Upload) -> None:
    """Remove what was sent from the intake, as the reaction to the check does."""
    left = clearing.leftover_of(upload)
    assert left is not None
    db.session.commit()
    clearing.mark_cleared(clearing.act(left))
    db.session.commit()


def is_kept(key: str) -> bool:
    sha256 = archive.named_hash(key)
    return sha256 is not None and archive.is_whole(key, sha256)
