"""The job board: columns, the strip before them, filters, and the live part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.actor import system
from app.core.clock import today
from app.core.web.formats import day
from app.orders import verbs as order_verbs
from app.production import services as production
from app.production import verbs as production_verbs
from app.production.models import Job
from app.production.states import LANES
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Page, Person, refusals
from tests.order_rows import placed_order

Enter = Callable[..., Person]


def tickets(page: Page) -> set[str]:
    """The job numbers on the board."""
    return {one.get("id").removeprefix("ticket-") for one in page.all("a.ticket")}


def ticket(page: Page, job: Job) -> str:
    found = [one for one in page.all("a.ticket") if one.get("id") == f"ticket-{job.number}"]
    assert len(found) == 1
    return " ".join(found[0].text_content().split())


@pytest.mark.parametrize(
    "state", ["new", "ready", "scheduled", "running", "quality_check", "finished"]
)
def test_a_job_stands_in_the_column_of_its_state(somebody: Enter, state: str) -> None:
    job = busy_shop.job_in(state)
    page = somebody("planner").get("/admin/board/")
    assert page.status == 200
    here = page.all(f"#lane-{state} a.ticket")
    assert [one.get("href") for one in here] == [f"/admin/job/{job.number}"]
    assert page.all(f"#lane-{state} .count")[0].text_content() == "1"
    assert len(page.all("a.ticket")) == 1


def test_a_ticket_tells_lateness_rush_hold_and_who_is_waited_for(somebody: Enter) -> None:
    late = busy_shop.job_in("running", due=-2, rush=True)
    held = busy_shop.job_in("ready")
    order_verbs.hold(held.order_id, "The customer is on holiday.", actor=system())
    gated = busy_shop.job_in("new")
    short = busy_shop.job_in("new")
    production.update_gate(
        short.id,
        "material",
        cause="short_stock",
        waits_for="CARD: 9 needed, 1 available",
        actor=system(),
    )
    page = somebody("planner").get("/admin/board/")
    assert "2 days late" in ticket(page, late)
    assert "Rush" in ticket(page, late)
    assert "20 of 40" not in ticket(page, late)
    assert "On hold" in ticket(page, held)
    assert "Artwork" in ticket(page, gated)
    assert "Material" in ticket(page, gated)
    assert "Material: short" in ticket(page, short)
    assert [one.get("id") for one in page.all(".ticket-late")] == [f"ticket-{late.number}"]


def test_orders_that_are_no_jobs_yet_stand_in_the_strip(somebody: Enter) -> None:
    requested, quoted = busy_shop.asked(1, "requested")[0], busy_shop.asked(1, "quoted")[0]
    placed = placed_order()
    job = busy_shop.job_in("new")
    page = somebody("planner").get("/admin/board/")
    refs = {one.get("id").removeprefix("slip-") for one in page.all("a.slip")}
    assert refs == {requested.ref, quoted.ref, placed.ref}
    assert tickets(page) == {job.number}
    assert page.all("a.slip-new")[0].get("href") == f"/admin/order/{requested.ref}"


def test_a_long_column_shows_its_first_and_leads_to_the_rest(somebody: Enter) -> None:
    busy_shop.asked(6, "requested")
    page = somebody("sales").get("/admin/board/")
    more = page.all(".new-requests-lane a.small")
    assert [one.text_content() for one in more] == ["2 more"]
    assert somebody("sales").get(more[0].get("href")).status == 200


def filtered(person: Person, **args: Any) -> set[str]:
    from urllib.parse import urlencode

    page = person.get(f"/admin/board/?{urlencode(args)}")
    assert page.status == 200
    return tickets(page)


def test_filters_narrow_the_columns(somebody: Enter) -> None:
    plain = busy_shop.job_in("new", number=1, due=9)
    late = busy_shop.job_in("running", number=2, due=-1)
    done = busy_shop.job_in("finished", number=0, due=-1)
    rush = busy_shop.job_in("ready", number=3, due=2, rush=True)
    planner = somebody("planner")
    in_five = today("UTC") + timedelta(days=5)
    everything = {plain.number, late.number, done.number, rush.number}
    assert filtered(planner) == everything
    assert filtered(planner, late=1) == {late.number}
    assert filtered(planner, rush=1) == {rush.number}
    assert filtered(planner, blocked=1) == {plain.number}
    assert filtered(planner, due_to=in_five) == everything - {plain.number}
    assert filtered(planner, due_from=in_five) == {plain.number}
    assert filtered(planner, product=plain.title) == {plain.number}
    assert filtered(planner, product="100%_nothing") == set()
    assert filtered(planner, centre="press") == {plain.number, late.number, rush.number}
    from app.core.db import db
    from app.orders.models import Order

    customer = db.session.get_one(Order, late.order_id).customer_id
    assert filtered(planner, customer=customer) == {late.number}
    assert filtered(planner, customer=customer, rush=1) == set()


def test_filters_that_are_set_are_chips_that_take_themselves_off(somebody: Enter) -> None:
    busy_shop.job_in("new")
    until = today("UTC") + timedelta(days=30)
    page = somebody("planner").get(f"/admin/board/?rush=1&due_to={until}&product=card")
    chips = {
        one.text_content().removesuffix(", remove").strip(): one for one in page.all("a.chip-on")
    }
    assert set(chips) == {"Rush", f"Due until {day(until)}", "Product card"}
    assert chips["Rush"].get("href") == f"/admin/board/?product=card&due_to={until}"
    live = page.all("#board")[0].get("hx-get")
    assert live == f"/admin/board/live?product=card&due_to={until}&rush=1"


@pytest.mark.parametrize(
    "nonsense",
    [
        "customer=1",
        "due_to=yesterday",
        "due_from=9999-99-99",
        "centre=%00%27",
        "product=%00%25_",
        "late=2&rush=x",
        f"product={'x' * 5000}",
        "customer=" + "g" * 36,
    ],
)
def test_nonsense_in_the_address_is_no_fault(somebody: Enter, nonsense: str) -> None:
    busy_shop.job_in("new")
    assert somebody("planner").get(f"/admin/board/?{nonsense}").status == 200
    assert somebody("planner").get(f"/admin/board/live?{nonsense}").status == 200


def test_the_live_part_is_empty_until_something_moved(somebody: Enter) -> None:
    job = busy_shop.job_in("ready")
    person = somebody("planner")
    page = person.get("/admin/board/")
    seen = page.all("#board input[name=seen]")[0].get("value")
    assert person.get(f"/admin/board/live?seen={seen}").status == 204
    assert person.get("/admin/board/live?seen=%3E%22").status == 200
    production_verbs.schedule_job(job.id, today("UTC"), actor=system())
    moved = person.get(f"/admin/board/live?seen={seen}")
    assert moved.status == 200
    assert [one.get("id") for one in moved.all("#lane-scheduled a.ticket")] == [
        f"ticket-{job.number}"
    ]
    beside = {one.get("id") for one in moved.all("[hx-swap-oob=innerHTML]")}
    assert beside == {"board-new-requests", "board-sentence"}
    assert "1 job in progress" in moved.words


def test_the_board_is_not_for_finance_nor_for_strangers(somebody: Enter, client: Any) -> None:
    finance = somebody("finance")
    assert finance.get("/admin/board/").status == 403
    assert finance.get("/admin/board/live").status == 403
    assert len(refusals(finance)) == 2
    assert client.get("/admin/board/live").status_code == 303


def test_an_empty_board_says_how_jobs_appear(somebody: Enter) -> None:
    page = somebody("planner").get("/admin/board/")
    assert "A job is created for each item" in page.words
    assert len(page.all(".lane")) == len(LANES)
