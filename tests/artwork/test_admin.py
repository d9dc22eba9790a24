"""The review page and its two lists, as prepress and others meet them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import requests

from app.artwork import admin
from app.artwork.models import ArtworkSlot
from app.artwork.services.output import visible_version
from app.artwork.todo import TODOS
from app.backoffice.orders import page as order_page
from app.core.db import db
from tests.back_office_app import back_office_app, hidden_values, page_text
from tests.order_rows import placed_order

from .conftest import DESIGN, a_pdf

LOOKS = {"X-Test-Permissions": "order.view"}
PREPRESS = {
    "X-Test-Permissions": "order.view artwork.check artwork.override proof.sign_internal proof.send"
}


@pytest.fixture(scope="module")
def own(application):
    return back_office_app(application, admin, order_page)


@pytest.fixture
def browser(own, session):
    return own.test_client()


@pytest.fixture
def shop(shop):
    """The shop's slots belong to a placed order here."""
    order = placed_order()
    shop.order = order
    shop.order_id = order.id
    shop.customer = replace(shop.customer, streams=frozenset({order.id}))
    return shop


def state_of(slot) -> str:
    db.session.expire_all()
    return db.session.get(ArtworkSlot, slot.id).state


def page_of(browser, slot, headers=PREPRESS):
    answer = browser.get(f"/admin/artwork/{slot.id}", headers=headers)
    assert answer.status_code == 200
    return answer.text


def press(browser, slot, verb, headers=PREPRESS, **fields):
    form = hidden_values(page_of(browser, slot)) | fields
    return browser.post(f"/admin/artwork/{slot.id}/{verb}", data=form, headers=headers)


def test_the_list_says_what_waits_for_whom_and_why(browser, shop):
    held, review = shop.held(), shop.in_review()
    out = shop.sent()
    said = page_text(browser.get("/admin/artwork/", headers=LOOKS).text)
    assert shop.order.ref in said
    assert "Fernbank Weddings" in said
    assert "On hold" in said
    assert held.hold_reason in said
    assert "Proof sent" not in said
    page = browser.get("/admin/artwork/", headers=LOOKS).text
    assert f"/admin/artwork/{review.id}" in page
    proofs = browser.get("/admin/proofs/", headers=LOOKS).text
    assert f"/admin/artwork/{out.id}" in proofs
    assert f"/admin/artwork/{held.id}" not in proofs


def test_a_held_file_shows_its_faults_and_can_be_let_through_with_a_reason(browser, shop):
    slot = shop.held()
    said = page_text(page_of(browser, slot))
    assert "On hold" in said
    assert "error" in said
    assert slot.hold_reason.split(".")[0] in said
    empty = press(browser, slot, "override", note=" ")
    assert empty.status_code == 422
    assert "Enter a reason." in page_text(empty.text)
    assert state_of(slot) == "on_hold"
    done = press(browser, slot, "override", note="Small on purpose.")
    assert done.status_code == 303
    assert state_of(slot) == "internal_review"
    assert "overrode preflight" in page_text(page_of(browser, slot))


def test_artwork_on_hold_says_why_who_and_when_and_is_resumed_on_its_page(browser, shop):
    slot = shop.in_review()
    done = press(browser, slot, "hold", reason="Trademark.", follow_up_on="2030-01-02")
    assert done.status_code == 303
    said = page_text(page_of(browser, slot))
    assert "On hold. Trademark. Put on hold by" in said
    assert "Follow up on" in said
    assert "Put on hold…" not in said
    empty = press(browser, shop.in_review(), "hold", reason=" ")
    assert (empty.status_code, "why the artwork is on hold" in page_text(empty.text)) == (422, True)
    assert press(browser, slot, "resume").status_code == 303
    assert "Trademark." not in page_text(page_of(browser, slot)).split("Timeline")[0]


def test_a_file_is_sent_back_with_the_words_the_customer_reads(browser, shop):
    slot = shop.held()
    assert press(browser, slot, "request_new_file", note="Please add bleed.").status_code == 303
    assert state_of(slot) == "awaiting_file"
    said = page_text(page_of(browser, slot))
    assert "Message to the customer: Please add bleed." in said


def test_signing_is_offered_once_the_proof_is_there(browser, shop):
    slot = shop.slot()
    shop.with_file(slot, shop.stored(a_pdf(pages=2), pictures=True))
    assert "Approve and send" not in page_text(page_of(browser, slot))
    assert "The proof is being made" in page_text(page_of(browser, slot))
    shop.order.state = "requested"
    db.session.flush()
    assert "The proof is made once the order is placed." in page_text(page_of(browser, slot))
    shop.order.state = "placed"
    db.session.flush()
    shop.make_proof(slot)
    page = page_of(browser, slot)
    assert "Approve and send" in page_text(page)
    assert page.count("<image") == 4  # two pages, each beside its proof
    assert 'class="bleedline"' in page
    done = press(browser, slot, "approve_internally", version="1")
    assert done.status_code == 303
    assert state_of(slot) == "proof_sent"


def test_a_second_click_on_sign_says_so_and_changes_nothing(browser, shop):
    slot = shop.in_review(DESIGN)
    address = f"/admin/artwork/{slot.id}/approve_internally"
    form = hidden_values(page_of(browser, slot)) | {"version": "1"}
    for _ in range(2):
        assert browser.post(address, data=form, headers=PREPRESS).status_code == 303
    assert "This was already done. Nothing was changed." in page_text(page_of(browser, slot))
    again = browser.post(address, data={"version": "1"}, headers=PREPRESS)
    assert again.status_code == 400  # without the form's token nothing is taken at all
    assert state_of(slot) == "proof_sent"


def test_signing_what_was_signed_from_another_page_is_refused_with_its_reason(browser, shop):
    slot = shop.in_review(DESIGN)
    assert press(browser, slot, "approve_internally", version="1").status_code == 303
    again = press(browser, slot, "approve_internally", version="1")
    assert (again.status_code, "was already approved" in page_text(again.text)) == (409, True)
    assert state_of(slot) == "proof_sent"


def test_a_form_from_before_a_new_version_is_refused_on_the_page(browser, shop):
    slot = shop.in_review(DESIGN)
    shop.with_file(slot)
    answer = press(browser, slot, "approve_internally", version="1")
    assert answer.status_code == 409
    assert "A newer version exists." in page_text(answer.text)
    assert state_of(slot) == "internal_review"


def test_where_the_rule_asks_for_two_steps_the_page_offers_two(browser, shop):
    slot = shop.in_review(DESIGN, send_when_signed=False)
    assert press(browser, slot, "approve_internally", version="1").status_code == 303
    assert state_of(slot) == "internal_review"
    assert "Send proof" in page_text(page_of(browser, slot))
    assert press(browser, slot, "send_proof").status_code == 303
    assert state_of(slot) == "proof_sent"


def test_who_may_only_look_is_offered_nothing_and_refused(browser, shop):
    slot = shop.held()
    said = page_text(page_of(browser, slot, LOOKS))
    assert "Override" not in said
    assert "Request new file" not in said
    answer = press(browser, slot, "override", headers=LOOKS, note="Let me.")
    assert answer.status_code == 403
    assert state_of(slot) == "on_hold"


def test_who_is_not_signed_in_is_led_to_the_door(browser, shop):
    slot = shop.held()
    assert browser.get(f"/admin/artwork/{slot.id}").status_code == 303
    nobody = {"X-Test-Permissions": ""}
    assert browser.get(f"/admin/artwork/{slot.id}", headers=nobody).status_code == 403


def test_an_older_version_can_be_looked_at_but_not_decided_about(browser, shop):
    slot = shop.held()
    shop.with_file(slot)
    answer = browser.get(f"/admin/artwork/{slot.id}?version=1", headers=PREPRESS)
    said = page_text(answer.text)
    assert "Older version" in said
    assert "Override" not in said
    for wrong in ("9", "x", "-1"):
        answer = browser.get(f"/admin/artwork/{slot.id}?version={wrong}", headers=PREPRESS)
        assert answer.status_code == 404


def test_the_live_part_is_the_page_without_its_frame(browser, shop):
    slot = shop.in_review()
    part = browser.get(f"/admin/artwork/{slot.id}/live", headers=LOOKS)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Internal review" in page_text(part.text)
    assert 'hx-trigger="live from:body"' in page_of(browser, slot)


def test_files_and_pictures_are_given_by_short_lived_addresses(browser, shop):
    slot = shop.slot()
    shop.with_file(slot, shop.stored(a_pdf(), pictures=True), "my <card>.pdf")
    answer = browser.get(f"/admin/artwork/{slot.id}/file/1", headers=PREPRESS)
    assert answer.status_code == 302
    assert "X-Amz-Signature" in answer.location
    assert "attachment" in answer.location
    assert browser.get(f"/admin/artwork/{slot.id}/file/7", headers=PREPRESS).status_code == 404
    assert browser.get(f"/admin/artwork/{slot.id}/proof/1", headers=PREPRESS).status_code == 404
    picture = visible_version(slot.id).asset.previews[0]
    answer = browser.get(f"/admin/artwork/picture/{picture.id}", headers=LOOKS)
    assert answer.status_code == 302
    assert answer.headers["Cache-Control"] == "private, max-age=240"
    stored = requests.get(answer.location, timeout=30)
    assert stored.headers["Cache-Control"] == "private, max-age=300"
    others = {"X-Test-Permissions": "stock.view"}
    refused = browser.get(f"/admin/artwork/picture/{picture.id}", headers=others)
    assert (refused.status_code, refused.headers["Cache-Control"]) == (403, "no-store")
    assert browser.get(f"/admin/artwork/file/{slot.id}", headers=LOOKS).status_code == 405
    refused = browser.get(f"/admin/artwork/{slot.id}/file/1", headers=LOOKS)
    assert refused.status_code == 403
    assert "Version 1 is not the approved one." in page_text(refused.text)


def test_what_a_customer_named_a_file_is_never_markup(browser, shop):
    slot = shop.slot()
    shop.with_file(slot, name="<img src=x onerror=alert(1)>.pdf")
    page = page_of(browser, slot)
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def test_prepress_is_asked_to_approve_what_is_there_and_nothing_else(shop, own):
    to_review = next(one for one in TODOS if one.key == "artwork_to_review")

    def asked(slot) -> bool:
        with own.test_request_context():
            found = db.session.execute(to_review.query().where(*to_review.where)).all()
        return slot.id in {row[0].id for row in found}

    slot = shop.in_review()
    assert not asked(slot)
    shop.make_proof(slot)
    assert asked(slot)
    assert asked(shop.in_review(DESIGN))
