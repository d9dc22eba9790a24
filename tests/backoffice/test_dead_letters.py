"""Dead letters: what failed for good, why, and the replay: effect, event, second click, wrong person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.deliveries import Delivery
from app.core.events import Event
from tests.backoffice import busy_shop
from tests.backoffice.conftest import Person, refusals
from tests.order_rows import placed_order

Enter = Callable[..., Person]
LIST = "/admin/dead-letters/"


def replayed(row: Delivery) -> list[Event]:
    query = select(Event).where(Event.name == "delivery.replayed", Event.subject_id == row.id)
    return list(db.session.scalars(query))


def test_an_empty_list_says_so_and_counts_nothing(somebody: Enter) -> None:
    page = somebody("owner").get(LIST)
    assert "No failed tasks" in page.words
    link = page.all(f'.side-link[href="{LIST}"]')[0]
    assert not link.cssselect(".side-count")


def test_what_failed_for_good_is_listed_with_its_cause_and_counted_in_red(somebody: Enter) -> None:
    order = placed_order()
    busy_shop.dead_letter(order)
    page = somebody("owner").get(LIST)
    said = " ".join(page.all("tbody tr")[0].text_content().split())
    assert "Write letter" in said
    assert order.ref in said
    assert "the mail server did not answer" in said
    assert page.all(".side-count.hot")[-1].text_content() == "1"


def test_only_dead_deliveries_are_listed_and_opened(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    row.state = "done"
    owner = somebody("owner")
    assert not owner.get(LIST).all("tbody tr")
    assert owner.get(f"{LIST}details/?id={row.id}").status == 404


def test_why_it_failed_and_what_a_replay_does_stands_on_its_page(somebody: Enter) -> None:
    tired = busy_shop.dead_letter(placed_order())
    refused = busy_shop.dead_letter(placed_order(), "NotFound: There is no such <b>order</b>.")
    refused.attempts = 1
    owner = somebody("owner")
    page = owner.get(f"{LIST}details/?id={tired.id}")
    assert page.all(".dead-why")[0].text == "the mail server did not answer"
    assert "tried 8 times" in page.words
    page = owner.get(f"{LIST}details/?id={refused.id}")
    assert page.all(".dead-why")[0].text_content() == "There is no such <b>order</b>."
    assert "so it was not retried" in page.words
    assert page.all(f'a[href="/admin/events/details/?id={refused.event_id}"]')


def test_a_replay_gives_it_back_and_is_written_down(somebody: Enter) -> None:
    order = placed_order()
    row = busy_shop.dead_letter(order)
    owner = somebody("owner")
    answer = owner.press(LIST, "replay")
    assert answer.status == 303
    db.session.refresh(row)
    assert (row.state, row.attempts, row.enqueued_at) == ("pending", 0, None)
    event = replayed(row)[0]
    assert (event.stream_id, event.actor_id, event.door) == (order.id, owner.staff.id, "backoffice")
    assert event.before["state"] == "dead"
    assert event.before["attempts"] == 8
    assert event.after["state"] == "pending"
    page = owner.get(LIST)
    assert "The task is being retried now." in page.said()
    assert "No failed tasks" in page.words


def test_a_second_click_says_so_and_changes_nothing(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    owner = somebody("owner")
    page = owner.get(LIST)
    owner.press(page, "replay")
    owner.get(LIST)
    assert owner.press(page, "replay").status == 303
    assert "already done" in owner.get(LIST).said()
    assert len(replayed(row)) == 1


def test_what_was_delivered_meanwhile_is_not_replayed(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    owner = somebody("owner")
    page = owner.get(LIST)
    row.state = "done"
    answer = owner.press(page, "replay")
    assert (answer.status, "already done" in answer.words) == (409, True)
    assert not replayed(row)


def test_it_can_be_replayed_from_its_own_page_after_it_died_again(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    owner = somebody("owner")
    owner.press(f"{LIST}details/?id={row.id}", "replay")
    db.session.refresh(row)
    row.state = "dead"
    page = owner.get(f"{LIST}details/?id={row.id}")
    assert page.all("aside .timeline li")
    owner.press(page, "replay")
    assert len(replayed(row)) == 2


def test_who_may_see_them_may_not_therefore_replay(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    finance = somebody("finance")
    page = finance.get(LIST)
    assert page.status == 200
    assert "replay" not in page.verbs
    assert "An owner can replay it" in finance.get(f"{LIST}details/?id={row.id}").words
    answer = finance.send(f"{LIST}{row.id}/replay", {"csrf_token": finance.token(LIST)})
    assert answer.status == 403
    db.session.refresh(row)
    assert row.state == "dead"
    assert not replayed(row)
    assert refusals(finance)[-1].data["permission"] == "deadletter.replay"


def test_they_are_not_for_the_floor_nor_for_strangers(somebody: Enter, client: Any) -> None:
    assert somebody("operator").get(LIST).status == 403
    assert client.get(LIST).status_code == 303


def test_without_the_token_of_its_form_nothing_is_replayed(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    assert somebody("owner").send(f"{LIST}{row.id}/replay", {}).status == 400
    db.session.refresh(row)
    assert row.state == "dead"


@pytest.mark.parametrize("delivery_id", ["01930000-0000-7000-8000-00000000dead", "1", "nonsense"])
def test_an_unknown_letter_is_not_found(somebody: Enter, delivery_id: str) -> None:
    busy_shop.dead_letter(placed_order())
    owner = somebody("owner")
    token = owner.token(LIST)
    answer = owner.send(f"{LIST}{delivery_id}/replay", {"csrf_token": token})
    assert answer.status == 404
    assert owner.get(f"{LIST}details/?id={delivery_id}").status == 404


def test_several_ticked_rows_are_replayed_at_once_and_each_is_written_down(somebody: Enter) -> None:
    rows = [busy_shop.dead_letter(placed_order()) for _ in range(3)]
    owner = somebody("owner")
    data = {
        "csrf_token": owner.token(LIST),
        "action": "replay",
        "rowid": [str(r.id) for r in rows[:2]],
    }
    assert owner.send(f"{LIST}action/", data).status == 303
    assert "Replay: 2 of 2 done." in owner.get(LIST).said()
    assert [len(replayed(row)) for row in rows] == [1, 1, 0]
    again = owner.send(f"{LIST}action/", data)
    assert again.status == 409
    assert "already running" in again.said()
    assert [len(replayed(row)) for row in rows] == [1, 1, 0]


@pytest.mark.parametrize(
    ("role", "more", "status"),
    [("finance", {"action": "replay"}, 403), ("owner", {"action": "delete"}, 404)],
)
def test_ticked_rows_take_no_other_verb_and_nobody_without_the_right(
    somebody: Enter, role: str, more: dict[str, str], status: int
) -> None:
    row = busy_shop.dead_letter(placed_order())
    person = somebody(role)
    assert not person.get(LIST).all("[data-bulkbar]") or role == "owner"
    data = {"csrf_token": person.token(LIST), "rowid": str(row.id), **more}
    assert person.send(f"{LIST}action/", data).status == status
    assert not replayed(row)


def test_without_a_ticked_row_nothing_is_replayed(somebody: Enter) -> None:
    row = busy_shop.dead_letter(placed_order())
    owner = somebody("owner")
    owner.send(f"{LIST}action/", {"csrf_token": owner.token(LIST), "action": "replay"})
    assert "Select rows first." in owner.get(LIST).said()
    assert not replayed(row)
