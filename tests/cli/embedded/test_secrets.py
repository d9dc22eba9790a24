"""Which secrets each process of a shop may have: in its environment, in its settings, and as it runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.cli.embedded import home as homes
from app.cli.embedded import ports, procfile
from app.cli.embedded.home import Home
from app.cli.embedded.prepare import ROOT
from app.cli.embedded.shop import PRIVATE, EmbeddedShop
from app.cli.embedded.supervisor import Supervisor
from app.core import process_secrets, settings
from tests.cli import running_shop
from tests.waiting import eventually

DATABASE, CACHE, SESSIONS = {"DATABASE_URL"}, {"REDIS_URL"}, {"SECRET_KEY"}
FILES = {"S3_ACCESS_KEY", "S3_SECRET_KEY"}
SYSTEMS = {"CREDENTIALS_KEY", "SMTP_USER", "SMTP_PASSWORD"}
ANCHORS = {"ANCHOR_SIGNING_KEY", "ANCHOR_S3_ACCESS_KEY", "ANCHOR_S3_SECRET_KEY"}
MAY_HAVE = {
    "web": DATABASE | CACHE | FILES | SESSIONS | SYSTEMS | {"MONITOR_TOKEN"},
    "realtime": CACHE | SESSIONS,
    "worker_events": DATABASE | CACHE | SESSIONS,
    "worker_files": DATABASE | CACHE | FILES,
    "worker_uploads": DATABASE | CACHE | FILES,
    "worker_outbound": DATABASE | CACHE | FILES | SESSIONS | SYSTEMS,
    "relay": DATABASE | CACHE,
    "clock": DATABASE | CACHE | FILES,
    "anchors": DATABASE | ANCHORS,
    "migrate": DATABASE | {"OWNER_DATABASE_URL"},
    "background": DATABASE,
    "fill": DATABASE | CACHE | FILES | SESSIONS | {"CREDENTIALS_KEY"},
    "mailcatcher": set(),
}
EVERY = frozenset(ANCHORS | PRIVATE | {"OWNER_DATABASE_URL"}).union(*MAY_HAVE.values())


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmbeddedShop:
    for name in sorted(EVERY):
        monkeypatch.setenv(name, "somebody exported it")
    home = Home.at(tmp_path)
    return EmbeddedShop(home, homes.settle(home, web_port=ports.pick()), Supervisor(home, print))


def found_in(text: str, process: str, values: dict[str, str]) -> set[str]:
    """Return the secrets in `text` that `process` may not have. The database's address holds its password."""
    own = " ".join(values.get(name, "") for name in MAY_HAVE.get(process, ()))
    foreign = {name: values[name] for name in EVERY if len(values.get(name, "")) > 8}
    return {name for name, value in foreign.items() if value in text and value not in own}


def test_every_process_of_the_procfile_is_in_the_table() -> None:
    named = {
        entry.name for entry in procfile.read(ROOT / "Procfile", programs=ROOT, environment={})
    }
    assert named <= set(MAY_HAVE)
    assert set(process_secrets.table()) == set(MAY_HAVE) | {process_secrets.OPERATOR}


@pytest.mark.parametrize("process", MAY_HAVE)
def test_the_supervisor_gives_each_process_its_own_secrets_only(
    shop: EmbeddedShop, process: str
) -> None:
    given = shop.environment(process)
    assert given.keys() & EVERY <= MAY_HAVE[process]
    assert found_in(" ".join(given.values()), process, shop.values) == set()


@pytest.mark.parametrize("process", MAY_HAVE)
def test_a_process_reads_no_secret_of_others_though_it_reads_the_home(
    shop: EmbeddedShop, process: str
) -> None:
    """Not from shop.env either, nor where its own environment holds them."""
    environ = shop.values | {"SMTP_USER": "u", "SMTP_PASSWORD": "p"}
    found = settings.load(environ | {process_secrets.NAME: process})
    held = {
        name for name in EVERY - PRIVATE if found.has(name.lower()) and getattr(found, name.lower())
    }
    assert held == MAY_HAVE[process] & (held | MAY_HAVE[process] - PRIVATE)
    for name in settings.STANDS_FOR.keys() - MAY_HAVE[process]:
        with pytest.raises(settings.Withheld, match=name):
            getattr(found, name.lower())
    assert "withheld" not in repr(found)


def test_what_a_process_needs_and_lacks_stops_it(shop: EmbeddedShop, tmp_path: Path) -> None:
    bare = {name: value for name, value in shop.values.items() if name != "REDIS_URL"}
    bare["MAKEREADY_HOME"] = str(tmp_path / "elsewhere")
    with pytest.raises(settings.BadSettings, match="REDIS_URL is not set"):
        settings.load(bare | {process_secrets.NAME: "relay"})
    assert settings.load(bare | {process_secrets.NAME: "anchors"}).anchor_signing_key
    with pytest.raises(settings.BadSettings, match="no process weB"):
        settings.load(bare | {process_secrets.NAME: "weB"})


def test_a_person_at_a_shell_has_no_key_that_signs_anchors(shop: EmbeddedShop) -> None:
    found = settings.load({"MAKEREADY_HOME": str(shop.home.path)})
    assert (found.anchor_signing_key, found.anchor_s3_secret_key) == (None, None)
    assert found.anchor_public_key and found.owner_database_url


@pytest.mark.extended
@pytest.mark.slow
def test_each_running_process_holds_its_own_secrets_only(tmp_path: Path) -> None:
    """As /proc shows the environment of everything that runs, work-horses and gunicorn's workers too."""
    shop = running_shop.start(tmp_path / "home")
    try:
        values, seen = shop.settings(), set()
        eventually((shop.home / "run" / "clock.pid").exists, 60)
        eventually((shop.home / "run" / "anchors.pid").exists, 60)
        for pid_file in (shop.home / "run").glob("*.pid"):
            name, leader = pid_file.stem, int(pid_file.read_text().split()[0])
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    is_ours = os.getsid(int(entry.name)) == leader
                    environ = (entry / "environ").read_text("utf-8", "replace") if is_ours else ""
                except (OSError, ProcessLookupError):
                    continue
                if is_ours:
                    seen.add(name)
                    assert found_in(environ, name, values) == set(), name
        assert {"web", "mailcatcher", "seaweedfs", "background", "anchors", "relay"} <= seen
    finally:
        running_shop.stop(shop)
