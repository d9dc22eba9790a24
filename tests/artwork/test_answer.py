"""The customer signs exactly what was shown, or asks for changes; production gets nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.artwork import verbs as artwork_verbs
from app.artwork.models import Approval
from app.artwork.services.output import (
    NotApproved,
    approved_output,
    visible_version,
)
from app.catalog.properties import Artwork
from app.core.clock import now
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState

from .conftest import events_of, last_event


def test_a_signature_approves_exactly_the_file_that_was_shown(shop):
    slot = shop.sent()
    seen = visible_version(slot.id)
    row = shop.sign(slot, typed_name="  Test   Customer ", ip="192.0.2.7")
    assert slot.state == "approved"
    assert (row.stage, row.answer, row.typed_name) == ("customer", "approved", "Test Customer")
    assert row.source_sha256 == seen.sha256
    assert row.ip == "192.0.2.7"
    assert Artwork.model_validate(row.rule) == slot.requirement
    event = last_event(shop)
    assert event.name == "proof.signed"
    assert (event.before, event.after) == ({"state": "proof_sent"}, {"state": "approved"})
    assert event.data["typed_name"] == "Test Customer"
    asset, sha256 = approved_output(slot.id)
    assert (asset.id, sha256) == (seen.asset.id, seen.sha256)


def test_a_second_click_signs_nothing(shop):
    slot = shop.approved()
    before = events_of(shop)
    with pytest.raises(AlreadyDone):
        shop.sign(slot)
    assert events_of(shop) == before


@pytest.mark.parametrize("name", ["", " ", "J", "x", "xx", "J. K.", "12", "--"])
def test_a_signature_needs_a_name(shop, name):
    slot = shop.sent()
    with pytest.raises(BadInput) as caught:
        shop.sign(slot, typed_name=name)
    assert caught.value.field == "typed_name"
    assert slot.state == "proof_sent"


def test_a_signature_for_an_older_version_is_stale(shop):
    slot = shop.sent()
    seen = visible_version(slot.id)
    shop.with_file(slot)
    artwork_verbs.approve_internally(slot.id, 2, actor=shop.prepress)
    with pytest.raises(Stale, match="A newer version exists"):
        shop.sign(slot, version=seen.number, sha256=seen.sha256)
    assert slot.state == "proof_sent"


def test_a_signature_for_another_file_is_stale(shop):
    slot = shop.sent()
    with pytest.raises(Stale, match="A newer version exists"):
        shop.sign(slot, sha256="0" * 64)


def test_a_signature_while_a_new_file_is_checked_is_stale(shop):
    slot = shop.sent()
    artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer)
    with pytest.raises(Stale, match="A newer version exists"):
        shop.sign(slot)


def test_nothing_is_signed_that_was_not_sent(shop):
    slot = shop.in_review()
    with pytest.raises(WrongState):
        shop.sign(slot)


def test_only_this_order_s_customer_signs(shop):
    slot = shop.sent()
    for person in (shop.stranger, shop.prepress, shop.operator):
        with pytest.raises(NotAllowed):
            shop.sign(slot, actor=person)
        with pytest.raises(NotAllowed):
            artwork_verbs.request_changes(slot.id, "Larger.", actor=person)
    assert slot.state == "proof_sent"


def test_asked_changes_stop_the_version(shop):
    slot = shop.sent()
    row = artwork_verbs.request_changes(slot.id, "Should be “potatoes”.", actor=shop.customer)
    assert slot.state == "changes_requested"
    assert (row.answer, row.note) == ("changes_requested", "Should be “potatoes”.")
    event = last_event(shop)
    assert event.name == "artwork.changes_requested"
    assert event.data["note"] == "Should be “potatoes”."
    with pytest.raises(AlreadyDone):
        artwork_verbs.request_changes(slot.id, "Again.", actor=shop.customer)
    with pytest.raises(AlreadyDone):
        shop.sign(slot)
    with pytest.raises(NotApproved):
        approved_output(slot.id)


def test_asked_changes_need_words_and_a_proof_that_is_out(shop):
    with pytest.raises(BadInput):
        artwork_verbs.request_changes(shop.sent().id, " ", actor=shop.customer)
    with pytest.raises(WrongState):
        artwork_verbs.request_changes(shop.in_review().id, "Larger.", actor=shop.customer)
    with pytest.raises(WrongState):
        artwork_verbs.request_changes(shop.slot().id, "Larger.", actor=shop.customer)


def test_nothing_is_made_without_a_signature(shop):
    for slot in (shop.slot(), shop.held(), shop.in_review(), shop.sent()):
        with pytest.raises(NotApproved):
            approved_output(slot.id)


def test_nothing_is_made_from_another_file_than_the_signed_one(shop):
    slot = shop.approved()
    _, sha256 = approved_output(slot.id)
    assert approved_output(slot.id, source_sha256=sha256)[1] == sha256
    with pytest.raises(NotApproved, match="not the one that was approved"):
        approved_output(slot.id, source_sha256="0" * 64)


def test_silence_never_approves(shop):
    slot = shop.sent()
    with time_machine.travel(now() + timedelta(days=60)), pytest.raises(NotApproved):
        approved_output(slot.id)
    assert slot.state == "proof_sent"


def test_the_database_refuses_a_customer_s_approval_without_a_name(shop):
    slot = shop.sent()
    row = db.session.scalars(sa.select(Approval).where(Approval.slot_id == slot.id)).first()
    copy = {
        column.key: getattr(row, column.key)
        for column in Approval.__table__.columns
        if column.key not in {"id", "created_at"}
    }
    copy |= {"position": 99, "stage": "customer", "answer": "approved", "typed_name": None}
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.insert(Approval).values(copy))


@pytest.mark.parametrize("table", ["approvals", "artwork_versions", "preflight_reports", "proofs"])
@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = now()", "DELETE FROM {}"])
def test_the_application_can_not_rewrite_what_was_said(shop, table, change):
    shop.approved()
    with pytest.raises(sa.exc.ProgrammingError), db.session.begin_nested():
        db.session.execute(sa.text(change.format(table)))
