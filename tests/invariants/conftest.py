"""One order that went the whole way, made once; each test spoils it in its own way.

Everything happens in one transaction of the tables' owner, who alone could take the triggers away.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from flask import Flask

from app import declarations
from app.cli.embedded import ports
from app.core import anchors, settings
from app.core.db import append_only_models, db
from app.core.invariants import find_break
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.models import Shipment
from app.orders import verbs as order_verbs
from tests.due_reactions import run_due_reactions
from tests.notify.conftest import MailServer
from tests.order_rows import staff_actor
from tests.preset_shop import load_presets
from tests.reactions.test_way import Asked, ask_with_a_file, make, place, sign
from tests.servers import Database, own_bucket


@dataclass
class Shop:
    """The shop with its one order, closed."""

    app: Flask
    connection: sa.Connection
    mail: MailServer

    def run(self, statement: str, **values: Any) -> sa.CursorResult[Any]:
        """Do what only the tables' owner can do."""
        return self.connection.execute(sa.text(statement), values)

    def one(self, query: str, **values: Any) -> Any:
        return self.connection.execute(sa.text(query), values).scalar_one()

    def ask(self, invariant: str) -> str:
        """The row that breaks `invariant`, as `flask check` names it; fails where none does."""
        with self.app.app_context():
            declarations.load(declarations.INVARIANTS)
            broken = find_break(invariant)
            db.session.rollback()
        assert broken is not None, invariant
        return broken

    def check(self) -> tuple[int, dict[str, str]]:
        """`flask check`: its exit code, and for each broken invariant the row it names."""
        with self.app.app_context():
            done = self.app.test_cli_runner().invoke(args=["check", "--json"])
        said = [json.loads(line) for line in done.output.splitlines() if line.startswith("{")]
        assert len(said) > 20, (done.output, done.exception)
        told = [line for line in said if "invariant" in line]
        return done.exit_code, {line["invariant"]: line["row"] for line in told if not line["ok"]}


@pytest.fixture(scope="module")
def built(application: Flask, database: Database) -> Iterator[Shop]:
    with whole_shop(application, database) as shop:
        yield shop


@contextmanager
def whole_shop(application: Flask, database: Database, **words: Any) -> Iterator[Shop]:
    """A shop of its own inside one transaction of the owner's; `words` go into the order."""
    engines = db._app_engines[application]
    usual, before = engines[None], settings.current()
    engine = sa.create_engine(database.owner_url)
    mail = MailServer(port=ports.pick())
    controller = Controller(mail, hostname="127.0.0.1", port=mail.port)
    # keys named by order numbers meet those of no other shop
    with own_bucket() as bucket, engine.connect() as connection:
        changed = {
            "smtp_port": mail.port,
            "mail_catcher_dir": None,
            "s3_bucket": bucket,
            "anchor_prefix": f"{secrets.token_hex(8)}/",  # its rows are rolled back, its anchors stay
        }
        outer = connection.begin()
        controller.start()
        try:
            settings.use(before.model_copy(update=changed))
            engines[None] = connection
            with application.app_context():
                build(application, **words)
                db.session.remove()
            yield Shop(application, connection, mail)
        finally:
            engines[None] = usual
            settings.use(before)
            outer.rollback()
            controller.stop()
    engine.dispose()


def build(app: Flask, *, signs: str = "Ada Example", note: str = "", **words: Any) -> None:
    """One order from its request to its end; `words` are those of `ask_with_a_file`."""
    load_presets(["print"])
    run_due_reactions(app)
    asked = ask_with_a_file(app, note=note, **words)
    place(app, asked, name=signs)
    sign(app, asked, name=signs)
    order_verbs.confirm_payment(asked.id, note, actor=staff_actor("finance"))
    db.session.commit()
    run_due_reactions(app)
    make(app, asked)
    ship(app, asked)
    assert asked.state == "closed"
    assert anchors.anchor_heads() is not None


def ship(app: Flask, order: Asked) -> None:
    shipment = db.session.scalars(sa.select(Shipment.id).where(Shipment.order_id == order.id)).one()
    packer = staff_actor("warehouse")
    steps: list[Callable[[], Any]] = [
        lambda: (shipment_verbs.start_picking(shipment, actor=packer),
                 shipment_verbs.pack(shipment, 900, actor=packer),
                 shipment_verbs.buy_label(shipment, actor=packer)),
        lambda: shipment_verbs.mark_shipped(shipment, actor=packer),
        lambda: shipment_verbs.mark_delivered(shipment, actor=packer),
    ]  # fmt: skip
    for step in steps:
        step()
        db.session.commit()
        run_due_reactions(app)


@pytest.fixture
def shop(built: Shop) -> Iterator[Shop]:
    """The whole shop without its triggers, put right again after the test."""
    spoiling = built.connection.begin_nested()
    for table in append_only_models():
        built.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    try:
        yield built
    finally:
        spoiling.rollback()
