"""Fixtures on real servers.

Most tests ask for `session`, `app` or `client`: they run inside one outer transaction that is
rolled back, and a commit of the code under test ends a savepoint only. A test that needs real
commits (several connections, relay, child processes) asks for `committed` and gets a database of
its own.
"""

from __future__ import annotations

import contextvars
import gc
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests import servers as test_servers
from tests.browser.serving import chromium
from tests.selection import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_configure,
    pytest_ignore_collect,
    pytest_runtest_setup,
    pytest_terminal_summary,
)
from tests.servers import Database

__all__ = [
    "chromium",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_ignore_collect",
    "pytest_runtest_setup",
    "pytest_terminal_summary",
]
PRESETS = ("print", "jewellery")
# a property is about what is true, not how long a busy machine takes to try it
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")
NEEDS_DATABASE = {"app", "session", "client", "committed"}


def pytest_collection_finish() -> None:
    """What was imported is never garbage: looking at it again and again takes a sixth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, str]]:
    """Settings of the shared servers, which stay up as long as any test run uses them."""
    with test_servers.lock("users", shared=True):
        yield test_servers.ensure()


@pytest.fixture(scope="session")
def slot() -> Iterator[int]:
    """The number of this test process."""
    with test_servers.slot() as number:
        yield number


@pytest.fixture(scope="session")
def database(servers: dict[str, str], slot: int) -> Iterator[Database]:
    """This process's own copy of the template database."""
    yield test_servers.clone(servers, f"tests_{slot}")
    test_servers.drop(servers, f"tests_{slot}")


@pytest.fixture(scope="session")
def shop_environment(servers: dict[str, str], database: Database, slot: int) -> dict[str, str]:
    """The environment variables of the shop under test."""
    return test_servers.environment(servers, database, valkey_number=slot)


class Visitor(FlaskClient):
    """A client whose requests never share an application context with the test.

    What the test changed is committed (to its savepoint) first, and what it holds is read anew
    afterwards, as it would be with a browser beside a shell.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        from flask import has_app_context

        from app.core.db import db

        if has_app_context():
            db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def application(shop_environment: dict[str, str]) -> Flask:
    """The application on this process's database; tests ask for `app` instead."""
    from app import create_app
    from app.core import settings
    from app.core.db import db

    flask_app = create_app(settings.load(shop_environment))
    flask_app.test_client_class = Visitor
    db.session.session_factory.configure(join_transaction_mode="create_savepoint")
    return flask_app


@pytest.fixture
def app(application: Flask) -> Flask:
    """The application; everything it writes is gone after the test."""
    return application


@contextmanager
def at_database(flask_app: Flask, own: Database) -> Iterator[sa.Engine]:
    """Let `flask_app` work on `own`; the engine that is given stays usable afterwards."""
    from app.core.db import db

    engines = db._app_engines[flask_app]
    usual = engines[None]
    engine = sa.create_engine(own.url, **flask_app.config["SQLALCHEMY_ENGINE_OPTIONS"])
    engines[None] = engine
    try:
        yield engine
    finally:
        engines[None] = usual


@contextmanager
def prepared_database(
    flask_app: Flask, servers: dict[str, str], name: str, fill: Callable[[], object]
) -> Iterator[sa.Engine]:
    """A copy of the template in which `fill` was done once, for tests that are rolled back."""
    from app.core.db import db

    own = test_servers.clone(servers, name)
    with at_database(flask_app, own) as engine, flask_app.app_context():
        fill()
        db.session.commit()
        db.session.remove()
    yield engine
    engine.dispose()
    test_servers.drop(servers, own.name)


@pytest.fixture(scope="session")
def preset_products_engine(
    application: Flask, servers: dict[str, str], slot: int
) -> Iterator[sa.Engine]:
    """A copy of the template with the products of the print and the jewellery preset in it."""
    with prepared_database(
        application, servers, f"preset_products_{slot}", load_products
    ) as engine:
        yield engine


def load_products() -> None:
    """Load the products of the print and the jewellery preset."""
    from app.catalog import verbs as catalog
    from app.core.actor import system
    from tests.preset_shop import priced_in_pounds

    with priced_in_pounds():
        for name in PRESETS:
            catalog.load_preset(None, name, actor=system("cli"))


@pytest.fixture(scope="session")
def preset_shop_source(application: Flask, servers: dict[str, str], slot: int) -> Iterator[str]:
    """A database like a shop's first morning: stock, work centres and products of two presets."""
    from app.core.db import db
    from tests.due_reactions import run_due_reactions
    from tests.preset_shop import load_presets

    own = test_servers.clone(servers, f"preset_shop_{slot}")
    with at_database(application, own) as engine, application.app_context():
        load_presets(PRESETS)
        run_due_reactions(application)
        db.session.remove()
        engine.dispose()  # nobody may be connected to what is copied
    yield own.name
    test_servers.drop(servers, own.name)


@pytest.fixture(scope="session")
def preset_shop_engine(
    application: Flask, servers: dict[str, str], slot: int, preset_shop_source: str
) -> Iterator[sa.Engine]:
    """A copy of the database of `preset_shop` for tests that are rolled back."""
    own = test_servers.clone(servers, f"preset_shop_rolled_back_{slot}", preset_shop_source)
    engine = sa.create_engine(own.url, **application.config["SQLALCHEMY_ENGINE_OPTIONS"])
    yield engine
    engine.dispose()
    test_servers.drop(servers, own.name)


@pytest.fixture
def preset_shop() -> None:
    """The test's database (also a `committed` one) is that of a shop's first morning."""


@pytest.fixture
def preset_products() -> None:
    """The test's database has products in it: those of the print and the jewellery preset."""


# Which database a test that is rolled back works on, by the first of these fixtures it asks for.
PREPARED = {
    "order_to_sign": "order_to_sign_engine",
    "preset_products": "preset_products_engine",
    "preset_shop": "preset_shop_engine",
}


@pytest.fixture(autouse=True)
def isolation(request: pytest.FixtureRequest) -> Iterator[None]:
    """One outer transaction around each test that uses the database, rolled back at its end."""
    wanted = set(request.fixturenames)
    if not wanted & NEEDS_DATABASE or "committed" in wanted:
        yield
        return
    from app.core.db import db
    from app.core.shop import forget

    flask_app = request.getfixturevalue("application")
    _clear_valkey(request)
    engines = db._app_engines[flask_app]
    engine = engines[None]
    prepared = [PREPARED[name] for name in PREPARED if name in wanted]
    source = request.getfixturevalue(prepared[0]) if prepared else engine
    with source.connect() as connection:
        outer = connection.begin()
        engines[None] = connection
        try:
            yield
        finally:
            engines[None] = engine
            outer.rollback()
            forget()


def _clear_valkey(request: pytest.FixtureRequest) -> None:
    import redis

    with redis.Redis.from_url(request.getfixturevalue("shop_environment")["REDIS_URL"]) as store:
        store.flushdb()
    request.getfixturevalue("application").extensions.pop("todo_counts", None)


@pytest.fixture
def session(app: Flask, isolation: None) -> Iterator[Any]:
    """`db.session` inside an application context."""
    from app.core.db import db

    with app.app_context():
        yield db.session
        db.session.remove()


@pytest.fixture
def client(app: Flask, isolation: None) -> FlaskClient:
    """A visitor without cookies."""
    return app.test_client()


@dataclass(frozen=True)
class Committed:
    """A database of the test's own, where commits are real."""

    app: Flask
    database: Database
    engine: sa.Engine
    owner_engine: sa.Engine
    environment: dict[str, str]
    """For child processes: every setting of the shop."""


class Wandering:
    """An engine that connects to the database of the moment: statements stay compiled when it moves."""

    def __init__(self, url: str, **options: Any) -> None:
        self.name = ""
        self.engine = sa.create_engine(url, **options)
        sa.event.listen(self.engine, "do_connect", self._to_the_database_of_the_moment)

    def _to_the_database_of_the_moment(
        self, dialect: Any, record: Any, arguments: Any, parameters: dict[str, Any]
    ) -> None:
        parameters["dbname"] = self.name

    @contextmanager
    def at(self, name: str) -> Iterator[sa.Engine]:
        """The engine at the database `name`; nothing is connected to it afterwards."""
        self.name = name
        try:
            yield self.engine
        finally:
            self.engine.dispose()


@pytest.fixture(scope="session")
def wandering(application: Flask, database: Database) -> Wandering:
    """As the shop, for `committed`."""
    return Wandering(database.url, **application.config["SQLALCHEMY_ENGINE_OPTIONS"])


@pytest.fixture(scope="session")
def wandering_owner(database: Database) -> Wandering:
    """As the owner of the tables, for `committed`."""
    return Wandering(database.owner_url)


@pytest.fixture
def committed(
    application: Flask,
    servers: dict[str, str],
    slot: int,
    shop_environment: dict[str, str],
    wandering: Wandering,
    wandering_owner: Wandering,
    request: pytest.FixtureRequest,
) -> Iterator[Committed]:
    """The application on a fresh copy of the template, with real commits; dropped afterwards.

    No application context is pushed: the test pushes what it needs, in each thread its own.
    """
    from app.core import settings
    from app.core.db import db
    from app.core.shop import forget

    has_presets = "preset_shop" in request.fixturenames
    source = request.getfixturevalue("preset_shop_source") if has_presets else ""
    own = test_servers.clone(servers, f"committed_{slot}", source)
    environment = shop_environment | {
        "DATABASE_URL": own.url,
        "OWNER_DATABASE_URL": own.owner_url,
        "ANCHOR_PREFIX": f"{secrets.token_hex(8)}/",
    }
    before = settings.current()
    settings.use(settings.load(environment))
    engines = db._app_engines[application]
    usual = engines[None]
    _clear_valkey(request)
    try:
        with wandering.at(own.name) as engine, wandering_owner.at(own.name) as owner_engine:
            engines[None] = engine
            forget()
            yield Committed(application, own, engine, owner_engine, environment)
    finally:
        engines[None] = usual
        settings.use(before)
        forget()
        test_servers.drop(servers, own.name)
