"""What is kept: each object is written once, by one PutObject, under a key that ends in its SHA-256.

Storage checks the bytes against the hash while it takes them; afterwards they are read back and hashed again,
as only what can be read is kept. An object that is there already and differs is written anew.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.core import storage
from app.core.clock import now
from app.core.errors import Unavailable
from app.core.settings import current
from app.core.translations import _

HASH_IN_KEY = re.compile(r"(?:^|/)([0-9a-f]{64})(?:\.[a-z0-9]{1,8})?$")


@dataclass(frozen=True)
class StoredPaper:
    """A kept object: where it lies, its SHA-256 in hex and its size."""

    storage_key: str
    sha256: str
    size_bytes: int


def named_hash(key: str) -> str | None:
    """Return the SHA-256 that `key` names; None for keys from before objects were kept by their hash."""
    found = HASH_IN_KEY.search(key)
    return found[1] if found else None


def folder_of(key: str) -> str:
    """Return the folder of a kept object: its key without the last part."""
    return key.rpartition("/")[0]


def keep_bytes(
    folder: str, body: bytes, suffix: str, content_type: str, *, is_locked: bool = True
) -> StoredPaper:
    """Keep a small object in `folder` and return where. Raises Unavailable where it can't be read back.

    `is_locked`: where the bucket locks objects, nobody may remove it for ``S3_LOCK_DAYS``.
    """
    kept = _place(folder, hashlib.sha256(body).hexdigest(), len(body), suffix)
    more = _arguments(kept, is_locked=is_locked)
    _keep(
        kept,
        lambda once: storage.put_bytes(kept.storage_key, body, content_type, once=once, **more),
    )
    return kept


def keep_file(
    folder: str, path: Path, suffix: str, content_type: str, *, is_locked: bool = True
) -> StoredPaper:
    """Keep the file at `path`, of at most 5 GiB, in `folder`, as `keep_bytes` does."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    kept = _place(folder, sha256, path.stat().st_size, suffix)
    more = _arguments(kept, is_locked=is_locked)

    def write(once: bool) -> bool:
        with path.open("rb") as body:
            return storage.put_bytes(kept.storage_key, body, content_type, once=once, **more)

    _keep(kept, write)
    return kept


def put_paper(folder: str, pdf: bytes) -> StoredPaper:
    """Keep a PDF of ours in ``papers/<folder>``, by its hash so that a second try never stores over the first."""
    return keep_bytes(f"papers/{folder}", pdf, ".pdf", "application/pdf")


def _place(folder: str, sha256: str, size_bytes: int, suffix: str) -> StoredPaper:
    return StoredPaper(f"{folder}/{sha256}{suffix}", sha256, size_bytes)


def _keep(kept: StoredPaper, write: Callable[[bool], bool]) -> None:
    """Write once and read back; what differs is written over, as its key says what it must be."""
    for once in (True, False):
        write(once)
        if is_whole(kept.storage_key, kept.sha256, kept.size_bytes):
            return
    raise Unavailable(
        _("The file storage did not keep what was written."),
        next_step=_("Try again in a minute; nothing is lost."),
    )


def is_whole(key: str, sha256: str | None, size_bytes: int | None = None) -> bool:
    """Return whether the stored object can be read and has this SHA-256 and this size, where they are given."""
    from botocore.exceptions import BotoCoreError, ClientError

    stored = storage.head(key)
    if stored is None or size_bytes not in (None, stored["size_bytes"]):
        return False
    try:
        return storage.sha256_of(key) == sha256 or sha256 is None
    except (BotoCoreError, ClientError, Unavailable):  # listed, and its bytes are gone
        return False


def _arguments(kept: StoredPaper, *, is_locked: bool) -> dict[str, Any]:
    """Return what storage is told of the bytes: their hash, and how long nobody may remove them."""
    chosen = current()
    given: dict[str, Any] = {
        "ChecksumSHA256": storage.checksum_of(kept.sha256),
        "ContentLength": kept.size_bytes,
    }
    if (
        is_locked
        and chosen.s3_lock_days
        and has_object_lock(chosen.s3_endpoint_url, chosen.s3_bucket)
    ):
        given["ObjectLockMode"] = "GOVERNANCE"
        given["ObjectLockRetainUntilDate"] = now() + timedelta(days=chosen.s3_lock_days)
    return given


@lru_cache(maxsize=4)
def has_object_lock(endpoint: str | None, bucket: str) -> bool:
    """Return whether the archive bucket can lock objects; asked once in a process."""
    from botocore.exceptions import ClientError

    try:
        found = storage.client().get_object_lock_configuration(Bucket=bucket)
    except ClientError:  # it can't, or we may not know
        return False
    return bool(found.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled")
