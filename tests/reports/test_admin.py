from __future__ import annotations

import sqlalchemy as sa

from app.reports.models import Export
from tests.notify.conftest import an_order
from tests.notify.test_admin import browser, come_in

__all__ = ["browser", "come_in"]


def test_the_figures_of_an_empty_shop_are_a_page(come_in):
    answer = come_in("planner").get("/admin/figures/")
    assert answer.status_code == 200
    assert "Every promised date still holds" in answer.text
    assert answer.text.count('<svg class="chart"') == 2


def test_whoever_has_no_report_right_sees_no_figures(come_in):
    assert come_in("operator").get("/admin/figures/").status_code == 403


def test_the_export_button_of_a_list_queues_a_file(come_in, session):
    an_order()
    session.commit()
    browser = come_in("sales")
    answer = browser.post("/admin/customers/ask-export/?search=Example", on="/admin/customers/")
    assert answer.status_code == 302
    export = session.scalars(sa.select(Export)).one()
    assert (export.kind, export.filters, export.state) == (
        "customers",
        {"search": "Example"},
        "requested",
    )
    assert "You find it under Exports" in browser.get("/admin/customers/").text
    assert "Being written" in browser.get("/admin/exports/").text


def test_nobody_sees_or_fetches_another_persons_export(come_in, session):
    session.add(Export(requested_by_label="Else", kind="customers", name="Secret", filters={}))
    session.commit()
    export = session.scalars(sa.select(Export)).one()
    browser = come_in("sales")
    assert "Secret" not in browser.get("/admin/exports/").text
    assert browser.get(f"/admin/exports/{export.id}/file").status_code == 404


def test_the_integrations_page_is_for_those_who_look_after_them(come_in, session):
    assert come_in("finance").get("/admin/intents/").status_code == 200


def test_an_operator_sees_no_integrations(come_in, session):
    assert come_in("operator").get("/admin/intents/").status_code == 403
