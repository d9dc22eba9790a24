"""What a page costs of processor time, beside a page of bare Flask that says one word."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask

from tests import servers
from tests.bench import pages

NAME = "bench_pages"
ORDERS = 400
ROUNDS = 40
BARE_PER_ROUND = 20
MEASURED = ("portal status", "order page", "order list")


def rows() -> Iterator[str]:
    """Seed a small shop, ask its pages and the bare one by turns, and drop it."""
    from app import create_app
    from app.core import settings
    from app.core.db import db
    from tests.seeding.__main__ import seed

    values = servers.ensure()
    with servers.lock("users", shared=True):
        own = servers.clone(values, NAME)
        try:
            environment = servers.environment(values, own, valkey_number=0)
            settings.use(settings.load(environment | {"DATABASE_URL": own.owner_url}))
            with create_app(pages=False).app_context():
                seed(ORDERS, open_orders=ORDERS // 10)
                db.engine.dispose()
            settings.use(settings.load(environment))
            app = create_app()
            yield from lines(app)
            with app.app_context():
                db.engine.dispose()
        finally:
            servers.drop(values, NAME)


def lines(app: Flask) -> Iterator[str]:
    """Yield a line for each page: its milliseconds of the process's time, and those of bare Flask."""
    client, known = pages.known_of(app)
    bare = Flask("bare")
    bare.add_url_rule("/", view_func=lambda: "ready")
    plain = bare.test_client()
    for name in MEASURED:
        ours_ms, bare_ms = by_turns(lambda name=name: known[name](client), lambda: plain.get("/"))
        times = ours_ms / bare_ms
        yield f"{name + ', processor time':44} {ours_ms:7.1f} ms, {times:.0f} times bare Flask"


def by_turns(ours: Callable[[], Any], plain: Callable[[], Any]) -> tuple[float, float]:
    """Return the medians of both in milliseconds of processor time."""
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + 3):
        for run, into, times in ((ours, taken[0], 1), (plain, taken[1], BARE_PER_ROUND)):
            before = time.process_time()
            for _ in range(times):
                run()
            if number >= 3:
                into.append((time.process_time() - before) * 1000 / times)
    return statistics.median(taken[0]), statistics.median(taken[1])
