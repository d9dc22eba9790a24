"""The shop's logo: an upload of staff that is a picture, checked and kept as any other file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from app.core.actor import system
from app.core.clock import now
from app.core.errors import BadInput
from app.core.shop.verbs import save_section
from app.files.models import Asset, Preview, Upload
from app.files.settings import logo

pytestmark = pytest.mark.usefixtures("session")


def uploaded(
    session: Any, name: str, media_type: str, *, owner: str = "staff:x", shown: bool = True
) -> Upload:
    """A file that was sent and checked."""
    mark = uuid.uuid4().hex
    asset = Asset(sha256=mark * 2, size_bytes=10, media_type=media_type, storage_key=f"kept/{mark}")
    if shown:
        asset.previews = [
            Preview(
                kind="page-1", position=1, storage_key=f"previews/{mark}", width_px=9, height_px=9
            )
        ]
    upload = Upload(
        owner_key=owner, file_name=name, declared_size_bytes=10, part_size_bytes=10, looked_at=now(),
        storage_key=f"intake/{mark}", state="ready", asset=asset,
    )  # fmt: skip
    session.add(upload)
    session.flush()
    return upload


def save(upload_id: object) -> None:
    save_section("branding", values={"upload_id": str(upload_id)}, actor=system("cli"))


def test_a_picture_becomes_the_logo_and_is_kept(session: Any) -> None:
    upload = uploaded(session, "logo.png", "image/png")
    save(upload.id)
    assert logo().picture_id == upload.asset.previews[0].storage_key  # type: ignore[union-attr]
    assert upload.stream_id is not None, "what no order took is forgotten after two weeks"


def test_a_file_that_is_no_picture_is_refused_by_name(session: Any) -> None:
    upload = uploaded(session, "brochure.pdf", "application/pdf")
    with pytest.raises(BadInput, match=r"“brochure\.pdf” is not a picture") as caught:
        save(upload.id)
    assert caught.value.field == "upload_id"
    assert not logo().is_complete()


def test_a_file_that_is_being_checked_is_not_taken_yet(session: Any) -> None:
    upload = uploaded(session, "logo.png", "image/png", shown=False)
    with pytest.raises(BadInput, match="still being checked"):
        save(upload.id)


@pytest.mark.parametrize("upload_id", ["nonsense", "0196f0a0-0000-7000-8000-000000000000"])
def test_an_upload_that_is_not_there_is_refused(upload_id: str) -> None:
    with pytest.raises(BadInput, match="no such upload"):
        save(upload_id)


def test_a_customer_s_file_never_becomes_the_logo(session: Any) -> None:
    upload = uploaded(session, "logo.png", "image/png", owner="visitor:y")
    with pytest.raises(BadInput, match="no such upload"):
        save(upload.id)


def test_a_logo_can_be_removed(session: Any) -> None:
    save(uploaded(session, "logo.png", "image/png").id)
    save("none")
    assert not logo().is_complete()
