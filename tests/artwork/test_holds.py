"""Artwork on hold: what stops meanwhile, who lets it go on, what the page and the to-dos say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.artwork import verbs as artwork_verbs
from app.artwork.todo import TODOS
from app.core.clock import today
from app.core.errors import AlreadyDone, BadInput, NotAllowed, WrongState
from app.core.holds import open_hold
from tests.artwork.conftest import DESIGN, events_of, last_event
from tests.backoffice import busy_shop
from tests.order_rows import placed_order, staff_actor

FOLLOW_UP = next(todo for todo in TODOS if todo.key == "artwork_holds")
WHY = "The customer checks the trademark."


def test_while_artwork_is_on_hold_nothing_is_approved_and_no_proof_is_sent(shop):
    slot = shop.in_review(DESIGN, send_when_signed=False)
    artwork_verbs.hold(slot.id, WHY, actor=shop.prepress)
    with pytest.raises(WrongState, match="on hold: The customer checks"):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    artwork_verbs.resume(slot.id, actor=shop.prepress)
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    artwork_verbs.hold(slot.id, WHY, actor=shop.prepress)
    with pytest.raises(WrongState, match="on hold"):
        artwork_verbs.send_proof(slot.id, actor=shop.prepress)
    artwork_verbs.resume(slot.id, actor=shop.prepress)
    assert artwork_verbs.send_proof(slot.id, actor=shop.prepress).answer == "sent"


def test_the_customer_can_approve_nothing_meanwhile_and_is_not_told_the_reason(shop):
    slot = shop.sent()
    artwork_verbs.hold(slot.id, WHY, actor=shop.prepress)
    with pytest.raises(WrongState, match="Your artwork is on hold") as refused:
        shop.sign(slot)
    assert "trademark" not in f"{refused.value} {refused.value.next_step}"
    assert slot.state == "proof_sent"
    artwork_verbs.resume(slot.id, actor=shop.prepress)
    shop.sign(slot)
    assert slot.state == "approved"


def test_a_hold_and_its_release_are_recorded(shop):
    slot = shop.in_review(DESIGN)
    artwork_verbs.hold(
        slot.id, WHY, follow_up_on=today(), release_permission="proof.send", actor=shop.prepress
    )
    hold = open_hold(slot)
    assert (hold.reason, hold.owner_label) == (WHY, shop.prepress.label)
    event = last_event(shop)
    assert (event.name, event.data["release_permission"]) == ("artwork.held", "proof.send")
    artwork_verbs.resume(slot.id, actor=staff_actor("sales"))
    assert events_of(shop)[-2:] == ["artwork.held", "artwork.resumed"]
    assert open_hold(slot) is None


def test_a_second_click_the_wrong_person_and_approved_artwork_are_refused(shop):
    slot = shop.in_review(DESIGN)
    for person in (shop.operator, shop.customer):
        with pytest.raises(NotAllowed):
            artwork_verbs.hold(slot.id, WHY, actor=person)
    with pytest.raises(BadInput, match="why the artwork is on hold"):
        artwork_verbs.hold(slot.id, " ", actor=shop.prepress)
    artwork_verbs.hold(slot.id, WHY, actor=shop.prepress)
    with pytest.raises(AlreadyDone):
        artwork_verbs.hold(slot.id, WHY, actor=shop.prepress)
    with pytest.raises(NotAllowed):
        artwork_verbs.resume(slot.id, actor=shop.operator)
    artwork_verbs.resume(slot.id, actor=shop.prepress)
    with pytest.raises(AlreadyDone):
        artwork_verbs.resume(slot.id, actor=shop.prepress)
    with pytest.raises(WrongState):
        artwork_verbs.hold(shop.approved().id, WHY, actor=shop.prepress)


def test_a_hold_is_followed_up_from_its_day_on(app, session):
    due, later = (busy_shop.slot(placed_order(), "internal_review") for _ in range(2))
    for slot, days in ((due, 0), (later, 2)):
        day = today() + timedelta(days)
        artwork_verbs.hold(slot.id, WHY, follow_up_on=day, actor=staff_actor("prepress"))
    with app.test_request_context():
        [item] = FOLLOW_UP.find(10).items
    assert item.order_id == due.stream_id
    assert WHY in item.title
