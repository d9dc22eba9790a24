"""Object storage over the S3 protocol. File bytes never pass through a web process; a key is written once.

Two buckets: browsers put the parts of uploads into the intake, whose keys begin with ``intake/``; everything
that is kept lies in the archive (`app.core.archive` writes it). The key alone says which of them is meant.
"""

import base64
import hashlib
import threading
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, TypedDict
from urllib.parse import quote

from flask import has_request_context

from app.core.breaker import Breaker, NotAsked
from app.core.errors import Unavailable
from app.core.settings import Settings, current
from app.core.translations import _

_lock = threading.Lock()
#: Around what requests ask of the storage; workers have the time to wait.
_breaker = Breaker()
REQUEST_TIMEOUT_S = 2
WORKER_TIMEOUT_S = 30
EXISTS = ("PreconditionFailed", "ConditionalRequestConflict", "412")
MISSING = ("404", "NoSuchKey", "NotFound", "NoSuchUpload")
LOCKED = ("AccessDenied", "ObjectLocked", "403")
INTAKE = "intake/"
BLOCK_BYTES = 1024 * 1024
#: How many versions of a key are removed at a time: one that was written over has two.
MOST_VERSIONS = 20


@lru_cache(maxsize=1)
def _session() -> Any:
    """Return the one session: what boto3 reads for it, 20 MB, is shared by all clients and by forks."""
    import boto3

    return boto3.session.Session()


def warm() -> None:
    """Read what a client needs, without a key or a connection."""
    with _lock:
        _session().client(
            "s3", region_name="us-east-1", aws_access_key_id="", aws_secret_access_key=""
        )


@lru_cache(maxsize=8)
def _client(
    endpoint: str | None, region: str, key: str, secret: str, in_request: bool = False
) -> Any:
    from botocore.config import Config

    return _session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=1 if in_request else 3,
            read_timeout=REQUEST_TIMEOUT_S if in_request else WORKER_TIMEOUT_S,
            retries={"total_max_attempts": 1 if in_request else 3, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def client(settings: Settings | None = None, *, public: bool = False) -> Any:
    """Return the boto3 client; with `public`, one that signs for the address browsers use. In a request it waits
    2 s for an answer, once; elsewhere 30 s, three times."""
    chosen = settings or current()
    endpoint = (public and chosen.s3_public_url) or chosen.s3_endpoint_url
    with _lock:  # boto3 sessions are not safe to make from two threads at once
        keys = (chosen.s3_access_key, chosen.s3_secret_key)
        return _client(endpoint, chosen.s3_region, *keys, in_request=has_request_context())


def bucket_of(key: str) -> str:
    """Return the bucket in which `key` lies: the intake for what browsers send, else the archive."""
    chosen = current()
    return chosen.intake_bucket if key.startswith(INTAKE) else chosen.s3_bucket


def _call(operation: str, *, ignored: Collection[str] = (), **arguments: Any) -> Any:
    """Return what the storage answers; None for an error whose code is among `ignored`. Raises Unavailable
    where it does not answer, or answers that it can't now."""
    from botocore.exceptions import BotoCoreError, ClientError

    guard = _breaker.calling(BotoCoreError) if has_request_context() else nullcontext()
    try:
        bucket = {"Bucket": bucket_of(arguments.get("Key", ""))}
        with guard:
            return _ask(operation, **bucket | arguments)
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in ignored:
            return None
        if problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) < 500:
            raise
        raise _silent() from problem
    except (BotoCoreError, NotAsked) as problem:
        raise _silent() from problem


def _ask(operation: str, **arguments: Any) -> Any:
    """Call the client; once more where a connection that it had kept was closed meanwhile."""
    from botocore.exceptions import ConnectionClosedError

    call = getattr(client(), operation)
    try:
        return call(**arguments)
    except ConnectionClosedError:
        return call(**arguments)


def _silent() -> Unavailable:
    return Unavailable(
        _("The file storage is not responding."),
        next_step=_("Try again in a minute; nothing is lost."),
    )


def ping() -> None:
    """Return if the storage answers for our bucket. Raises Unavailable, or what it refuses with."""
    _call("head_bucket")


def _signed(operation: str, expires_s: int, **arguments: Any) -> str:
    """Return the address at which a browser does this itself for `expires_s` seconds."""
    given = {"Bucket": bucket_of(arguments["Key"])} | arguments
    signer = client(public=True)
    return str(signer.generate_presigned_url(operation, Params=given, ExpiresIn=expires_s))


def put_bytes(
    key: str, body: bytes | IO[bytes], content_type: str, *, once: bool = True, **more: Any
) -> bool:
    """Store `body` under `key` and return whether it was; with `once`, what is there already stays."""
    given = {"Key": key, "Body": body, "ContentType": content_type} | more
    condition = {"IfNoneMatch": "*"} if once else {}
    return _call("put_object", ignored=EXISTS, **given, **condition) is not None


def remove(key: str) -> bool:
    """Remove an object, where keys have versions every one of them; return whether it is gone. One that is
    locked stays for now, one that never was is gone."""
    for _version in range(MOST_VERSIONS):
        stored = _call("head_object", ignored=MISSING, Key=key)
        if stored is None:
            return True
        version = {"VersionId": stored["VersionId"]} if stored.get("VersionId") else {}
        if _call("delete_object", ignored=LOCKED, Key=key, **version) is None:
            return False
    return False


def head(key: str) -> dict[str, Any] | None:
    """Return ``{"size_bytes", "content_type"}`` of a stored object, None where there is none."""
    found = _call("head_object", ignored=MISSING, Key=key)
    if found is None:
        return None
    return {"size_bytes": found["ContentLength"], "content_type": found.get("ContentType", "")}


def exists(key: str) -> bool:
    """Return whether an object is stored under `key`."""
    return head(key) is not None


def open_stream(key: str) -> Any:
    """Return the stored object's body as a readable stream; close it after use."""
    return _call("get_object", Key=key)["Body"]


def fetch_to(key: str, path: Path | str) -> str:
    """Copy the stored object to the local file `path`, in blocks of 1 MiB; return its SHA-256 in hex."""
    digest = hashlib.sha256()
    with open_stream(key) as body, open(path, "wb") as target:
        while block := body.read(BLOCK_BYTES):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def sha256_of(key: str) -> str:
    """Return the SHA-256 in hex of a stored object, read whole in blocks of 1 MiB."""
    digest = hashlib.sha256()
    with open_stream(key) as body:
        while block := body.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def read_bytes(key: str) -> bytes:
    """Return a small stored object whole (previews, papers)."""
    with open_stream(key) as body:
        return bytes(body.read())


def sign_download(key: str, *, file_name: str, inline: bool = False, expires_s: int = 300) -> str:
    """Return a short-lived address from which a browser gets the object, as attachment by default.
    The browser may keep what it got as long; nobody on the way may."""
    how = "inline" if inline else "attachment"
    return _signed(
        "get_object",
        expires_s,
        Key=key,
        ResponseContentDisposition=f"{how}; filename*=UTF-8''{quote(file_name, safe='')}",
        ResponseCacheControl=f"private, max-age={expires_s}",
    )


def start_multipart(key: str, content_type: str) -> str:
    """Begin a multipart upload and return its id."""
    return str(_call("create_multipart_upload", Key=key, ContentType=content_type)["UploadId"])


def sign_part(
    key: str,
    upload_id: str,
    part_number: int,
    *,
    size_bytes: int,
    md5: str | None = None,
    expires_s: int = 3600,
) -> str:
    """Return the address to which a browser puts one part (1 to 10,000) of exactly `size_bytes`.

    With `md5` (hex) it must send the header ``Content-MD5`` with it: storage refuses other bytes.
    """
    given: dict[str, Any] = {"Key": key, "UploadId": upload_id, "PartNumber": part_number}
    if md5 is not None:
        given["ContentMD5"] = checksum_of(md5)
    return _signed("upload_part", expires_s, ContentLength=size_bytes, **given)


def checksum_of(digest: str) -> str:
    """Return a digest in hex as storage wants it in headers: base64."""
    return base64.b64encode(bytes.fromhex(digest)).decode()


class StoredPart(TypedDict):
    """A part of a multipart upload that arrived; the ETag is the MD5 of its bytes, in quotes."""

    part_number: int
    etag: str
    size_bytes: int


def list_parts(key: str, upload_id: str) -> list[StoredPart]:
    """Return the parts that arrived, oldest first; one that was sent again may be there several times."""
    found: list[dict[str, Any]] = []
    marker = 0
    while True:
        page = _call("list_parts", Key=key, UploadId=upload_id, PartNumberMarker=marker)
        found += page.get("Parts", [])
        if not page.get("IsTruncated"):
            break
        marker = page["NextPartNumberMarker"]
    return [
        StoredPart(part_number=p["PartNumber"], etag=p["ETag"], size_bytes=p["Size"])
        for p in sorted(found, key=lambda part: part["LastModified"])
    ]


def complete_multipart(key: str, upload_id: str, parts: list[StoredPart]) -> None:
    """Join the parts (``part_number``, ``etag``) into the object. S3 may say 200 and mean an error:
    boto3 turns that into ClientError; the caller still checks size and hash afterwards."""
    listed = [{"PartNumber": p["part_number"], "ETag": p["etag"]} for p in parts]
    given = {"Key": key, "UploadId": upload_id, "MultipartUpload": {"Parts": listed}}
    _call("complete_multipart_upload", **given)


def abort_multipart(key: str, upload_id: str) -> None:
    """Give up a multipart upload; its parts are removed. One that is gone already is fine."""
    _call("abort_multipart_upload", ignored=MISSING, Key=key, UploadId=upload_id)


@dataclass(frozen=True)
class StoredObject:
    """An object, or with `multipart_id` the parts of one that is not joined, and when it came."""

    storage_key: str
    stored_at: datetime
    multipart_id: str | None = None


def list_objects(prefix: str) -> Iterator[StoredObject]:
    """Yield the objects whose keys begin with `prefix`, in the bucket that it belongs to."""
    for page in _pages("list_objects_v2", prefix, NextContinuationToken="ContinuationToken"):
        for row in page.get("Contents", []):
            yield StoredObject(row["Key"], row["LastModified"])


def list_multiparts(prefix: str) -> Iterator[StoredObject]:
    """Yield the multipart uploads that were begun under `prefix` and neither joined nor given up."""
    markers = {"NextKeyMarker": "KeyMarker", "NextUploadIdMarker": "UploadIdMarker"}
    for page in _pages("list_multipart_uploads", prefix, **markers):
        for row in page.get("Uploads", []):
            if row["Key"].startswith(prefix):
                yield StoredObject(row["Key"], row["Initiated"], row["UploadId"])


def _pages(operation: str, prefix: str, **markers: str) -> Iterator[dict[str, Any]]:
    """Yield the answers to a list; `markers` name what of one leads to the next, and how it is asked for."""
    more: dict[str, str] = {}
    while True:
        page = _call(operation, Bucket=bucket_of(prefix), Prefix=prefix, **more)
        yield page
        if not page.get("IsTruncated"):
            return
        more = {asked: page[given] for given, asked in markers.items()}
