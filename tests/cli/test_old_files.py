"""The files of a home from before the archive: each version, proof and picture is read after the update, as it was
and where it is carried to."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from app.artwork.models import ArtworkVersion
from app.core import archive, storage
from app.core.db import db
from app.files.models import Asset, Preview
from jobs.uploads import carry_old_files
from tests.backoffice.conftest import Person
from tests.cli.test_old_home import old_home
from tests.conftest import Committed
from tests.files.sample_files import a_pdf

__all__ = ["old_home"]
Bodies = dict[str, bytes]


@pytest.fixture
def old_files(old_home: Committed) -> Bodies:
    """Bytes where the earlier version put them, for each file and picture of the old home: key → bytes."""
    bodies: Bodies = {}
    for number, asset in enumerate(db.session.scalars(sa.select(Asset).order_by(Asset.id))):
        body = bodies[asset.storage_key] = a_pdf(tint=0.211 + number / 10)
        asset.sha256, asset.size_bytes = hashlib.sha256(body).hexdigest(), len(body)
        for picture in asset.previews:
            bodies[picture.storage_key] = f"picture {picture.id}".encode()
    db.session.commit()
    for key, body in bodies.items():
        storage.client().put_object(Bucket=storage.bucket_of(key), Key=key, Body=body)
    return bodies


def checked(old_home: Committed) -> dict[str, Any]:
    told = old_home.app.test_cli_runner().invoke(args=["storage", "check", "--json"])
    found: dict[str, Any] = json.loads(told.output)
    # what the dump's papers held is not part of it
    ours = ("files", "pictures")
    found["faults"] = [fault for fault in found["faults"] if fault["kind"] in ours]
    return found


def seen_by_browser(old_home: Committed) -> set[bytes]:
    """Return what a browser gets at the addresses of every picture, version and proof."""
    place = "/admin/artwork"
    paths = [f"{place}/picture/{key}" for key in db.session.scalars(sa.select(Preview.id))]
    for version in db.session.scalars(sa.select(ArtworkVersion)):
        paths.append(f"{place}/{version.slot_id}/file/{version.number}")
        if version.proof is not None:
            paths.append(f"{place}/{version.slot_id}/proof/{version.number}")
    person, found = Person(old_home.app.test_client(), "owner"), set()
    db.session.commit()
    for path in paths:
        answer = person.client.get(path, environ_base=person.environ)
        assert answer.status_code == 302, path
        stored = requests.get(answer.headers["Location"], timeout=30)
        assert stored.status_code == 200, path
        found.add(stored.content)
    return found


def test_all_of_it_is_read_where_it_lies_and_where_it_is_carried_to(
    old_home: Committed, old_files: Bodies
) -> None:
    files = sum(not key.endswith(".webp") for key in old_files)
    found = checked(old_home)
    assert found["faults"] == []
    assert found["formerly"] == {"files": files, "pictures": len(old_files) - files}
    assert seen_by_browser(old_home) == set(old_files.values())

    carried = 0
    while done := carry_old_files():
        carried += done
    assert carried == len(old_files)
    db.session.expire_all()
    rows = [*db.session.scalars(sa.select(Asset)), *db.session.scalars(sa.select(Preview))]
    kept = {row.storage_key for row in rows}
    assert all(archive.named_hash(key) for key in kept)
    assert {storage.read_bytes(key) for key in kept} == set(old_files.values())
    assert seen_by_browser(old_home) == set(old_files.values())
    found = checked(old_home)
    assert (found["faults"], found["formerly"]) == ([], {})


def test_what_is_missing_is_named_and_the_rest_is_carried(
    old_home: Committed, old_files: Bodies
) -> None:
    gone = sorted(old_files)[:2]
    for key in gone:
        storage.client().delete_object(Bucket=storage.bucket_of(key), Key=key)
    while carry_old_files():
        pass
    db.session.expire_all()
    found = checked(old_home)
    assert {(fault["storage_key"], fault["fault"]) for fault in found["faults"]} == {
        (key, "missing") for key in gone
    }
    assert sum(found["formerly"].values()) == len(gone)
