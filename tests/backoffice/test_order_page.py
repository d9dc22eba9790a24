"""The order page: what it shows in every state, to whom, and how much it asks of the database."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.matrix import ROLES
from app.accounts.models import OrderLink
from app.backoffice.orders.view import OrderView
from app.core.db import db
from app.core.events import Event
from app.core.verbs import verbs_of
from app.orders import services as orders
from app.orders import verbs as order_verbs
from app.orders.models import Order
from app.orders.states import ORDER
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Page, Person
from tests.backoffice.orders_in_state import ME, fresh, order_in_state, place
from tests.order_rows import placed_order
from tests.orders.conftest import CARD, customer_of
from tests.production.conftest import jobs_for

Enter = Callable[..., Person]
Ask = Callable[..., Order]

VERBS = {verb.key: verb for verb in verbs_of("order", "staff")}


# -- what is shown ---------------------------------------------------------------------------------
STATES = ["requested", "needs_info", "estimating", "quoted", "placed", "held", "closed", "declined",
          "cancelled", "rejected"]  # fmt: skip


def test_in_every_state_the_page_says_it_in_words(somebody: Enter, ask: Ask) -> None:
    person = somebody("owner")
    for state in STATES:
        order = order_in_state(state, ask)
        page = person.get(place(order))
        assert page.status == 200
        assert ORDER.word(fresh(order).state) in page.said(".title-row")
        assert not re.search(r"\bNone\b|\bnull\b|Undefined", page.words), state
        assert page.all("#lines") and page.all("#timeline li")


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_it_and_is_offered_only_its_own(
    somebody: Enter, ask: Ask, role: str
) -> None:
    person = somebody(role)
    may = {name for name, verb in VERBS.items() if person_may(person, verb.permission)}
    for state in ("requested", "estimating", "placed"):
        page = person.get(place(order_in_state(state, ask)))
        assert page.status == 200
        assert page.verbs & set(VERBS) <= may


def person_may(person: Person, permission: str) -> bool:
    from app.accounts.matrix import permissions_of

    held = permissions_of(person.staff.roles)
    return permission in held or "*" in held


@pytest.mark.parametrize(("role", "sends"), [("sales", True), ("planner", False)])
def test_a_line_without_a_file_leads_those_who_may_to_where_one_is_sent(
    somebody: Enter, ask: Ask, role: str, sends: bool
) -> None:
    order = ask()
    page = somebody(role).get(place(order))
    where = f"/admin/artwork/{order.lines[0].artwork_slot_id}"
    assert bool(page.all(f'#lines a[href="{where}"]')) is sends
    assert ("Upload file for customer" in page.said("#lines")) is sends


def test_an_order_that_ended_asks_for_no_file(somebody: Enter, ask: Ask) -> None:
    page = somebody("owner").get(place(order_in_state("cancelled", ask)))
    assert not page.all('#lines a[href^="/admin/artwork/"]')


def test_a_date_that_is_printed_is_said_in_words(somebody: Enter, ask: Ask) -> None:
    assert "Sat 19 Jun 2027" in somebody("planner").get(place(ask())).said("#lines")


def test_names_are_shown_as_they_are_written_never_as_markup(
    somebody: Enter,
    ask: Ask,
) -> None:
    nasty = "<img src=x onerror=alert(1)> {{ 7*7 }}"
    order = ask(
        requester=orders.Requester(name=nasty, email="n@example.com", company=nasty),
        details={"note": nasty},
    )
    order.lines[0].product_name = nasty
    order_verbs.ask_customer(order.id, nasty, actor=ME)
    page = somebody("owner").get(place(order))
    assert page.status == 200
    assert "<img src=x" not in page.answer.text
    assert "49" not in page.said("h1, .page-head p").replace(
        order.ref, ""
    )  # its number may hold it
    assert page.all("main img") == []


def test_long_names_and_many_lines_stay_one_page(somebody: Enter) -> None:
    order = placed_order([3] * 30, customer_name="W" * 200)
    for line in order.lines:
        line.product_name = "Ü" * 200
    page = somebody("owner").get(place(order))
    assert page.status == 200
    assert len(page.all("#lines article")) == 30
    assert "90 pieces in 30 items" in page.words


def test_an_order_that_is_none_is_not_found(somebody: Enter) -> None:
    person = somebody("owner")
    form = {"csrf_token": person.token("/admin/"), "reason": "x"}
    nines = "MR-" + "9" * 40
    for ref in ("MR-99999999", "MR-", "MR-1%00", "MR-10001'--", nines, "abc", "MR-１００"):
        assert person.get(f"/admin/order/{ref}").status == 404
        assert person.get(f"/admin/order/{ref}/live").status == 404
        assert person.send(f"/admin/order/{ref}/hold", form).status == 404


def test_a_verb_that_is_none_and_a_version_that_is_none_are_not_found(
    somebody: Enter,
    ask: Ask,
) -> None:
    order = order_in_state("requested", ask)
    person = somebody("owner")
    token = person.token("/admin/")
    assert person.send(f"{place(order)}/explode", {"csrf_token": token}).status == 404
    answer = person.send(
        f"{place(order)}/start_estimate", {"csrf_token": token, "version_id": "1;drop"}
    )
    assert answer.status == 404
    assert person.get(f"{place(order)}/start_estimate").status in (404, 405)
    assert fresh(order).state == "requested"


def test_a_stranger_is_led_to_sign_in(client: Any, ask: Ask) -> None:
    order = order_in_state("requested", ask)
    answer = client.get(place(order))
    assert answer.status_code == 303
    assert "/admin/sign-in" in answer.location


def test_another_orders_link_can_not_be_taken_back_here(somebody: Enter, ask: Ask) -> None:
    mine, other = order_in_state("placed", ask), order_in_state("placed", ask)
    link = db.session.scalars(select(OrderLink).where(OrderLink.order_id == other.id)).one()
    answer = somebody("sales").press(place(mine), "revoke_link", link_id=str(link.id))
    assert answer.status == 422
    assert "doesn't belong to the order" in answer.said()
    db.session.refresh(link)
    assert link.revoked_at is None


def test_cancelling_is_refused_once_pieces_are_made(somebody: Enter) -> None:
    from app.production import verbs as production_verbs
    from tests.production.conftest import open_all

    order = placed_order([10])
    job = open_all(jobs_for(order)[0])
    production_verbs.start_operation(job.operations[0].id, actor=ME)
    person = somebody("sales")
    page = person.get(place(order))
    assert "cancel" not in page.verbs
    assert "in production or already made" in page.words
    form = {"csrf_token": person.token(place(order)), "reason": "Changed their mind."}
    answer = person.send(f"{place(order)}/cancel", form)
    assert answer.status == 409
    assert "in production" in answer.said()
    assert fresh(order).state == "placed"


def test_the_short_timeline_leaves_the_routine_out_and_the_whole_one_nothing(
    somebody: Enter,
    ask: Ask,
) -> None:
    order = order_in_state("placed", ask)
    person = somebody("owner")

    def names(page: Page) -> list[str]:
        return [str(one.get("data-event")) for one in page.all("[data-event]")]

    short = names(person.get(place(order)))
    assert "link.issued" not in short and "quote.accepted" in short
    query = select(Event.name).where(Event.stream_id == order.id).order_by(Event.stream_seq.desc())
    assert names(person.get(f"{place(order)}?timeline=all")) == list(db.session.scalars(query))
    live = person.get(f"{place(order)}/live?timeline=all")
    assert len(names(live)) > len(short)


def test_a_placed_orders_word_comes_from_its_pieces(somebody: Enter) -> None:
    from app.production import verbs as production_verbs
    from tests.production.conftest import open_all

    order = placed_order([10])
    job = open_all(jobs_for(order)[0])
    person = somebody("owner")
    assert "Placed" in person.get(place(order)).said(".title-row")
    production_verbs.start_operation(job.operations[0].id, actor=ME)
    production_verbs.count_pieces(job.operations[0].id, spoiled=1, cause="Scratch", actor=ME)
    page = person.get(place(order))
    assert "In production" in page.said(".title-row")
    assert "In production" in page.said("[aria-current=step]")


# -- how much it asks of the database ----------------------------------------------------------------
def order_with_lines(count: int, ask: Ask, state: str) -> Order:
    """An order of `count` lines with a file each, in `state`."""
    order = ask(wanted=[CARD] * count)
    for line in order.lines:
        slot = db.session.get_one(busy_shop.ArtworkSlot, line.artwork_slot_id)
        busy_shop.version(slot, f"file-{line.position}.pdf")
    order_verbs.start_estimate(order.id, actor=ME)
    if state != "estimating":
        order_verbs.send_quote(order.id, actor=ME)
    if state == "placed":
        order_verbs.accept_quote(order.id, 1, "Ada Example", actor=customer_of(order))
        jobs_for(order)
    db.session.flush()
    return order


@pytest.mark.parametrize("state", ["estimating", "quoted", "placed"])
def test_three_lines_ask_the_database_no_more_than_one(
    ask: Ask,
    queries: Callable[[Callable[[], Any]], int],
    state: str,
    app: Any,
) -> None:
    def cost(order_id: uuid.UUID) -> int:
        db.session.commit()
        db.session.expunge_all()
        order = db.session.get_one(Order, order_id)
        with app.test_request_context():
            return queries(lambda: OrderView(order).lines[-1].words)

    one, three = (order_with_lines(count, ask, state).id for count in (1, 3))
    assert cost(three) == cost(one) <= 30


def test_the_page_itself_asks_no_more_for_three_lines_than_for_one(
    somebody: Enter,
    ask: Ask,
    queries: Callable[[Callable[[], Any]], int],
) -> None:
    person = somebody("owner")
    few, many = order_with_lines(1, ask, "placed"), order_with_lines(3, ask, "placed")
    addresses = [place(few), place(many)]
    person.get(addresses[0])
    costs = [queries(lambda at=at: person.get(at)) for at in addresses]
    assert costs[0] == costs[1]


def test_the_page_says_who_put_it_on_hold_and_offers_the_fields(somebody: Enter) -> None:
    order = placed_order()
    db.session.commit()
    person = somebody("sales")
    page = person.get(f"/admin/order/{order.ref}")
    fields = page.form("hold")
    assert {"reason", "follow_up_on", "release_permission"} <= set(fields)
    person.press(page, "hold", reason="Waiting for paper.", follow_up_on="2031-02-03")
    said = person.get(f"/admin/order/{order.ref}").said(".notice-held")
    assert f"Put on hold by {person.staff.name}" in said
    assert "3 February 2031" in said or "3 Feb 2031" in said
