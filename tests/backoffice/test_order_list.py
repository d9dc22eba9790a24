"""The list of orders: finding them by state, day, customer, product and words; paging; export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import g

from app.core.actor import system
from app.core.backoffice.export import write_csv
from app.core.clock import now, today
from app.core.db import db
from app.fulfilment import services as fulfilment
from app.fulfilment import verbs as shipment_verbs
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.production import verbs as production_verbs
from tests.backoffice import bulk_rows
from tests.backoffice.conftest import Page, Person
from tests.backoffice.orders_in_state import ME, order_in_state
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for, open_all

Enter = Callable[..., Person]
Ask = Callable[..., Order]
LIST = "/admin/orders/"


def listed(page: Page) -> list[str]:
    """The numbers of the orders on the page, from top to bottom."""
    assert page.status == 200, page.words[:300]
    return [one.text_content() for one in page.all("tbody td.at-lead a.ref")]


@pytest.fixture
def boss(somebody: Enter) -> Person:
    return somebody("owner")


def test_each_filter_finds_what_it_names_and_nothing_else(boss: Person) -> None:
    day = today()
    late = placed_order([3], customer_name="Oddsock Robotics", promised_on=day - timedelta(2))
    soon = placed_order([4], promised_on=day + timedelta(3), wanted_on=day + timedelta(5))
    rush = placed_order([5], state="estimating", rush=True, note="Blue ribbon")
    held = placed_order([6], state="quoted", hold_reason="Away.")
    closed = placed_order([7], state="closed", promised_on=day - timedelta(9), customer_name="Zed")
    closed.created_at = now() - timedelta(40)
    soon.lines[0].product_name = "Poster 100% wool_mark"
    db.session.flush()
    every = [held, rush, soon, late, closed]

    def found(**filters: Any) -> list[Order]:
        query = "&".join(f"flt_{name}={value}" for name, value in filters.items())
        numbers = listed(boss.get(f"{LIST}?{query}"))
        return [order for order in every if order.ref in numbers]

    assert found() == every
    assert found(state_equals="quoted") == [held]
    assert found(show_only_equals="open") == [held, rush, soon, late]
    assert found(show_only_equals="late") == [late]
    assert found(show_only_equals="week") == [soon]
    assert found(show_only_equals="held") == [held]
    assert found(show_only_equals="rush") == [rush]
    assert found(customer_contains="oddsock") == [late]
    assert found(customer_contains="Juno") == every, "the contact's name counts"
    assert found(product_contains="100%25") == [soon], "a percent sign is a percent sign"
    assert found(product_contains="l_m") == [soon]
    assert found(product_contains=closed.lines[0].sku) == [closed]
    assert found(promised_from=day, promised_until=day + timedelta(3)) == [soon]
    assert found(promised_until=day - timedelta(1)) == [late, closed]
    assert found(needed_by_from=day + timedelta(5)) == [soon]
    assert found(needed_by_until=day + timedelta(4)) == []
    assert found(requested_until=day - timedelta(40)) == [closed]
    assert found(requested_from=day) == [held, rush, soon, late]
    assert found(state_equals="placed", customer_contains="oddsock") == [late]


def test_the_search_takes_a_number_a_name_a_product_or_words_of_the_note(boss: Person) -> None:
    order = placed_order([3], customer_name="Pickle Barge Café", note="Deliver to the back door")
    other = placed_order([3])
    for words in (
        order.ref, order.ref.lower(), str(order.number), "pickle", "BARGE café", "back door",
        order.contact.email, order.lines[0].product_name, f"{order.number} pickle",
    ):  # fmt: skip
        numbers = listed(boss.get(f"{LIST}?search={words}"))
        assert order.ref in numbers, words
        assert other.ref not in numbers, words
    for words in ("%", "_", "' or 1=1 --", "9" * 60, "\u202e"):
        assert listed(boss.get(f"{LIST}?search={words}")) == [], words


def test_a_filter_is_set_by_its_form_and_removed_by_its_chip(boss: Person) -> None:
    mine = placed_order([3], customer_name="Tilde and Daughters")
    placed_order([3])
    page = boss.get(f"{LIST}?add=customer_contains&value=tilde")
    assert listed(page) == [mine.ref]
    [chip] = page.all("a.chip-on")
    assert "Customer contains tilde" in " ".join(chip.text_content().split())
    assert len(listed(boss.get(chip.get("href")))) == 2


@pytest.mark.parametrize(
    "query", ["flt_state_equals=nonsense", "flt_show_only_equals=x", "add=state_equals&value=",
              "flt_promised_from=soon", "flt_requested_until=2026-13-40", "add=unheard&value=1"]
)  # fmt: skip
def test_a_filter_that_is_none_never_breaks_the_page(boss: Person, query: str) -> None:
    placed_order([3])
    assert boss.get(f"{LIST}?{query}").status == 200


def test_saved_views_name_the_groups_people_work_through(boss: Person) -> None:
    order = placed_order([3], promised_on=today() - timedelta(1))
    placed_order([3], state="requested")
    page = boss.get(LIST)
    tabs = {one.text_content().strip(): one.get("href") for one in page.all(".tabs .tab")}
    assert list(tabs) == ["All", "Open", "New requests", "To estimate", "Quoted", "Placed", "Late",
                          "Due this week", "On hold"]  # fmt: skip
    late = boss.get(tabs["Late"])
    assert listed(late) == [order.ref]
    [current] = late.all(".tab[aria-current]")
    assert current.text_content().strip() == "Late"


def test_a_row_says_how_far_the_order_has_come(boss: Person) -> None:
    order = placed_order([10], customer_name="Fernbank Weddings")

    def row() -> str:
        [one] = boss.get(f"{LIST}?search={order.ref}").all("tbody tr")
        return " ".join(" ".join(one.itertext()).split())

    assert "Placed" in row()
    job = open_all(jobs_for(order)[0])
    assert "0 of 10" in row()
    for operation in job.operations:
        production_verbs.start_operation(operation.id, actor=ME)
        production_verbs.count_pieces(operation.id, good=10, actor=ME)
        production_verbs.finish_operation(operation.id, actor=ME)
    assert "Ready to ship" in row() and "10 of 10" in row()
    goods = {line.id: line.quantity for line in order.lines}
    shipment = fulfilment.create_shipment(
        order.id, good_by_line=goods, actor=system(), method="pickup"
    )
    shipment_verbs.start_picking(shipment.id, actor=ME)
    shipment_verbs.pack(shipment.id, weight_g=300, actor=ME)
    shipment_verbs.mark_ready_for_pickup(shipment.id, actor=ME)
    shipment_verbs.mark_collected(shipment.id, actor=ME, collected_by="Ada Example")
    assert "Delivered" in row()


def test_a_hold_stands_beside_the_state_and_long_names_are_cut_by_the_page(boss: Person) -> None:
    order = placed_order([2, 3, 4], customer_name="<b>W</b>" * 25, hold_reason="Away.", rush=True)
    page = boss.get(LIST)
    [row] = page.all("tbody tr")
    said = " ".join(" ".join(row.itertext()).split())
    assert "Placed On hold" in said and "Rush" in said and "and 2 more items" in said
    assert "<b>W</b>" not in page.answer.text
    assert row.cssselect(".cell-cut")[0].get("title") == order.customer.name


def test_paging_by_key_meets_every_order_once_in_any_order(boss: Person) -> None:
    bulk_rows.fill(120)
    some = sa.update(Order).where(Order.number % 3 > 0).values(promised_on=None)
    db.session.execute(some)
    wanted = sorted(f"MR-{number}" for number in db.session.scalars(sa.select(Order.number)))
    for sort in ("", "?sort=0", "?sort=0&desc=1", "?sort=5", "?sort=5&desc=1"):
        page, seen = boss.get(f"{LIST}{sort}"), []
        while True:
            seen += listed(page)
            older = page.all("a[rel=next]")
            if not older:
                break
            page = boss.get(older[0].get("href"))
        assert sorted(seen) == wanted, sort
        assert len(listed(boss.get(page.all("a[rel=prev]")[0].get("href")))) == 50


def test_a_page_of_many_asks_no_more_than_a_page_of_few(
    boss: Person, ask: Ask, queries: Callable[[Callable[[], Any]], int]
) -> None:
    def many(count: int) -> None:
        for _ in range(count):
            order_in_state("placed", ask)

    many(1)
    boss.get(LIST)
    few = queries(lambda: boss.get(LIST))
    many(2)
    assert len(listed(boss.get(LIST))) == 3
    assert queries(lambda: boss.get(LIST)) == few


def test_an_export_has_every_order_of_the_list_and_runs_no_formula(
    boss: Person, ask: Ask, app: Any
) -> None:
    order = ask(
        requester=orders.Requester(name="=HYPERLINK(1)", email="h@example.com", company="+1+1")
    )
    order_verbs.start_estimate(order.id, actor=ME)
    order_verbs.send_quote(order.id, actor=ME)
    bulk_rows.fill(60)
    view = next(one for one in app.extensions["backoffice"]._views if one.endpoint == "orders")
    file = io.StringIO()
    with app.test_request_context(LIST):
        g.actor = system("cli")
        rows = view.export_rows()
        assert write_csv(file, next(rows), rows) == 61
    found = list(csv.DictReader(io.StringIO(file.getvalue())))
    [mine] = [row for row in found if row["Order"] == order.ref]
    assert mine["Customer"] == "'+1+1" and mine["Contact"] == "'=HYPERLINK(1)"
    assert mine["Total"] == f"{order.quotes[0].total_minor / 100:.2f}"
    assert mine["Items"] == "250 × " + order.lines[0].product_name
    page = boss.press(LIST, "ask-export/")
    assert page.status in (302, 303)
    assert "about 61 rows" in boss.get(LIST).said()


def test_who_may_not_export_is_offered_none_and_an_empty_list_says_what_comes(
    somebody: Enter,
) -> None:
    person = somebody("operator")
    page = person.get(LIST)
    assert "Requests from the portal appear here automatically." in page.words
    assert "ask-export/" not in " ".join(page.verbs)
    answer = person.send(f"{LIST}ask-export/", {"csrf_token": person.token("/admin/")})
    assert answer.status == 403


def test_an_address_by_number_leads_to_the_order(boss: Person) -> None:
    order = placed_order([1])
    assert boss.get(f"/admin/orders/{order.ref}").answer.location == f"/admin/order/{order.ref}"
    for path in (f"{LIST}?page=x", f"{LIST}?page=-1", f"{LIST}details/?id={order.id}"):
        assert boss.get(path).status == 404
