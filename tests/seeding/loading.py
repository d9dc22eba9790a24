"""Writes a shop's past by COPY, with all cores, into tables whose indexes are built afterwards."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import psycopg

from tests.seeding import names
from tests.seeding.printing import Customer, Form, Printed
from tests.seeding.recording import columns

YEARS = 3
ORDERS_PER_CUSTOMER = 4
BATCH = 1000
WORKERS = 2
#: Open orders came within this share of the past, among as many that have ended.
RECENT = 2


@dataclass(frozen=True)
class Plan:
    """What is to be printed: the forms with their weights, how many orders, until when."""

    ended: Sequence[tuple[int, Form]]
    open: Sequence[tuple[int, Form]]
    orders: int
    open_orders: int
    seed: int
    until: datetime

    def came(self, index: int) -> datetime:
        """Return when order `index` came: one after the other, evenly over the years."""
        span = timedelta(days=365 * YEARS)
        return self.until - span * ((self.orders - index) / (self.orders + 1))

    def customer(self, index: int) -> Customer:
        """Return customer `index`, who came with the first of their orders."""
        first = self.came(index * ORDERS_PER_CUSTOMER)
        return Customer(index, first, names.company(index), names.person(index), names.email(index))

    def printed(self, index: int) -> tuple[Form, Printed]:
        """Return the form of order `index` and what it is filled with; the same for the same seed."""
        chance = random.Random(self.seed * 1_000_003 + index)
        newest = self.orders - index <= self.open_orders * RECENT
        is_open = newest and (self.orders - index) % RECENT == 0
        forms = self.open if is_open else self.ended
        form = _pick(forms, chance.random())
        own, is_first = divmod(index, ORDERS_PER_CUSTOMER)
        number = own if not is_first else int((own + 1) * chance.random())
        came = self.came(index)
        spare = (self.until - came).total_seconds() / 3600
        stretch = min(chance.uniform(0.6, 1.6), spare / (form.hours + 1))
        return form, Printed(index, came, stretch, self.customer(number), not is_first)


def _pick(forms: Sequence[tuple[int, Form]], share: float) -> Form:
    sums = list(accumulate(weight for weight, _ in forms))
    wanted = share * sums[-1]
    return next(form for (_, form), upto in zip(forms, sums, strict=True) if wanted < upto)


def load(plan: Plan, url: str) -> None:
    """Write all orders of `plan`; several processes take every other batch."""
    starts = list(range(0, plan.orders, BATCH))
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_load_batches, args=(plan, starts[number::WORKERS], url))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process of the seeding failed; the database is not whole. Drop it.")


def _load_batches(plan: Plan, starts: Sequence[int], url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET synchronous_commit = off")
        for start in starts:
            lines: dict[str, list[str]] = defaultdict(list)
            for index in range(start, min(start + BATCH, plan.orders)):
                form, order = plan.printed(index)
                form.print(order, lines)
            for table, rows in lines.items():
                copy_rows(connection, table, rows)
            connection.commit()


def copy_rows(connection: psycopg.Connection, table: str, rows: Sequence[str]) -> None:
    """Write COPY's lines into a table."""
    listed = ", ".join(f'"{name}"' for name in columns(table))
    with connection.cursor().copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
        copy.write("\n".join(rows) + "\n")


FOREIGN = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
UNIQUE = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
FROM pg_constraint WHERE contype = 'u' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace
WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1
"""


class Bare:
    """The tables without foreign keys, indexes and triggers while rows are written."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("SET statement_timeout = 0")
        self.connection.execute("SET maintenance_work_mem = '512MB'")
        self.rebuild: list[tuple[str, str]] = []

    def __enter__(self) -> Bare:
        run = self.connection.execute
        foreign = run(FOREIGN).fetchall()
        unique = run(UNIQUE).fetchall()
        with self.connection.transaction():
            for table, name, _ in (*foreign, *unique):
                run(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            indexes = run(INDEXES).fetchall()
            for name, _ in indexes:
                run(f"DROP INDEX {name}")
            for table in self._tables():
                run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.rebuild = [(str(name), str(definition)) for name, definition in indexes]
        self.rebuild += [
            (str(name), f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")
            for table, name, rule in (*unique, *foreign)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.execute("SET max_parallel_maintenance_workers = 2")
        for table in self._tables():
            self.connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for _, statement in self.rebuild:
            self.connection.execute(statement.encode())
        self.connection.execute("VACUUM (ANALYZE)")
        self.connection.close()

    def _tables(self) -> Iterator[str]:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        for (table,) in self.connection.execute(query).fetchall():
            yield table


@contextmanager
def without_indexes(url: str, table: str, kind: str) -> Iterator[None]:
    """Let a table be filled without its indexes of one kind (gin), which are built afterwards."""
    with psycopg.connect(url, autocommit=True) as connection:
        run = connection.execute
        run("SET statement_timeout = 0")
        run("SET maintenance_work_mem = '512MB'")
        every = run(
            "SELECT quote_ident(indexname), indexdef FROM pg_indexes WHERE tablename = %s", (table,)
        ).fetchall()
        found = [(name, definition) for name, definition in every if f"USING {kind} " in definition]
        for name, _ in found:
            run(f"DROP INDEX {name}".encode())
        yield
        for _, definition in found:
            run(definition.encode())


def timed(what: str, since: float) -> float:
    """Say how long a part took; return the time now."""
    now = time.perf_counter()
    print(f"  {what}: {now - since:.0f} s", flush=True)
    return now
