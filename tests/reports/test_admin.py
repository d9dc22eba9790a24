from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.core.clock import today
from app.reports import exports
from app.reports.models import Export
from tests.notify.conftest import an_order
from tests.notify.test_admin import browser, come_in

__all__ = ["browser", "come_in"]


def test_the_figures_of_an_empty_shop_say_what_is_not_there_yet(come_in):
    answer = come_in("planner").get("/admin/figures/")
    assert answer.status_code == 200
    assert '<svg class="chart' not in answer.text
    for sentence in (
        "No overdue orders",
        "No orders due in the next 14 days",
        "No pieces counted in the last 14 days",
        "No spoiled pieces",
    ):
        assert sentence in answer.text


def test_what_is_counted_each_day_is_drawn_and_stands_in_a_table(come_in, session):
    order = an_order()
    order.state, order.promised_on = "placed", today("UTC") + timedelta(days=2)
    session.commit()
    page = come_in("planner").get("/admin/figures/").text
    assert page.count('<svg class="chart chart-wide"') == 1
    assert page.count('<svg class="chart chart-narrow"') == 1
    assert "<caption>Orders due in the next 14 days</caption>" in page


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
    page = browser.get("/admin/customers/").text
    assert 'Find it under <a href="/admin/exports/">Exports</a>' in page
    page = browser.get("/admin/exports/").text
    assert "In progress" in page and "search Example" in page
    assert "<progress aria-label" in page and "every 2s" in page


def test_how_far_an_export_is_and_what_became_of_it_are_on_the_page(come_in, session):
    browser = come_in("sales")
    browser.post("/admin/customers/ask-export/", on="/admin/customers/")
    export = session.scalars(sa.select(Export)).one()
    rows = list(exports.counted([["a"]] * 1200, export.id, 2400))
    assert len(rows) == 1200
    page = browser.get("/admin/exports/").text
    assert 'max="2400" value="1000"' in page and "1,000 of about 2,400 rows" in page
    export.state, export.error = "failed", "KeyError: 'x'"
    session.commit()
    page = browser.get("/admin/exports/").text
    assert "The export failed. Request it again." in page
    assert "every 2s" not in page
    export.state, export.error, export.storage_key, export.rows = "ready", None, "x", 1200
    session.commit()
    assert f"/admin/exports/{export.id}/file" in browser.get("/admin/exports/").text


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
