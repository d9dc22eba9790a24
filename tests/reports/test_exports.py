from __future__ import annotations

import csv
import io

import pytest
import requests
import sqlalchemy as sa

from app.core import archive, relay, storage
from app.core.backoffice.export import ExportRequest
from app.core.db import db
from app.core.delivery_runner import run_delivery
from app.core.errors import NotAllowed, NotFound, WrongState
from app.core.events import Event
from app.reactions import REACTIONS
from app.reports import exports, verbs
from app.reports.models import Export
from tests.notify.conftest import an_order, staff

TABLE = {"export.requested": REACTIONS["export.requested"]}


@pytest.fixture
def shop(committed):
    with committed.app.app_context():
        yield committed.app
        db.session.remove()


def ask(person, endpoint="customers", **args) -> Export:
    asked = ExportRequest(endpoint=endpoint, name="Customers", args=args, actor=person)
    return verbs.request_export(None, asked, actor=person)


def deliver_later():
    db.session.commit()
    while relay.drain(TABLE):
        pass
    newest = sa.text("SELECT id FROM event_deliveries ORDER BY id DESC")
    found = db.session.scalars(newest).first()
    db.session.rollback()
    return found


def one() -> Export:
    db.session.rollback()
    return db.session.scalars(sa.select(Export).execution_options(populate_existing=True)).one()


def names() -> list[str]:
    query = sa.select(Event.name).where(Event.name.like("export.%")).order_by(Event.id)
    return list(db.session.scalars(query))


def people():
    return staff("export.run", "customer.view")


def test_a_list_becomes_a_file_with_every_row(shop):
    for _ in range(3):
        an_order()
    ask(people())
    assert run_delivery(shop, deliver_later()) == "done"
    export = one()
    assert (export.state, export.rows) == ("ready", 3)
    text = storage.read_bytes(export.storage_key).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 4
    assert all("Example Stationers" in row for row in rows[1:])
    assert names() == ["export.requested", "export.ready"]


def test_a_formula_in_a_cell_is_text_in_the_file(shop):
    order = an_order()
    order.customer.name = "=HYPERLINK(1)"
    ask(people())
    run_delivery(shop, deliver_later())
    assert "'=HYPERLINK(1)" in storage.read_bytes(one().storage_key).decode()


def test_the_file_has_what_the_list_was_narrowed_to(shop):
    an_order()
    an_order().customer.name = "Other Example"
    ask(people(), search="Other")
    run_delivery(shop, deliver_later())
    assert one().rows == 1


def test_the_link_to_the_file_works_for_whoever_asked(shop):
    person = people()
    an_order()
    ask(person)
    run_delivery(shop, deliver_later())
    address = exports.download_link(one().id, actor=person)
    answer = requests.get(address, timeout=10)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "customers-" in answer.headers["Content-Disposition"]


def test_another_person_gets_no_link_but_an_owner_does(shop):
    ask(people())
    run_delivery(shop, deliver_later())
    with pytest.raises(NotFound):
        exports.download_link(one().id, actor=people())
    assert exports.download_link(one().id, actor=staff("*"))


def test_before_it_is_ready_there_is_no_link(session):
    person = people()
    export = ask(person)
    with pytest.raises(WrongState, match="not ready"):
        exports.download_link(export.id, actor=person)


def test_a_person_without_the_right_asks_for_nothing(session):
    with pytest.raises(NotAllowed):
        ask(staff("customer.view"))
    assert session.scalar(sa.select(sa.func.count()).select_from(Export)) == 0


def test_a_job_that_arrives_twice_writes_one_file(shop):
    ask(people())
    delivery = deliver_later()
    assert [run_delivery(shop, delivery) for _ in range(2)] == ["done", "skipped"]
    assert names() == ["export.requested", "export.ready"]


def test_a_list_that_is_gone_is_said_so_on_the_export(shop):
    ask(people(), endpoint="no_such_list")
    assert run_delivery(shop, deliver_later()) == "dead"
    assert (one().state, "can't be exported" in one().error) == ("failed", True)
    assert names() == ["export.requested", "export.failed"]


def test_a_storage_that_is_away_is_tried_later(shop, monkeypatch):
    def away(*_, **__):
        raise ConnectionError("no storage")

    ask(people())
    delivery = deliver_later()
    with monkeypatch.context() as without:
        without.setattr(archive, "keep_file", away)
        assert run_delivery(shop, delivery) == "retry"
    assert one().state == "requested"
    assert run_delivery(shop, delivery) == "done"
    assert one().state == "ready"
