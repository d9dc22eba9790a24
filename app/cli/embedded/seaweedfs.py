"""SeaweedFS from its wheel: object storage that speaks S3."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from app.cli.embedded import certificates, processes
from app.cli.embedded.home import ANCHOR_BUCKET, BUCKET, SEAWEED, Home, write_private
from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import NotReady, http_status

NAME = "seaweedfs"
STOP_SIGNAL: int = signal.SIGTERM
# Each bucket gets volumes of its own, of 1 GiB; by default seven at once, which a small disk has no room for.
SETTINGS = {"GOMEMLIMIT": "768MiB", "WEED_MASTER_VOLUME_GROWTH_COPY_1": "2"}


def start(home: Home, values: dict[str, str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Start master, volume, filer and S3 in one process. Only S3 answers who has not our certificate."""
    place = home.folder("seaweedfs")
    certificates.settle(place)
    identities = place / "identities.json"
    write_private(identities, json.dumps({"identities": _identities(values)}))
    argv: list[str | Path] = [
        Path(sys.prefix) / "bin" / "weed",
        "-logtostderr=true",
        "server",
        f"-dir={place}",
        f"-ip={HOST}",
        f"-ip.bind={HOST}",
        "-filer",
        "-s3",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={identities}",
        "-s3.localSocket=",
        "-filer.localSocket=",
        "-master.telemetry=false",
        # One master elects itself; with the default of 10 s a second start waits for it.
        "-master.electionTimeout=500ms",
        "-master.heartbeatInterval=100ms",
        "-volume.max=0",
        "-master.volumeSizeLimitMB=1024",
        "-volume.preStopSeconds=0",
    ]
    for part in SEAWEED:
        for kind, option in (("", "port"), ("_GRPC", "port.grpc")):
            argv.append(f"-{part.lower()}.{option}={values[f'SEAWEEDFS_{part}{kind}_PORT']}")
    return processes.spawn(
        argv,
        pid_file=home.pid_file(NAME),
        log_file=home.log(NAME),
        cwd=place,
        env={**os.environ, **SETTINGS, "MAKEREADY_HOME": str(home.path)},
        dies_with_us=None if outlive else STOP_SIGNAL,
    )


def close_files(home: Home) -> None:
    """Take from others what SeaweedFS itself opens to them: it gives its notes on volumes fixed rights."""
    for note in home.folder("seaweedfs").glob("*.vif"):
        with contextlib.suppress(FileNotFoundError):
            if note.stat().st_mode & 0o077:
                note.chmod(0o600)


def _identities(values: dict[str, str]) -> list[dict[str, Any]]:
    """Return who may do what: the shop can't write anchors, and who writes anchors has nothing else."""
    own, anchors = f"{BUCKET}*", f"{ANCHOR_BUCKET}*"
    rights = {
        "S3_ADMIN": ["Admin", "Read", "Write", "List", "Tagging"],
        "S3": [
            *(f"{action}:{own}" for action in ("Read", "Write", "List", "Tagging")),
            *(f"{action}:{anchors}" for action in ("Read", "List")),
        ],
        "ANCHOR_S3": [f"{action}:{anchors}" for action in ("Read", "Write", "List")],
    }
    return [
        {
            "name": name.lower(),
            "credentials": [
                {
                    "accessKey": values[f"{name}_ACCESS_KEY"],
                    "secretKey": values[f"{name}_SECRET_KEY"],
                }
            ],
            "actions": actions,
        }
        for name, actions in rights.items()
    ]


def admin_settings(values: dict[str, str]) -> Any:
    """Return settings with which a client may make buckets: the supervisor's own, given to no process."""
    from app.core import settings

    keys = {f"S3_{part}_KEY": values[f"S3_ADMIN_{part}_KEY"] for part in ("ACCESS", "SECRET")}
    return settings.load(values | keys)


def answers(values: dict[str, str]) -> bool:
    """Whether the S3 gateway answers; an anonymous request is refused, and that is an answer."""
    return http_status(f"{values['S3_ENDPOINT_URL']}/healthz") in (200, 403, 404)


def make_bucket(
    values: dict[str, str], bucket: str, *, origins: list[str], can_lock: bool = False
) -> None:
    """Create the bucket and let browsers from `origins` upload parts and read their ETag; with `can_lock`,
    objects of it can be locked. Safe to repeat. Raises NotReady when storage refuses."""
    from botocore.exceptions import BotoCoreError, ClientError

    from app.core import storage

    client = storage.client(admin_settings(values))
    rule = {
        "AllowedOrigins": origins,
        "AllowedMethods": ["GET", "PUT", "HEAD"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3000,
    }
    try:
        try:
            client.create_bucket(Bucket=bucket)
        except ClientError as error:
            known = ("BucketAlreadyExists", "BucketAlreadyOwnedByYou")
            if error.response.get("Error", {}).get("Code") not in known:
                raise
        if can_lock:  # also a bucket of an earlier version
            client.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
            client.put_object_lock_configuration(
                Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
            )
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    except (BotoCoreError, ClientError) as error:
        raise NotReady(f"Object storage refused to make the bucket {bucket}: {error}.") from error


def make_anchor_bucket(values: dict[str, str], bucket: str) -> None:
    """Create the bucket of anchors with object lock. Safe to repeat. Raises NotReady when storage refuses."""
    from botocore.exceptions import BotoCoreError, ClientError

    from app.core import anchor_store, storage

    try:
        anchor_store.make_bucket(storage.client(admin_settings(values)), bucket)
    except (BotoCoreError, ClientError) as error:
        raise NotReady(f"Object storage refused to make the bucket {bucket}: {error}.") from error
