"""What a page costs in a young shop and in an old one: ``python -m tests.bench.scale``.

Seeds two shops, ``--small`` and ``--large`` orders, and asks each page of both by turns, with one
client, through the real application with a signed-in session. Prints the medians and their ratio,
beside Django's admin on the same orders table (``python -m tests.bench.setup`` installs it). The
databases are kept for the next time; ``--remove`` takes them away.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("MAKEREADY_BENCH_HOME") or ROOT / "var" / "bench")
DJANGO = HOME / "django" / "bin" / "python"
# So many orders are open at least: a page is as full in the small shop as in the large one.
FEWEST_OPEN = 400


@dataclass(frozen=True)
class Side:
    """One program that answers pages of one shop: it reads a name, and answers with milliseconds."""

    process: subprocess.Popen[str]
    pages: list[str]

    def ask(self, page: str) -> float:
        stdin, stdout = self._pipes()
        stdin.write(page + "\n")
        stdin.flush()
        return float(stdout.readline())

    def end(self) -> None:
        self._pipes()[0].close()
        self.process.wait(timeout=30)

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self.process.stdin
        assert self.process.stdout
        return self.process.stdin, self.process.stdout


def start(module: str, python: str, database: str, environment: dict[str, str]) -> Side:
    """Start a side on a database; its first line lists its pages."""
    process = subprocess.Popen(
        [python, "-m", module, database],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    first = process.stdout.readline()
    if not first:
        raise SystemExit(f"{module} did not start; its words are above.")
    return Side(process, json.loads(first))


def compare(small: Side, large: Side, rounds: int, only: Sequence[str]) -> None:
    """Ask each page of both sides by turns and print a line for each."""
    for page in small.pages:
        if only and not any(word in page for word in only):
            continue
        taken: dict[bool, list[float]] = {True: [], False: []}
        for number in range(rounds + 2):
            for is_large, side in ((False, small), (True, large)):
                took_ms = side.ask(page)
                if number >= 2:
                    taken[is_large].append(took_ms)
        young, old = (statistics.median(taken[is_large]) for is_large in (False, True))
        print(f"{page:44} {young:9.1f} {old:9.1f} {old / young:7.2f}", flush=True)


def prepare(sizes: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return size → environment of a seeded shop; seed those that are not there."""
    os.environ["MAKEREADY_TEST_HOME"] = str(HOME)
    from tests import servers

    values = servers.ensure(memory=False)
    found, missing = {}, []
    for size in sizes:
        database = servers.database_named(values, name_of(size))
        found[size] = servers.environment(values, database, valkey_number=0)
        if orders_in(database.owner_url) != size:
            missing.append(size)
    if missing:
        seed(values, missing)
    return found


def orders_in(url: str) -> int:
    """Return how many orders a database has; -1 where it is not there."""
    import psycopg

    try:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            row = connection.execute("SELECT count(*) FROM orders").fetchone()
            return int(row[0]) if row else -1
    except psycopg.Error:
        return -1


def seed(values: dict[str, str], sizes: Sequence[int]) -> None:
    """Record the stories once, in the first shop; copy it as the ground of the others; fill all."""
    from app import create_app
    from app.core import settings
    from app.core.db import db
    from tests import servers
    from tests.seeding.__main__ import fill, tell

    def shop(size: int) -> Any:
        database = servers.database_named(values, name_of(size))
        own = servers.environment(values, database, valkey_number=0)
        settings.use(settings.load(own | {"DATABASE_URL": database.owner_url}))
        return create_app(pages=False).app_context()

    first, *others = sizes
    servers.clone(values, name_of(first))
    with shop(first):
        told = tell()
        db.session.remove()
        db.engine.dispose()
    for size in others:
        servers.clone(values, name_of(size), name_of(first))
    for size in sizes:
        print(f"Seeding {size:,} orders", flush=True)
        with shop(size):
            fill(told, size, open_orders=max(size // 50, min(FEWEST_OPEN, size // 2)))
            db.engine.dispose()


def name_of(size: int) -> str:
    return f"scale_{size}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=1000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="*", default=(), help="Only pages with one of these words.")
    parser.add_argument("--remove", action="store_true", help="Drop both databases and end.")
    asked = parser.parse_args()
    sizes = (asked.small, asked.large)
    environments = prepare(sizes) if not asked.remove else {}
    if asked.remove:
        remove(sizes)
        return
    print(f"{'p50 in ms, one client':44} {asked.small:>9,} {asked.large:>9,}   ratio")
    sides = [("tests.bench.pages", sys.executable)]
    if DJANGO.exists():
        sides.append(("tests.bench.django_admin", str(DJANGO)))
    for module, python in sides:
        small, large = (start(module, python, name_of(n), environments[n]) for n in sizes)
        compare(small, large, asked.rounds, asked.only)
        small.end()
        large.end()
    if not DJANGO.exists():
        print("Django's admin is not installed: python -m tests.bench.setup")


def remove(sizes: Sequence[int]) -> None:
    """Drop the databases of these sizes."""
    os.environ["MAKEREADY_TEST_HOME"] = str(HOME)
    from tests import servers

    values = servers.ensure(memory=False)
    for size in sizes:
        servers.drop(values, name_of(size))
    servers.stop_if_unused()


if __name__ == "__main__":
    main()
