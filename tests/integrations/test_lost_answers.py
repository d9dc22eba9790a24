"""A carrier and an accounting system that take what we write, and whose answer gets lost on the way: after the retry
there is exactly one label and one entry, and both sides say the same."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import relay
from app.core.actor import system
from app.core.db import db
from app.core.delivery_runner import run_delivery
from app.core.outbound.adapters import REPEATS_BY_KEY, OutcomeUnknown, of_kind
from app.core.outbound.intent import OutboundIntent
from app.fulfilment import carriers
from app.fulfilment import verbs as shipment_verbs
from app.fulfilment.carriers import Carrier, Label
from app.fulfilment.models import Shipment
from app.fulfilment.services import create_shipment
from app.integrations.accounting.journal import Journal
from app.reactions import REACTIONS
from tests.integrations.conftest import a_closed_order, close
from tests.order_rows import placed_order

EVENTS = ("order.closed", "sync.intended", "shipment.label_requested")
TABLE = {name: REACTIONS[name] for name in EVENTS}


@dataclass
class OtherSide:
    """A real HTTP server that keeps one thing for each key, and loses as many answers as a test wants."""

    kept: dict[str, int] = field(default_factory=dict)
    asked: int = 0
    loses: int = 1
    port: int = 0

    def send(self, key: str) -> int:
        """Write under `key`; return the number that the other side gave it."""
        try:
            return int(self._ask("POST", key)["number"])
        except (OSError, http.client.HTTPException) as lost:
            raise OutcomeUnknown(f"The answer got lost ({type(lost).__name__}).") from lost

    def find(self, key: str) -> int | None:
        """Return the number of what is kept under `key`."""
        number: int | None = self._ask("GET", key)["number"]
        return number

    def _ask(self, method: str, key: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request(method, "/", headers={"Idempotency-Key": key})
            return json.loads(connection.getresponse().read())  # type: ignore[no-any-return]
        finally:
            connection.close()


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    side = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            side.asked += 1
            side.kept.setdefault(self.headers["Idempotency-Key"], 1000 + side.asked)
            if side.asked <= side.loses:
                self.close_connection = True  # it is written, and nothing is said
                return
            self.do_GET()

        def do_GET(self) -> None:
            body = json.dumps({"number": side.kept.get(self.headers["Idempotency-Key"])}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        side.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield side
        server.shutdown()


@pytest.fixture
def shop(committed: Any) -> Iterator[Any]:
    with committed.app.app_context():
        yield committed.app
        db.session.remove()


def run_all(app: Any) -> list[str]:
    """What relay and workers do, until nothing is due; return what became of each delivery."""
    outcomes = []
    for _ in range(20):
        while relay.drain(TABLE):
            pass
        ids = sa.text("SELECT id FROM event_deliveries WHERE state = 'pending' ORDER BY id")
        due = list(db.session.scalars(ids))
        db.session.rollback()
        if not due:
            return outcomes
        outcomes += [run_delivery(app, delivery_id) for delivery_id in due]
    raise AssertionError("it never ends")


def intents() -> list[OutboundIntent]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutboundIntent)))


def abilities(way: str) -> frozenset[str]:
    return frozenset({REPEATS_BY_KEY} if way == "asked again with the key" else ())


WAYS = ["asked again with the key", "looked up"]


@pytest.mark.parametrize("loses", [1, 3])
@pytest.mark.parametrize("way", WAYS)
def test_a_label_whose_answer_got_lost_is_one_label(
    shop: Any, other_side: OtherSide, monkeypatch: pytest.MonkeyPatch, way: str, loses: int
) -> None:
    other_side.loses = loses

    class Courier(Carrier):
        """Over the network."""

        key, name, services = "courier", "Courier", {"standard": "Standard"}
        abilities = abilities(way)
        found: int | None = None

        def buy(self, request: Any) -> Label:
            return label(self.found or other_side.send(request.key))

        def find_written(self, request: Any) -> dict[str, Any] | None:
            if way != "looked up":
                raise OutcomeUnknown("It can't be asked.")
            self.found = other_side.find(request.key)
            return None if self.found is None else self.perform_write(request)

    def label(number: int) -> Label:
        return Label(f"C{number:08d}", b"%PDF-1.7 a label", 420, "GBP")

    monkeypatch.setitem(carriers.carriers(), "courier", Courier)
    order = placed_order([10])
    good = {line.id: line.quantity for line in order.lines}
    shipment = create_shipment(order.id, good_by_line=good, actor=system())
    shipment.state, shipment.weight_g = "packed", 900
    shipment_verbs.buy_label(shipment.id, carrier_key="courier", actor=system())
    shipment_id = shipment.id
    db.session.commit()
    run_all(shop)
    (intent,) = intents()
    row = db.session.get_one(Shipment, shipment_id)
    assert (intent.state, row.state) == ("sent", "labelled")
    assert [f"C{number:08d}" for number in other_side.kept.values()] == [row.tracking_number]


@pytest.mark.parametrize("loses", [1, 3])
@pytest.mark.parametrize("way", WAYS)
def test_an_entry_whose_answer_got_lost_is_one_entry(
    shop: Any, other_side: OtherSide, monkeypatch: pytest.MonkeyPatch, way: str, loses: int
) -> None:
    other_side.loses = loses

    class Books(Journal):
        """Over the network."""

        abilities = abilities(way)

        def perform_write(self, request: Any) -> dict[str, Any]:
            return {"number": other_side.send(request.key)}

        def find_written(self, request: Any) -> dict[str, Any] | None:
            if way != "looked up":
                raise OutcomeUnknown("It can't be asked.")
            number = other_side.find(request.key)
            return None if number is None else {"number": number}

    monkeypatch.setitem(of_kind("accounting"), "journal", Books)
    close(a_closed_order())
    db.session.commit()
    run_all(shop)
    (intent,) = intents()
    assert intent.state == "sent"
    assert [{"number": number} for number in other_side.kept.values()] == [intent.outcome]
    assert list(other_side.kept) == [intent.key]
