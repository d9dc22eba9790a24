"""The log of events: the list, its filters, one event with its differences and its chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.backoffice.log.events import EventView
from app.core.actor import system
from app.core.db import db
from app.core.deliveries import reaction_label
from app.core.events import Event
from app.orders import verbs as order_verbs
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Page, Person, refusals
from tests.order_rows import placed_order, staff_actor

Enter = Callable[..., Person]


def names(page: Page) -> list[str]:
    """The words of the events of a list."""
    assert page.status == 200, page.words
    return [one.text_content() for one in page.all("td.at-lead a")]


def first(name: str) -> Event:
    return db.session.scalars(select(Event).where(Event.name == name)).one()


def details(somebody: Enter, event: Event) -> Page:
    page = somebody("sales").get(f"/admin/events/details/?id={event.id}")
    assert page.status == 200, page.words
    return page


def test_every_event_stands_in_the_list_newest_first(somebody: Enter) -> None:
    order = placed_order(state="requested")
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.hold(order.id, "Away.", actor=staff_actor("sales"))
    page = somebody("sales").get("/admin/events/")
    assert names(page)[-2:] == ["Put on hold", "Estimating"]
    row = page.all("tbody tr")[-2]
    said = " ".join(row.text_content().split())
    assert order.ref in said
    assert "Sales Example" in said
    assert "back office" in said


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("flt_event_equals=order.held", {"Put on hold"}),
        ("flt_actor_type_equals=system", {"Estimating"}),
        ("flt_channel_equals=job", {"Estimating"}),
        ("flt_when_greater_than=2200-01-01+00:00:00", set()),
        ("flt_record_type_equals=jobs", set()),
        ("flt_order_equals=MR-99999999", set()),
        ("flt_order_equals=%27%25", set()),
        ("flt_record_id_equals=nonsense", set()),
    ],
)
def test_filters_narrow_the_log(somebody: Enter, filters: str, expected: set[str]) -> None:
    order = placed_order(state="requested")
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.hold(order.id, "Away.", actor=staff_actor("sales"))
    page = somebody("sales").get(f"/admin/events/?{filters}")
    found = set(names(page)) - {"Signed in", "Staff member added"}
    assert found == expected
    assert page.all("a.chip-on"), "the filter was not taken"


def test_the_log_of_one_order_and_of_one_subject(somebody: Enter) -> None:
    order, other = placed_order(state="requested"), placed_order(state="requested")
    for one in (order, other):
        order_verbs.start_estimate(one.id, actor=system())
    sales = somebody("sales")
    assert len(names(sales.get(f"/admin/events/?flt_order_equals={order.ref}"))) == 1
    assert len(names(sales.get(f"/admin/events/?flt_order_equals={order.number}"))) == 1
    assert len(names(sales.get(f"/admin/events/?flt_record_id_equals={other.id}"))) == 1


def test_one_event_shows_what_was_and_what_is(somebody: Enter) -> None:
    order = placed_order(state="requested")
    order_verbs.start_estimate(order.id, actor=system())
    page = details(somebody, first("order.estimating"))
    rows = {
        row.cssselect("th")[0].text: [cell.text_content() for cell in row.cssselect("td")]
        for row in page.all(".diff-table tbody tr")
    }
    assert rows["State"] == ["New request", "Estimating"]
    assert page.all(".diff-table del")[0].text == "New request"
    assert page.all(".diff-table ins")[0].text == "Estimating"
    assert page.all(f'.actions a[href="/admin/order/{order.ref}"]')


def test_it_shows_its_neighbours_and_that_the_chain_holds(somebody: Enter) -> None:
    order = placed_order(state="requested")
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.hold(order.id, "Away.", actor=system())
    order_verbs.resume(order.id, actor=system())
    page = details(somebody, first("order.held"))
    said = page.said(".chain")
    assert said.index("Resumed") < said.index("Put on hold") < said.index("Estimating")
    assert "holds" in page.words
    links = [one.get("href") for one in page.all(".chain a")]
    assert [link.endswith(str(first("order.resumed").id)) for link in links] == [True, False]
    begins = details(somebody, first("order.estimating"))
    assert "This event starts the chain" in begins.words


def test_an_event_that_was_changed_afterwards_is_told_apart(session: Any) -> None:
    order = placed_order(state="requested")
    order_verbs.start_estimate(order.id, actor=system())
    order_verbs.hold(order.id, "Away.", actor=system())
    session.commit()
    held = first("order.held")
    assert EventView(held).holds
    session.expunge_all()
    held.sealed_actor_label = "Somebody else"
    changed = EventView(held)
    assert (changed.is_unchanged, changed.follows_on, changed.holds) == (False, True, False)
    held.prev_hash = "f" * 64
    assert not EventView(held).follows_on


def test_it_shows_what_it_set_off(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    page = somebody("owner").get(f"/admin/events/details/?id={row.event_id}")
    assert "Write letter" in page.words
    assert page.all(f'a[href="/admin/dead-letters/details/?id={row.id}"]')


@pytest.mark.parametrize("event_id", ["", "1", "nonsense", "0" * 36, "%00", "a" * 5000])
def test_an_id_that_is_none_is_not_found(somebody: Enter, event_id: str) -> None:
    assert somebody("sales").get(f"/admin/events/details/?id={event_id}").status == 404


@pytest.mark.parametrize("page_name", ["x", "AAAA", "%00", "1"])
def test_a_page_that_is_none_is_not_found(somebody: Enter, page_name: str) -> None:
    assert somebody("sales").get(f"/admin/events/?page={page_name}").status == 404


def test_pages_are_read_by_key(somebody: Enter) -> None:
    for order in busy_shop.asked(30, "estimating"):
        order_verbs.hold(order.id, "Away.", actor=system())
    sales = somebody("sales")
    page = sales.get("/admin/events/")
    older = [one.get("href") for one in page.all(".pager a[rel=next]")]
    assert len(names(page)) == 50
    rest = sales.get(older[0])
    assert 10 <= len(names(rest)) < 50
    ids = {one.get("href") for one in [*page.all("td.at-lead a"), *rest.all("td.at-lead a")]}
    assert len(ids) == len(names(page)) + len(names(rest))


def test_the_log_is_for_those_who_may_and_can_never_be_changed(somebody: Enter) -> None:
    operator = somebody("operator")
    assert operator.get("/admin/events/").status == 403
    assert len(refusals(operator)) == 1
    owner = somebody("owner")
    for path in ("new/", "edit/?id=1", "delete/"):
        assert owner.get(f"/admin/events/{path}").status in (403, 404, 405)


def test_every_reaction_has_a_label(app: Any) -> None:
    named = {
        one.name: one.label for several in app.extensions["reactions"].values() for one in several
    }
    assert [name for name, label in named.items() if not label] == []
    assert reaction_label("make_jobs") == "Create jobs"
    assert reaction_label("unheard_of") == "Unheard of"


def test_a_list_of_events_costs_one_more_query_however_long_it_is(
    session: Any, queries: Any
) -> None:
    order = placed_order()
    for _ in range(3):
        order_verbs.hold(order.id, "Why.", actor=staff_actor("sales"))
        order_verbs.resume(order.id, actor=staff_actor("sales"))
    session.expire_all()
    rows = select(Event).where(Event.stream_id == order.id)
    assert queries(lambda: [event.actor_label for event in session.scalars(rows)]) == 2
