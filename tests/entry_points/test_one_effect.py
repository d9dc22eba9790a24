"""One form sent five times at once has one effect, whatever it does, and each answer is that of the first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.fulfilment.services import create_shipment
from app.production import verbs
from app.stock import services as stock
from app.stock import verbs as stock_verbs
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Page, Person
from tests.order_rows import placed_order
from tests.production.conftest import SHORT_ROUTE, jobs_for

pytestmark = pytest.mark.extended
ME = system("cli")
TIMES = 5


def a_job() -> str:
    job = jobs_for(placed_order([10]), route=SHORT_ROUTE[:1], gates=())[0]
    step = job.operations[0].id
    verbs.start_operation(step, actor=ME)
    verbs.count_pieces(step, good=10, actor=ME)
    verbs.finish_operation(step, actor=ME)
    return f"/admin/job/{job.number}"


def a_running_job() -> str:
    job = jobs_for(placed_order([10]), route=SHORT_ROUTE[:1], gates=())[0]
    verbs.start_operation(job.operations[0].id, actor=ME)
    return f"/admin/station/press?job={job.number}"


def a_failed_message() -> str:
    return f"/admin/messages/details/?id={busy_shop.message(placed_order(), 'failed').id}"


def a_packed_shipment() -> str:
    order = placed_order([10])
    good = {line.id: line.quantity for line in order.lines}
    shipment = create_shipment(order.id, good_by_line=good, actor=ME)
    shipment.state, shipment.weight_g = "packed", 900
    return f"/admin/shipment/{shipment.ref}"


def an_item() -> str:
    shelf = stock.create_location("shelf", "Shelf", "internal", actor=ME)
    stock.standard_location("supplier")
    item = stock_verbs.create_item(None, "GLUE", "Glue", "g", home=shelf, actor=ME)
    return f"/admin/stock/details/?id={item.id}"


def failed_tasks() -> str:
    for _ in range(2):
        busy_shop.dead_letter(placed_order())
    return "/admin/dead-letters/"


def an_order() -> str:
    return f"/admin/order/{placed_order().ref}"


def rows(page: Page) -> dict[str, Any]:
    """All rows ticked, and the bulk verb chosen."""
    ids = [str(box.get("value")) for box in page.all("input[name=rowid]")]
    assert len(ids) == 2
    return {"action": "replay", "rowid": ids}


Given = dict[str, Any] | Callable[[Page], dict[str, Any]]
#: What is prepared, the form on its page, what is typed, the event that it leaves, and how many.
FORMS: list[tuple[Callable[[], str], str, Given, str, int]] = [
    (a_job, "reprint_job", {"quantity": "2", "cause": "Bent"}, "job.reprinted", 1),
    (a_running_job, "count_pieces", {"good": "2"}, "pieces.counted", 1),
    (a_failed_message, "resend", {}, "message.resent", 1),
    (a_packed_shipment, "buy_label", {}, "shipment.label_requested", 1),
    (an_item, "receive", {"quantity": "5"}, "stock.moved", 1),
    (failed_tasks, "action/", rows, "delivery.replayed", 2),
    (lambda: "/admin/orders/", "ask-export/", {}, "export.requested", 1),
    (an_order, "hold", {"reason": "A question."}, "order.held", 1),
    (lambda: "/admin/work-centres/new/", "", {"key": "bench", "name": "Bench"}, "work_centre.created", 1),
]  # fmt: skip


def own_form(page: Page) -> dict[str, str]:
    """The form that goes to the page's own address."""
    forms = (one for one in page.document.forms if one.method == "POST" and not one.get("action"))
    return dict(next(forms).form_values())


def count(name: str) -> int:
    return db.session.scalar(select(func.count()).where(Event.name == name)) or 0


@pytest.mark.parametrize(
    ("prepare", "verb", "given", "event", "effects"), FORMS, ids=[one[1] or "new" for one in FORMS]
)
def test_five_times_at_once(
    committed: Any, prepare: Callable[[], str], verb: str, given: Given, event: str, effects: int
) -> None:
    app = committed.app
    with app.app_context():
        path = prepare()
        person = Person(app.test_client(), "owner")
        db.session.commit()
        page = person.get(path)
        before = count(event)
        db.session.remove()
    form = page.form(verb) if verb else own_form(page) | {"": path}
    address = form.pop("")
    data = form | (given(page) if callable(given) else given)
    assert data["idempotency_key"]
    name = app.config["SESSION_COOKIE_NAME"]
    cookie, gate, answers = person.client.get_cookie(name), threading.Barrier(TIMES), []

    def press() -> None:
        browser = app.test_client()
        browser.set_cookie(name, cookie.value)
        gate.wait(10)
        answer = browser.post(address, data=data, environ_base=person.environ)
        answers.append((answer.status_code, answer.text[:2000]))

    threads = [threading.Thread(target=press) for _ in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert {status for status, _ in answers} <= {302, 303}, answers
    with app.app_context():
        assert count(event) - before == effects
        db.session.remove()
