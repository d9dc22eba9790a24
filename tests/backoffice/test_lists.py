"""What a list costs: as many queries for three rows as for one, on the page and in its export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, g

from app.core.backoffice.model_view import BackOfficeModelView
from app.core.db import db
from tests.backoffice import bulk_rows
from tests.backoffice.conftest import Person
from tests.order_rows import staff_actor

LISTS = ("orders", "customers", "contacts", "messages", "artwork", "proofs", "jobs", "stock",
         "movements", "shipments", "intents", "exports", "work-centres", "products", "families",
         "events", "dead-letters")  # fmt: skip
FEW, MANY = 1, 3


@pytest.mark.parametrize("name", LISTS)
def test_three_rows_take_as_many_queries_as_one(
    name: str,
    app: Flask,
    somebody: Callable[..., Person],
    queries: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(BackOfficeModelView, "page_size", 200)
    owner = somebody("owner")
    address = f"/admin/{name}/"
    view: Any = next(
        view for view in app.extensions["backoffice"]._views if str(view.url or "") == address[:-1]
    )

    def page() -> None:
        pages.append(owner.get(address))

    def export() -> None:
        with app.test_request_context(address):
            g.actor = actor
            if view.exportable:
                written.append(sum(1 for _ in view.export_rows()) - 1)
            db.session.expunge_all()

    pages: list[Any] = []
    written: list[int] = []
    actor = staff_actor("owner")
    costs = []
    for more in (FEW, MANY - FEW):
        bulk_rows.fill(more)
        db.session.commit()
        db.session.expunge_all()
        page()  # what a first visit does once is not counted
        costs.append((queries(page), queries(export)))
    shown = [len(one.all("tbody tr")) for one in pages[1::2]]
    assert shown[0] >= FEW and shown[1] >= MANY
    assert not view.exportable or (written[0] >= FEW and written[1] >= MANY)
    assert costs[0] == costs[1]
