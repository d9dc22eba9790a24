"""Looking at what will be made, signing it, asking for changes, sending the file."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests

from app.artwork import verbs as artwork_verbs
from app.artwork.models import ArtworkSlot
from app.catalog.models import Product
from app.catalog.revisions import revision_of
from app.core.actor import system
from app.core.db import db
from app.files.models import Upload
from app.orders.models import Order
from tests.files.sample_files import a_pdf
from tests.files.uploading import OWNER, check, send
from tests.portal.conftest import Page, Portal, events, requested, who
from tests.portal.test_uploads import sent

SIGN = {"typed_name": "Ada Example", "checked": "yes"}


def place(order: Any, action: str = "") -> str:
    return f"/orders/{order.ref}/proof/{order.lines[0].artwork_slot_id}{action}"


def slot_of(order: Any) -> ArtworkSlot:
    return db.session.get_one(ArtworkSlot, order.lines[0].artwork_slot_id)


def open_proof(portal: Portal, order: Any) -> Page:
    portal.open(order)
    return portal.get(place(order))


def newer_version(order: Any) -> None:
    """The shop puts in another file and sends it out."""
    upload = send(a_pdf(tint=0.7), "ring-2.pdf")
    check(upload)
    slot_id = order.lines[0].artwork_slot_id
    artwork_verbs.add_file(slot_id, upload.id, actor=system())
    artwork_verbs.approve_internally(slot_id, 2, actor=system(), send=True)


def test_exactly_what_was_shown_is_signed(portal: Portal, order_to_sign: Order) -> None:
    page = open_proof(portal, order_to_sign)
    assert "Review and approve" in page.words
    after = portal.send(page, "/approve_proof", SIGN)
    assert (after.status, slot_of(order_to_sign).state) == (200, "approved")
    (event,) = events("proof.signed")
    assert who(event) == ("customer", "link")
    assert event.data["typed_name"] == "Ada Example"
    assert event.data["sha256"] == (page.form("/approve_proof") or {})["sha256"]
    assert "Approved by you" in portal.get(place(order_to_sign)).words


def test_words_that_are_not_in_the_file_are_told_before_signing(
    portal: Portal, order_to_sign: Order
) -> None:
    line = order_to_sign.lines[0]
    asset = slot_of(order_to_sign).versions[-1].asset
    asset.facts = asset.facts.model_copy(update={"text_layer": "Robin & Sascha"})
    assert "Added by us, exactly as written: Engraving." in open_proof(portal, order_to_sign).words
    terms = line.specification
    field = terms.personalisation[0].model_copy(update={"use": "file"})
    product = db.session.get_one(Product, line.product_id)
    terms = terms.model_copy(update={"personalisation": [field]})
    line.product_revision_id = revision_of(product, terms)
    db.session.flush()
    page = portal.get(place(order_to_sign))
    assert "“R + S” (Engraving) was not found in the text of the file" in page.words


def test_a_second_click_on_sign_changes_nothing(portal: Portal, order_to_sign: Order) -> None:
    page = open_proof(portal, order_to_sign)
    portal.send(page, "/approve_proof", SIGN)
    again = portal.send(page, "/approve_proof", SIGN)
    assert (again.status, len(events("proof.signed"))) == (200, 1)
    assert "Nothing was changed" in again.words


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"typed_name": ""}, "typed_name", "Enter your full name to approve the proof."),
        ({"typed_name": "4711 \x00"}, "typed_name", "Enter your full name to approve the proof."),
        ({"typed_name": "A" * 300}, "typed_name", "Enter your full name to approve the proof."),
        ({"checked": ""}, "checked", "Confirm that you have checked the proof."),
    ],
)
def test_what_is_missing_is_said_on_the_same_page_and_the_rest_is_kept(
    portal: Portal, order_to_sign: Order, changes: dict[str, str], field: str, words: str
) -> None:
    page = portal.send(open_proof(portal, order_to_sign), "/approve_proof", SIGN | changes)
    assert (page.status, page.path) == (422, place(order_to_sign, "/approve_proof"))
    assert page.fault(field) == words
    assert slot_of(order_to_sign).state == "proof_sent"
    if field == "checked":
        assert (page.form("/approve_proof") or {})["typed_name"] == "Ada Example"


def test_an_older_version_is_not_signed_and_the_newer_one_is_shown(
    portal: Portal, order_to_sign: Order
) -> None:
    old_tab = open_proof(portal, order_to_sign)
    newer_version(order_to_sign)
    page = portal.send(old_tab, "/approve_proof", SIGN)
    assert (page.status, slot_of(order_to_sign).state) == (409, "proof_sent")
    assert "A newer version exists." in page.words
    assert (page.form("/approve_proof") or {})["version"] == "2"
    assert events("proof.signed") == []


def test_changes_are_asked_for_the_version_that_was_seen(
    portal: Portal, order_to_sign: Order
) -> None:
    page = open_proof(portal, order_to_sign)
    token = page.form("/approve_proof") or {}
    address = place(order_to_sign, "/request_changes")
    empty = portal.post(address, token | {"note": " ", "answer": "changes"})
    assert (empty.status, "Enter what should change." in empty.fault("note")) == (422, True)
    assert (empty.form("/approve_proof") or {})["answer"] == "changes"
    newer_version(order_to_sign)
    stale = portal.post(address, token | {"note": "Wider, please."})
    assert (stale.status, slot_of(order_to_sign).state) == (409, "proof_sent")
    assert (stale.form("/approve_proof") or {})["note"] == "Wider, please."
    now = portal.get(place(order_to_sign)).form("/approve_proof") or {}
    assert portal.post(address, now | {"note": "Wider, please."}).status == 303
    assert slot_of(order_to_sign).state == "changes_requested"
    (event,) = events("artwork.changes_requested")
    assert (who(event), event.data["note"]) == (("customer", "link"), "Wider, please.")
    portal.post(address, now | {"note": "Wider, please."})
    assert len(events("artwork.changes_requested")) == 1


@pytest.mark.parametrize("action", ["", "/news", "/paper", "/approve_proof", "/request_changes"])
def test_nobody_else_sees_or_signs_it(
    portal: Portal, order_to_sign: Order, stranger: Portal, action: str
) -> None:
    other = requested()
    stranger.open(other)
    form = {"csrf_token": stranger.token(), "version": "1", **SIGN}
    answer = stranger.post if action in {"/approve_proof", "/request_changes"} else stranger.get
    given = {"values": form} if action in {"/approve_proof", "/request_changes"} else {}
    assert answer(place(order_to_sign, action), **given).status == 404
    # one's own order_to_sign's number does not lead to another order_to_sign's slot
    borrowed = place(order_to_sign, action).replace(order_to_sign.ref, other.ref)
    assert answer(borrowed, **given).status == 404
    assert slot_of(order_to_sign).state == "proof_sent"


@pytest.mark.parametrize("action", ["/approve_proof", "/request_changes"])
def test_no_answer_is_taken_without_its_token(
    portal: Portal, order_to_sign: Order, action: str
) -> None:
    page = open_proof(portal, order_to_sign)
    form = (page.form("/approve_proof") or {}) | SIGN | {"note": "Wider", "csrf_token": ""}
    assert portal.post(place(order_to_sign, action), form).status == 400
    assert slot_of(order_to_sign).state == "proof_sent"


@pytest.mark.parametrize(
    "changes", [{"version": "x"}, {"version": ""}, {"proof_id": "x"}, {"version": "9" * 8}]
)
def test_a_form_that_was_changed_on_its_way_leads_nowhere(
    portal: Portal, order_to_sign: Order, changes: dict[str, str]
) -> None:
    page = open_proof(portal, order_to_sign)
    form = (page.form("/approve_proof") or {}) | SIGN | changes
    answer = portal.post(place(order_to_sign, "/approve_proof"), form)
    assert answer.status == (409 if changes == {"version": "9" * 8} else 422)
    assert (slot_of(order_to_sign).state, events("proof.signed")) == ("proof_sent", [])


def test_pictures_and_papers_open_for_their_customer_alone(
    portal: Portal, order_to_sign: Order, stranger: Portal
) -> None:
    page = open_proof(portal, order_to_sign)
    picture = page.document.cssselect(".proof-page img")[0].get("src")
    for path, kept in (
        (picture, "private, max-age=240"),
        (place(order_to_sign, "/paper"), "no-store"),
    ):
        answer = portal.get(path)
        assert answer.kept == kept
        stored = requests.get(answer.location, timeout=30)
        assert (stored.status_code, stored.headers["Cache-Control"]) == (
            200,
            "private, max-age=300",
        )
    other = requested()
    stranger.open(other)
    refused = stranger.get(picture)
    assert (refused.status, refused.kept) == (404, "no-store")
    assert stranger.get(picture.replace(order_to_sign.ref, other.ref)).status == 404


def test_a_page_left_open_hears_of_what_is_new(portal: Portal, order_to_sign: Order) -> None:
    address = open_proof(portal, order_to_sign).document.cssselect("#news")[0].get("hx-get")
    assert portal.get(address).text == ""
    newer_version(order_to_sign)
    assert "There is a newer version." in portal.get(address).words
    assert portal.get(address.split("?")[0]).status == 200


def test_there_is_no_page_before_there_is_a_file(portal: Portal) -> None:
    order = requested()
    portal.open(order)
    assert portal.get(place(order)).status == 404
    assert portal.get(place(order, "/paper")).status == 404


def test_the_file_of_a_line_is_sent_on_the_orders_page(portal: Portal) -> None:
    order = requested()
    page = portal.open(order)
    action = f"/proof/{order.lines[0].artwork_slot_id}/add_file"
    none = portal.send(page, action, {"upload_id": ""})
    assert (none.status, "Choose a file first." in none.words) == (422, True)
    found = sent(portal, a_pdf())
    after = portal.send(page, action, {"upload_id": found["id"]})
    assert (after.status, slot_of(order).state) == (200, "checking")
    (event,) = events("artwork.file_received")
    assert who(event) == ("customer", "link")
    again = portal.send(page, action, {"upload_id": found["id"]})
    assert (again.status, "Nothing was changed" in again.words) == (200, True)
    assert len(events("artwork.file_received")) == 1


def test_a_refused_file_is_named_at_its_box_and_the_slot_still_waits(portal: Portal) -> None:
    order = requested()
    page = portal.open(order)
    found = sent(portal, a_pdf()[: len(a_pdf()) // 2])
    check(db.session.get_one(Upload, uuid.UUID(found["id"])))
    slot = slot_of(order)
    refused = portal.send(page, f"/proof/{slot.id}/add_file", {"upload_id": found["id"]})
    assert (refused.status, slot_of(order).state) == (422, "awaiting_file")
    assert "ends too early" in " ".join(refused.said(f"#file-{slot.id}-fault"))


def test_somebody_elses_upload_or_slot_is_not_taken(portal: Portal, stranger: Portal) -> None:
    order, other = requested(), requested()
    stranger.open(other)
    portal.open(order)
    mine = send(a_pdf(), owner_key=OWNER)
    page = portal.get(f"/orders/{order.ref}")
    slot = slot_of(order)
    answer = portal.send(page, f"/proof/{slot.id}/add_file", {"upload_id": str(mine.id)})
    assert (answer.status, slot_of(order).state) == (404, "awaiting_file")
    theirs = {"csrf_token": stranger.token(), "upload_id": str(mine.id)}
    for ref in (order.ref, other.ref):
        assert stranger.post(f"/orders/{ref}/proof/{slot.id}/add_file", theirs).status == 404
    assert mine.stream_id is None
