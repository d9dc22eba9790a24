"""What staff decide: let through, sign inside, send out, send back."""

from __future__ import annotations

import pytest

from app.artwork import verbs as artwork_verbs
from app.catalog.properties import Artwork
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState

from .conftest import DESIGN, events_of, last_event


def test_an_override_lets_a_held_file_through_with_its_reason(shop):
    slot = shop.held()
    row = artwork_verbs.override(slot.id, "The customer wants it small.", actor=shop.prepress)
    assert slot.state == "internal_review"
    assert slot.hold_reason is None
    assert (row.stage, row.answer, row.note) == (
        "override",
        "approved",
        "The customer wants it small.",
    )
    event = last_event(shop)
    assert event.name == "artwork.overridden"
    assert (event.before, event.after) == ({"state": "on_hold"}, {"state": "internal_review"})


def test_an_override_needs_reason_right_and_hold(shop):
    slot = shop.held()
    with pytest.raises(BadInput):
        artwork_verbs.override(slot.id, "  ", actor=shop.prepress)
    for person in (shop.operator, shop.customer):
        with pytest.raises(NotAllowed):
            artwork_verbs.override(slot.id, "Fine.", actor=person)
    artwork_verbs.override(slot.id, "Fine.", actor=shop.prepress)
    with pytest.raises(AlreadyDone):
        artwork_verbs.override(slot.id, "Fine.", actor=shop.prepress)
    with pytest.raises(WrongState):
        artwork_verbs.override(shop.slot().id, "Fine.", actor=shop.prepress)


def test_the_internal_signature_sends_the_design_at_once(shop):
    slot = shop.in_review(DESIGN)
    row = artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    assert (row.stage, row.answer, row.actor_label) == ("internal", "approved", "Test Prepress")
    assert Artwork.model_validate(row.rule) == slot.requirement
    assert slot.state == "proof_sent"
    assert events_of(shop)[-2:] == ["proof.signed_internally", "proof.sent"]
    assert last_event(shop).after == {"state": "proof_sent"}


def test_the_rule_can_ask_for_two_steps(shop):
    slot = shop.in_review(DESIGN, send_when_signed=False)
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    assert slot.state == "internal_review"
    artwork_verbs.send_proof(slot.id, actor=shop.prepress)
    assert slot.state == "proof_sent"
    with pytest.raises(AlreadyDone):
        artwork_verbs.send_proof(slot.id, actor=shop.prepress)


def test_nothing_is_sent_that_nobody_signed_inside(shop):
    slot = shop.in_review(DESIGN)
    with pytest.raises(WrongState, match="Nobody has approved"):
        artwork_verbs.send_proof(slot.id, actor=shop.prepress)


def test_a_second_internal_signature_changes_nothing(shop):
    slot = shop.in_review(DESIGN, send_when_signed=False)
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    before = events_of(shop)
    with pytest.raises(AlreadyDone):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    assert events_of(shop) == before


def test_the_internal_signature_is_for_the_newest_version(shop):
    slot = shop.in_review(DESIGN)
    shop.with_file(slot)
    with pytest.raises(Stale, match="A newer version exists"):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)


def test_a_held_file_is_not_signed(shop):
    slot = shop.held()
    with pytest.raises(WrongState):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)


def test_nothing_is_signed_before_the_proof_is_made(shop):
    slot = shop.in_review()
    with pytest.raises(WrongState, match="still being made"):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)


def test_only_prepress_signs_and_sends(shop):
    slot = shop.in_review(DESIGN, send_when_signed=False)
    for person in (shop.operator, shop.customer):
        with pytest.raises(NotAllowed):
            artwork_verbs.approve_internally(slot.id, 1, actor=person)
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    for person in (shop.operator, shop.customer):
        with pytest.raises(NotAllowed):
            artwork_verbs.send_proof(slot.id, actor=person)


@pytest.mark.parametrize("state", ["held", "in_review"])
def test_a_file_sent_back_asks_the_customer_for_another(shop, state):
    slot = getattr(shop, state)()
    row = artwork_verbs.request_new_file(slot.id, "Please add 3 mm of bleed.", actor=shop.prepress)
    assert (slot.state, slot.last_problem) == ("awaiting_file", "Please add 3 mm of bleed.")
    assert (row.stage, row.answer) == ("internal", "changes_requested")
    assert last_event(shop).name == "artwork.sent_back"
    with pytest.raises(AlreadyDone):
        artwork_verbs.request_new_file(slot.id, "Please add 3 mm of bleed.", actor=shop.prepress)


def test_sending_back_needs_words_and_the_right(shop):
    slot = shop.held()
    with pytest.raises(BadInput):
        artwork_verbs.request_new_file(slot.id, "", actor=shop.prepress)
    with pytest.raises(NotAllowed):
        artwork_verbs.request_new_file(slot.id, "Please.", actor=shop.operator)
    with pytest.raises(WrongState):
        artwork_verbs.request_new_file(shop.approved().id, "Please.", actor=shop.prepress)
