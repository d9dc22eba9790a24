"""What rooms declare in ``todo.py``: complete, reachable, and counted in the sidebar in one query."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from flask import Flask

from app.accounts.matrix import permissions
from app.core.actor import system
from app.core.settings import ROOT
from app.orders import verbs as orders
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Person
from tests.order_rows import placed_order

Enter = Callable[..., Person]


def test_each_rooms_declarations_are_found(app: Flask) -> None:
    found = app.extensions["todos"]
    rooms = {file.parent.name for file in (ROOT / "app").glob("*/todo.py")}
    modules = {import_module(f"app.{room}.todo").__dict__["TODOS"] for room in rooms}
    assert rooms
    assert set(found) == {todo for declared in modules for todo in declared}
    assert len({todo.key for todo in found}) == len(found)


def test_each_declaration_names_a_known_permission_and_page(app: Flask) -> None:
    endpoints = {view.endpoint for view in app.extensions["backoffice"]._views}
    for todo in app.extensions["todos"]:
        assert todo.permission in permissions(), todo.key
        assert not todo.page or (todo.page in endpoints and todo.counted is not None), todo.key
        assert (todo.query is None) != (todo.rows is None), todo.key


def counts(person: Person) -> dict[str, str]:
    """The numbers in the sidebar by the link's label."""
    page = person.get("/admin/customers/")
    links = [(link, link.cssselect(".side-count")) for link in page.all(".side-link")]
    return {link.xpath("text()")[0].strip(): mark[0].text for link, mark in links if mark}


def test_the_sidebar_counts_what_waits(somebody: Enter) -> None:
    busy_shop.asked(2, "requested")
    order = placed_order()
    busy_shop.slot(order, "internal_review")
    busy_shop.slot(order, "proof_sent")
    busy_shop.slot(placed_order(state="cancelled"), "internal_review")
    old = busy_shop.message(order, "failed", error="550")
    busy_shop.message(order, "unknown")
    busy_shop.message(order, "sent", resend_of_id=old.id)
    busy_shop.job_in("ready")
    busy_shop.dead_letter(order)
    busy_shop.dead_letter(order)
    assert counts(somebody("owner")) == {
        "Orders": "2", "Review": "1", "Proofs awaiting approval": "1", "Messages": "1", "Jobs": "1",
        "Failed tasks": "2",
    }  # fmt: skip


def test_the_sidebar_counts_in_one_query_and_anew_after_an_event(
    somebody: Enter, queries: Callable[..., int]
) -> None:
    from app.core.backoffice import todo

    order = busy_shop.asked(1, "requested")[0]
    assert queries(todo.counts) == 2
    assert todo.counts()["orders"].number == 1
    assert queries(todo.counts) == 1
    orders.start_estimate(order.id, actor=system())
    assert queries(todo.counts) == 2
    assert "orders" not in todo.counts()
