"""Where anchors lie: a bucket of their own. The identity that writes there is the anchoring process's; the
shop's own may only read. Where the storage has object lock, nobody removes or replaces what was written."""

import json
from collections.abc import Iterator
from typing import Any

from app.core import storage
from app.core.errors import Refused
from app.core.settings import current
from app.core.translations import _

LOCKED_DAYS = 3650
NO_LOCK = ("NotImplemented", "InvalidArgument", "MethodNotAllowed", "InvalidRequest")
KNOWN = ("BucketAlreadyExists", "BucketAlreadyOwnedByYou")


def _reading() -> Any:
    """Return the client of whoever is here: the anchoring process by its own key, everybody else by the shop's."""
    return _writing() if current().anchor_s3_access_key else storage.client()


def _writing() -> Any:
    chosen = current()
    own = {
        "s3_access_key": chosen.anchor_s3_access_key,
        "s3_secret_key": chosen.anchor_s3_secret_key,
    }
    has_own = chosen.anchor_s3_access_key and chosen.anchor_s3_secret_key
    return storage.client(chosen.model_copy(update=own)) if has_own else storage.client()


def list_keys() -> Iterator[str]:
    """Yield the key of every object where anchors lie, in order."""
    pages = (
        _reading()
        .get_paginator("list_objects_v2")
        .paginate(Bucket=current().anchor_bucket, Prefix=current().anchor_prefix)
    )
    for page in pages:
        yield from (found["Key"] for found in page.get("Contents", []))


def read(key: str) -> bytes:
    """Return one anchor as it is stored."""
    with _reading().get_object(Bucket=current().anchor_bucket, Key=key)["Body"] as body:
        return bytes(body.read())


def write(key: str, body: bytes) -> None:
    """Write an anchor where nothing lies. Raises Refused where something does."""
    from botocore.exceptions import ClientError

    given = {"Bucket": current().anchor_bucket, "Key": key, "Body": body, "IfNoneMatch": "*"}
    try:
        _writing().put_object(ContentType="application/json", **given)
    except ClientError as problem:
        if problem.response.get("Error", {}).get("Code") in storage.EXISTS:
            raise Refused(_("An anchor with this number was written already.")) from problem
        raise


def make_bucket(client: Any, bucket: str) -> bool:
    """Make the bucket of anchors with object lock, in which no identity removes anything; return whether the
    storage locks. Safe to repeat."""
    from botocore.exceptions import ClientError

    locks = True
    try:
        client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    except ClientError as problem:
        code = problem.response.get("Error", {}).get("Code")
        if code in NO_LOCK:
            locks = False
            client.create_bucket(Bucket=bucket)
        elif code not in KNOWN:
            raise
    if locks:
        rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": LOCKED_DAYS}}
        arguments = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        client.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=arguments)
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_policy(bucket)))
    return locks


def _policy(bucket: str) -> dict[str, Any]:
    arguments = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        "Resource": [f"arn:aws:s3:::{bucket}/*"],
    }
    return {"Version": "2012-10-17", "Statement": [arguments]}
