"""`flask storage check` reads what is kept and says what it read, what is missing and what differs."""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import Any

import pytest
from flask import Flask

from app.core import storage
from app.core.db import db
from app.files.models import Asset, Preview
from app.files.services.clearing import act, leftover_of
from jobs.uploads import carry_old_files
from tests.files import sample_files
from tests.files.uploading import check, send

pytestmark = pytest.mark.usefixtures("session")


def checked(app: Flask) -> tuple[int, dict[str, Any]]:
    told = app.test_cli_runner().invoke(args=["storage", "check", "--json"])
    return told.exit_code, json.loads(told.output)


def overwrite(key: str, body: bytes) -> None:
    storage.client().put_object(Bucket=storage.bucket_of(key), Key=key, Body=body)


@cache
def a_body(tint: float) -> bytes:
    return sample_files.a_pdf(tint=tint)


def a_kept_file(tint: float) -> Asset:
    upload = send(a_body(tint))
    check(upload)
    assert upload.asset is not None
    return upload.asset


def test_what_is_whole_is_counted(app: Flask) -> None:
    a_kept_file(0.71)
    code, found = checked(app)
    assert (code, found["faults"]) == (0, [])
    assert (found["checked"]["files"], found["checked"]["pictures"]) == (1, 2)


def test_what_is_missing_or_differs_is_named(app: Flask) -> None:
    asset, other = a_kept_file(0.72), a_kept_file(0.73)
    (thumb, _page) = db.session.query(Preview).filter_by(asset_id=other.id).order_by("position")
    key, picture, gone = asset.storage_key, thumb.storage_key, other.storage_key
    overwrite(key, b"x" * asset.size_bytes)
    overwrite(picture, b"another picture")
    storage.client().delete_object(Bucket=storage.bucket_of(gone), Key=gone)
    code, found = checked(app)
    faults = {fault["storage_key"]: fault["fault"] for fault in found["faults"]}
    assert (code, faults) == (1, {key: "differs", picture: "differs", gone: "missing"})


def test_the_same_file_sent_again_mends_what_was_damaged(app: Flask) -> None:
    asset = a_kept_file(0.74)
    overwrite(asset.storage_key, b"damaged")
    assert a_kept_file(0.74) is asset
    assert checked(app)[0] == 0


def test_a_file_of_an_earlier_version_is_carried_to_its_hash(app: Flask) -> None:
    body = sample_files.a_pdf(tint=0.75)
    upload = send(body)
    check(upload)
    asset, old = upload.asset, f"uploads/2026/01/{upload.id}"
    assert asset is not None
    storage.put_bytes(old, body, "application/pdf")
    asset.storage_key = upload.storage_key = old
    db.session.commit()
    assert leftover_of(upload) is None, "the asset is read from there"
    assert carry_old_files() == 1
    assert (asset.storage_key, carry_old_files()) == (f"files/{asset.sha256}", 0)
    left = leftover_of(upload)
    assert left is not None
    act(left)
    assert (storage.exists(old), storage.read_bytes(asset.storage_key)) == (False, body)


def test_a_file_that_vanished_before_its_upload_was_cleared_is_kept_again(app: Flask) -> None:
    body = sample_files.a_pdf(tint=0.76)
    upload = send(body)
    check(upload)
    assert upload.asset is not None
    key, left = upload.asset.storage_key, leftover_of(upload)
    assert left is not None
    storage.client().delete_object(Bucket=storage.bucket_of(key), Key=key)
    act(left)
    assert storage.read_bytes(key) == body
    assert not storage.exists(upload.storage_key)


def test_what_was_written_over_is_removed_with_all_its_versions() -> None:
    key = f"labels/{uuid.uuid4()}"
    for body in (b"damaged", b"whole"):
        overwrite(key, body)
    assert storage.read_bytes(key) == b"whole"
    assert storage.remove(key)
    assert not storage.exists(key)
