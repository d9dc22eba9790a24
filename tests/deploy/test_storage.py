"""The storage of the compose file: others reach its S3 port, and nothing behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests
import yaml

from app.cli.embedded import home as homes
from app.cli.embedded import ports, seaweedfs
from app.cli.embedded.home import SEAWEED
from app.core import storage
from tests.cli.embedded.test_closed_home import speaks_to_strangers
from tests.servers import ROOT
from tests.waiting import eventually

DEPLOY = ROOT / "deploy"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[psutil.Process, dict[str, str]]]:
    """The storage as its container starts it, on ports and in folders of the test's own."""
    values = homes.settle(homes.Home.at(tmp_path / "home"), web_port=ports.pick())
    keys, data, tools = (tmp_path / name for name in ("keys", "data", "bin"))
    for folder in (keys, data, tools):
        folder.mkdir()
    subprocess.run(
        [sys.executable, "-m", "app.cli.embedded.certificates", str(keys)], cwd=ROOT, check=True
    )
    own = [f"-dir={data}", "-master.electionTimeout=500ms"]
    own += [f"-{part.lower()}.port={values[f'SEAWEEDFS_{part}_PORT']}" for part in SEAWEED]
    own += [
        f"-{part.lower()}.port.grpc={values[f'SEAWEEDFS_{part}_GRPC_PORT']}" for part in SEAWEED
    ]
    weed = Path(sys.prefix) / "bin" / "weed"
    (tools / "weed").write_text(f'#!/bin/sh\nexec "{weed}" "$@" {" ".join(own)}\n')
    (tools / "weed").chmod(0o700)
    process = psutil.Popen(
        ["sh", str(DEPLOY / "storage" / "start")],
        env=values
        | {"PATH": f"{tools}:{os.environ['PATH']}", "STORAGE_KEYS": str(keys)}
        | {"TMPDIR": str(tmp_path), "HOME": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    eventually(lambda: seaweedfs.answers(values), 30)
    yield process, values
    process.kill()
    process.wait()


@pytest.mark.extended
def test_its_container_shows_s3_and_nothing_else_to_others(
    started: tuple[psutil.Process, dict[str, str]],
) -> None:
    process, values = started
    client = storage.client(seaweedfs.admin_settings(values))
    client.create_bucket(Bucket="makeready")
    client.put_object(Bucket="makeready", Key="kept", Body=b"kept")
    assert client.get_object(Bucket="makeready", Key="kept")["Body"].read() == b"kept"
    listening = [
        one.laddr
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.pid == process.pid
    ]
    shown = {place.port for place in listening if place.ip != "127.0.0.1"}
    s3, grpc = int(values["SEAWEEDFS_S3_PORT"]), int(values["SEAWEEDFS_S3_GRPC_PORT"])
    assert (len(listening), shown) == (8, {s3, grpc})
    assert not speaks_to_strangers(grpc)
    assert requests.get(f"http://127.0.0.1:{s3}/makeready/kept", timeout=5).status_code == 403


def test_its_certificates_are_made_before_it_starts() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    storage, keys = services["storage"], services["storage-keys"]
    assert storage["depends_on"]["storage-keys"]["condition"] == "service_completed_successfully"
    folder = keys["entrypoint"][-1]
    assert keys["volumes"] == [f"storage-keys:{folder}"]
    assert f"storage-keys:{folder}:ro" in storage["volumes"]
    assert f"STORAGE_KEYS:-{folder}" in (DEPLOY / "storage" / "start").read_text()
