"""A slot takes files at any time; each new one voids what was said before."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from pydantic import ValidationError

from app.artwork import verbs as artwork_verbs
from app.artwork.services.approvals import newest_version
from app.artwork.services.output import NotApproved, approved_output
from app.artwork.services.slots import add_version, file_refused, open_slot, slot_checking
from app.catalog.properties import Artwork
from app.core.actor import system
from app.core.db import db
from app.core.errors import AlreadyDone, NotAllowed, NotFound, Refused, WrongState

from .conftest import CARD, events_of, last_event


def test_a_new_slot_waits_for_its_file_and_keeps_the_rule(shop):
    slot = shop.slot(build_volume_mm=[Decimal("90"), "90", 90])
    assert slot.state == "awaiting_file"
    db.session.commit()
    assert slot.requirement.trim_width_mm == 105
    assert slot.requirement.build_volume_mm == (90, 90, 90)


def test_a_rule_with_an_unknown_kind_of_approval_is_refused(shop):
    with pytest.raises(ValidationError):
        shop.slot(CARD, approval="nod")


def test_nobody_without_the_right_opens_a_slot(shop):
    with pytest.raises(NotAllowed):
        open_slot(shop.order_id, "Print file", Artwork(), actor=shop.operator)


def test_an_attached_upload_is_checked_first(shop):
    slot = shop.slot()
    upload = shop.upload()
    artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)
    assert slot.state == "checking"
    assert slot_checking(upload.id) is slot
    event = last_event(shop)
    assert event.name == "artwork.file_received"
    assert event.before == {"state": "awaiting_file"}
    assert event.after == {"state": "checking"}
    assert event.data["file_name"] == "card.pdf"
    assert event.actor_label == "Test Customer"


def test_the_same_upload_twice_changes_nothing(shop):
    slot = shop.slot()
    upload = shop.upload()
    artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)
    with pytest.raises(AlreadyDone):
        artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)
    assert events_of(shop) == ["artwork.file_received"]


def test_an_upload_that_became_a_version_is_not_taken_again(shop):
    slot = shop.slot()
    upload = shop.upload(shop.stored())
    artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)
    with pytest.raises(AlreadyDone):
        artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)


def test_another_customer_cannot_send_a_file_to_this_order(shop):
    slot = shop.slot()
    with pytest.raises(NotAllowed):
        artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.stranger)
    assert slot.state == "awaiting_file"


def test_an_upload_of_another_order_or_browser_is_not_found(shop):
    slot = shop.slot()
    foreign = shop.upload(stream_id=uuid.uuid4())
    with pytest.raises(NotFound):
        artwork_verbs.add_file(slot.id, foreign.id, actor=shop.customer)
    with pytest.raises(NotFound):
        artwork_verbs.add_file(
            slot.id, shop.upload().id, actor=shop.customer, owner_key="another browser"
        )


def test_a_refused_upload_is_refused_with_its_own_sentence(shop):
    slot = shop.slot()
    upload = shop.upload(state="refused", refusal="We can't take EPS.")
    with pytest.raises(Refused, match="We can't take EPS"):
        artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)


def test_a_file_that_was_checked_before_becomes_a_version_at_once(shop):
    slot = shop.slot()
    asset = shop.stored()
    shop.with_file(slot, asset)
    version = newest_version(slot.id)
    assert (version.number, version.asset_id) == (1, asset.id)
    assert version.uploaded_by_label == "Test Customer"
    assert slot.state == "internal_review"
    assert slot.upload_id is None
    assert events_of(shop) == ["artwork.file_received", "artwork.checked"]


def test_a_checked_upload_becomes_the_next_version(shop):
    slot = shop.slot()
    upload = shop.upload(name="second.pdf")
    artwork_verbs.add_file(slot.id, upload.id, actor=shop.customer)
    asset = shop.stored()
    version = add_version(slot.id, asset.id, upload.file_name, actor=system())
    assert (version.number, version.file_name) == (1, "second.pdf")
    assert version.report.verdict in {"passed", "warned"}
    event = last_event(shop)
    assert event.name == "artwork.checked"
    assert event.after == {"state": "internal_review"}
    assert event.data["sha256"] == asset.sha256
    with pytest.raises(AlreadyDone):
        add_version(slot.id, asset.id, upload.file_name, actor=system())


def test_only_staff_who_check_artwork_add_a_version_by_hand(shop):
    slot = shop.slot()
    artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer)
    for person in (shop.customer, shop.operator):
        with pytest.raises(NotAllowed):
            add_version(slot.id, shop.stored().id, "card.pdf", actor=person)


def test_a_file_that_fails_preflight_is_held_with_the_reason(shop):
    slot = shop.held()
    assert slot.hold_reason
    event = last_event(shop)
    assert event.name == "artwork.on_hold"
    assert event.data["reason"] == slot.hold_reason
    assert newest_version(slot.id).report.verdict == "failed"


def test_a_refused_file_gives_the_slot_back_with_the_sentence(shop):
    slot = shop.slot()
    artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer)
    file_refused(slot.id, "The PDF document is cut off.", actor=system())
    assert (slot.state, slot.last_problem) == ("awaiting_file", "The PDF document is cut off.")
    assert slot.upload_id is None
    assert last_event(shop).name == "artwork.file_refused"
    with pytest.raises(AlreadyDone):
        file_refused(slot.id, "Again.", actor=system())


def test_a_slot_in_review_has_no_file_to_refuse(shop):
    slot = shop.in_review()
    with pytest.raises(WrongState):
        file_refused(slot.id, "No.", actor=system())


def test_customers_do_not_refuse_files(shop):
    slot = shop.slot()
    artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer)
    with pytest.raises(NotAllowed):
        file_refused(slot.id, "No.", actor=shop.customer)


@pytest.mark.parametrize("state", ["in_review", "held", "sent", "approved"])
def test_a_new_file_voids_whatever_was_said(shop, state):
    slot = getattr(shop, state)()
    artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer)
    assert slot.state == "checking"
    assert slot.hold_reason is None
    with pytest.raises(NotApproved):
        approved_output(slot.id)


def test_a_new_version_after_an_approval_needs_a_new_signature(shop):
    slot = shop.approved()
    shop.with_file(slot)
    assert newest_version(slot.id).number == 2
    assert slot.state == "internal_review"
    with pytest.raises(NotApproved):
        approved_output(slot.id)


def test_a_file_that_arrives_while_another_is_checked_takes_its_place(shop):
    slot = shop.slot()
    first, second = shop.upload(), shop.upload(name="better.pdf")
    artwork_verbs.add_file(slot.id, first.id, actor=shop.customer)
    artwork_verbs.add_file(slot.id, second.id, actor=shop.customer)
    assert slot_checking(first.id) is None
    assert slot_checking(second.id) is slot
