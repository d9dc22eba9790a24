"""The servers that tests run on: real Postgres, Valkey and S3, started once and shared.

They live in `var/test`, outlast a test run, and are used by every worker and by runs side by side.
`python -m tests.servers stop` ends them when nobody uses them.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.cli.embedded import home as homes
from app.cli.embedded import postgres, processes, seaweedfs, valkey
from app.cli.embedded.home import APP_ROLE, OWNER_ROLE, Home
from app.cli.embedded.waiting import wait_for
from tests import in_memory

ROOT = Path(__file__).resolve().parents[1]
BUCKET, INTAKE_BUCKET = "makeready-test", "makeready-test-intake"
ANCHOR_BUCKET = "event-anchors-test"
MONITOR_TOKEN = "tests-only-monitor"
MONITOR = {"Authorization": f"Bearer {MONITOR_TOKEN}"}
FIRST_SLOT, LAST_SLOT = 1, 100
# Patterns of the files that decide what the tables look like.
SCHEMA_FILES = (
    "app/**/models.py",
    "app/**/states.py",
    "app/models.py",
    "app/core/*.py",
    "app/core/search/*.py",
    "app/**/search.py",
    "migrations/**/*.py",
)


def test_home() -> Home:
    return Home.at(os.environ.get("MAKEREADY_TEST_HOME") or ROOT / "var" / "test")


@contextlib.contextmanager
def lock(name: str, *, shared: bool = False) -> Iterator[IO[str]]:
    """Hold a lock that all test runs of this clone respect."""
    with (test_home().folder("locks") / name).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield file


def ensure(*, memory: bool = True) -> dict[str, str]:
    """Return the settings of the running servers; start them when one of them doesn't answer.

    Databases lie in memory where there is room and `memory` allows it.
    """
    home = test_home()
    with lock("servers"):
        values = homes.read_settings(home)
        if "ANCHOR_PUBLIC_KEY" in values and alive(values):
            make_buckets(values)
            return values
        end_all(home)
        if memory:
            in_memory.settle(home)
        values = homes.settle(home, web_port=8000)
        for server in (seaweedfs, postgres, valkey):
            process = server.start(home, values, outlive=True)
            wait_for(server, home, values, process)
        postgres.make_roles(values)
        make_buckets(values)
        return values


def make_buckets(values: dict[str, str]) -> None:
    """Make the buckets of the tests, unless a run made them before."""
    note = test_home().folder("seaweedfs") / "every-bucket"
    if not note.exists():
        seaweedfs.make_bucket(values, BUCKET, origins=["*"], can_lock=True)
        seaweedfs.make_bucket(values, INTAKE_BUCKET, origins=["*"])
        seaweedfs.make_bucket(values, ANCHOR_BUCKET, origins=["*"])  # no lock: tests remove anchors
        note.touch()


@contextlib.contextmanager
def own_bucket() -> Iterator[str]:
    """An empty bucket that the shop's own key reaches, as it reaches every one of its name."""
    from app.core import storage

    client = storage.client(seaweedfs.admin_settings(homes.read_settings(test_home())))
    name = f"{BUCKET}-{secrets.token_hex(6)}"
    client.create_bucket(Bucket=name)
    try:
        yield name
    finally:
        for found in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=found["Key"])
        client.delete_bucket(Bucket=name)


def alive(values: dict[str, str]) -> bool:
    """Whether all three answer."""
    return all(server.answers(values) for server in (valkey, seaweedfs, postgres))


def end_all(home: Home) -> None:
    """Stop what the pid files name."""
    for name, first in ((postgres.NAME, 2), (valkey.NAME, 15), (seaweedfs.NAME, 15)):
        processes.end(home.pid_file(name), first=first, grace_s=3, mark=home.mark)


def stop_if_unused() -> bool:
    """Stop the servers and let go of their databases unless another test run uses them.

    True when they are stopped.
    """
    with (test_home().folder("locks") / "users").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        end_all(test_home())
        in_memory.remove(test_home())
        return True


@contextlib.contextmanager
def slot() -> Iterator[int]:
    """A number that no other test process has while we hold it (databases are named by it)."""
    folder = test_home().folder("locks")
    for number in range(FIRST_SLOT, LAST_SLOT):
        with (folder / f"slot-{number}").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return
    raise RuntimeError("All places for test processes are taken; end some test runs.")


@dataclass(frozen=True)
class Database:
    """One database of a test process and how to reach it by either role."""

    name: str
    url: str
    owner_url: str


def database_named(values: dict[str, str], name: str) -> Database:
    place = f"127.0.0.1:{values['POSTGRES_PORT']}/{name}"
    return Database(
        name,
        f"postgresql+psycopg://{APP_ROLE}:{values['APP_PASSWORD_DB']}@{place}",
        f"postgresql+psycopg://{OWNER_ROLE}:{values['OWNER_PASSWORD_DB']}@{place}",
    )


def environment(
    values: dict[str, str], database: Database, *, valkey_number: int
) -> dict[str, str]:
    """The variables of a shop on the test servers, for settings and for child processes."""
    wanted = ("S3_ENDPOINT_URL", "S3_PUBLIC_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY")
    anchors = [key for key in values if key.startswith("ANCHOR_")]
    return {key: values[key] for key in (*wanted, *anchors)} | {
        "S3_BUCKET": BUCKET,
        "S3_INTAKE_BUCKET": INTAKE_BUCKET,
        "ANCHOR_BUCKET": ANCHOR_BUCKET,
        "MONITOR_TOKEN": MONITOR_TOKEN,
        "TESTING": "1",
        "EMBEDDED": "1",
        "DATABASE_URL": database.url,
        "OWNER_DATABASE_URL": database.owner_url,
        "REDIS_URL": values["REDIS_URL"].rpartition("/")[0] + f"/{valkey_number}",
        "SECRET_KEY": "tests-only-" + "0" * 32,
        "CREDENTIALS_KEY": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": values["SMTP_PORT"],
        "SMTP_STARTTLS": "0",
        "MAIL_FROM": "shop@example.com",
        "ANCHOR_PREFIX": f"{secrets.token_hex(8)}/",
        "BASE_URL": "http://127.0.0.1",
        "REALTIME_URL": f"ws://127.0.0.1:{18000 + valkey_number}",
        "SHOP_NAME": "Example Street Press",
        "TIMEZONE": "UTC",
        "CURRENCY": "GBP",
        "MAKEREADY_HOME": str(test_home().folder("shop")),
        "MAIL_CATCHER_DIR": str(test_home().folder("shop") / "mail"),
    }


def schema_hash() -> str:
    """What the tables are made from, as 12 hex digits; part of the template's name."""
    digest = hashlib.sha256()
    files = sorted({path for pattern in SCHEMA_FILES for path in ROOT.glob(pattern)})
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def template(values: dict[str, str]) -> str:
    """Return the name of the database with all tables and no rows; make it when it is not there."""
    name = f"template_{schema_hash()}"
    with lock("template"):
        known = test_home().folder("templates") / name
        with postgres.superuser(values) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if found.fetchone():
                known.touch()
                return name
            draft = f"draft_{os.getpid()}"
            connection.execute(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)")
            postgres.make_database(values, draft)
            make_tables(database_named(values, draft), values)
            connection.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
            known.touch()
            for old in known.parent.iterdir():
                if time.time() - old.stat().st_mtime > 3600:
                    connection.execute(f"DROP DATABASE IF EXISTS {old.name} WITH (FORCE)")
                    old.unlink()
    return name


def make_tables(database: Database, values: dict[str, str]) -> None:
    """Make every table as the owner, by the migrations."""
    result = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env={**os.environ, **environment(values, database, valkey_number=0)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    if result.returncode:
        raise RuntimeError(f"The migrations failed:\n{result.stdout}\n{result.stderr}")


def clone(values: dict[str, str], name: str, source: str = "") -> Database:
    """Make `name` anew as a copy of `source`, to which nobody is connected, or of the template."""
    source = source or template(values)
    with lock("template"), postgres.superuser(values) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER_ROLE} TEMPLATE {source}")
    number_orders_apart(values, name)
    return database_named(values, name)


def number_orders_apart(values: dict[str, str], name: str) -> None:
    """Let no two databases have an order of the same number: what is stored by it is written once."""
    first = random.SystemRandom().randrange(1, 9000) * 1000 + 1
    with postgres.superuser(values, name) as connection:
        connection.execute(f"ALTER TABLE orders ALTER COLUMN number RESTART WITH {first}")


def drop(values: dict[str, str], name: str) -> None:
    with postgres.superuser(values) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


if __name__ == "__main__":
    if sys.argv[1:] == ["stop"]:
        stop_if_unused()
    else:
        ensure()
