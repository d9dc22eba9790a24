"""The state follows from the approvals, and the invariants find every row that breaks it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.artwork import invariants
from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot, ArtworkVersion
from app.artwork.services.output import NotApproved, approved_output
from app.artwork.services.slots import file_refused
from app.artwork.states import ARTWORK, derived_state
from app.core.db import db


@pytest.mark.parametrize(
    ("verdict", "said", "state"),
    [
        (None, [], "awaiting_file"),
        ("passed", [], "internal_review"),
        ("failed", [], "on_hold"),
        ("failed", [("override", "approved")], "internal_review"),
        ("passed", [("internal", "approved")], "internal_review"),
        ("passed", [("internal", "approved"), ("internal", "sent")], "proof_sent"),
        ("passed", [("internal", "sent"), ("customer", "approved")], "approved"),
        ("passed", [("internal", "sent"), ("customer", "changes_requested")], "changes_requested"),
        ("failed", [("internal", "changes_requested")], "awaiting_file"),
        ("passed", [("customer", "approved"), ("customer", "superseded")], "awaiting_file"),
    ],
)
def test_what_was_said_gives_the_state(verdict, said, state):
    assert derived_state(verdict, said) == state
    assert derived_state(verdict, said, is_checking=True) == "checking"


def test_every_state_of_the_chart_has_its_word_for_the_customer():
    assert all(state.customer_word for state in ARTWORK.table.values())


def test_the_state_follows_along_a_whole_life(shop):
    slot = shop.slot()
    steps = [
        lambda: shop.with_file(slot, shop.stored(), "one.pdf"),
        lambda: artwork_verbs.request_new_file(slot.id, "Please larger.", actor=shop.prepress),
        lambda: artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer),
        lambda: file_refused(slot.id, "Cut off.", actor=artwork_system()),
        lambda: shop.with_file(slot),
        lambda: shop.make_proof(slot),
        lambda: artwork_verbs.approve_internally(slot.id, 2, actor=shop.prepress),
        lambda: artwork_verbs.request_changes(slot.id, "Rounder.", actor=shop.customer),
        lambda: shop.with_file(slot),
        lambda: shop.make_proof(slot),
        lambda: artwork_verbs.approve_internally(slot.id, 3, actor=shop.prepress),
        lambda: shop.sign(slot),
        lambda: artwork_verbs.add_file(slot.id, shop.upload().id, actor=shop.customer),
    ]
    seen = []
    for step in steps:
        step()
        db.session.expire_all()
        assert list(invariants.states_follow()) == []
        seen.append(slot.state)
    assert seen[-2:] == ["approved", "checking"]
    assert set(seen) == set(ARTWORK.states) - {"on_hold"}


def artwork_system():
    from app.core.actor import system

    return system()


def test_the_invariants_hold_for_a_signed_slot(shop):
    shop.approved()
    shop.held()
    for finder in (
        invariants.states_follow,
        invariants.signed_files,
        invariants.versions_count,
        invariants.written_once,
    ):
        assert list(finder()) == []


def test_a_state_that_was_set_past_the_chart_is_found(shop):
    slot = shop.held()
    db.session.execute(
        sa.update(ArtworkSlot).where(ArtworkSlot.id == slot.id).values(state="approved")
    )
    db.session.expire_all()
    (found,) = invariants.states_follow()
    assert str(slot.id) in found
    assert "on_hold" in found


def test_a_missing_version_is_found(shop):
    slot = shop.in_review()
    first = slot.versions[0]
    db.session.add(
        ArtworkVersion(
            slot_id=slot.id,
            number=3,
            asset_id=first.asset_id,
            file_name="lost.pdf",
            uploaded_by_label="Test",
        )
    )
    db.session.flush()
    assert len(list(invariants.versions_count())) == 2


def test_a_signature_under_another_file_is_found(shop):
    slot = shop.approved()
    asset = slot.versions[0].asset
    db.session.execute(
        sa.text("UPDATE assets SET sha256 = :other WHERE id = :id"),
        {"other": "0" * 64, "id": asset.id},
    )
    assert list(invariants.signed_files())
    db.session.expire_all()
    with pytest.raises(NotApproved):
        approved_output(slot.id)


def test_a_table_without_its_guard_is_found(committed):
    with committed.owner_engine.begin() as owner:
        owner.execute(sa.text("ALTER TABLE approvals DISABLE TRIGGER approvals_append_only"))
    with committed.app.app_context():
        (found,) = invariants.written_once()
    assert "approvals" in found
