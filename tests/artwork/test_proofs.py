"""The proof on paper shows the artwork at true size with everything that gets signed."""

from __future__ import annotations

import io
import uuid
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from app import preflight
from app.artwork import verbs as artwork_verbs
from app.artwork.proofing import paper
from app.artwork.proofing.job_data import JobData
from app.artwork.services import proofs
from app.artwork.services.output import approved_output, slots_of, visible_version
from app.artwork.services.proofs import keep_proof, make_proof, proof_work
from app.catalog.properties import Artwork
from app.core import storage
from app.core.actor import system
from app.core.clock import now
from app.core.errors import AlreadyDone, NotAllowed, WrongState
from app.core.ids import new_id
from app.inspection.file_facts import FileFacts
from app.inspection.inspect import inspect
from app.inspection.results import StoredPicture
from tests.drawn_letters import read_by_eye

from .conftest import CARD, DESIGN, a_pdf, events_of, last_event

JOB = JobData(
    order_number="MR-10428",
    customer="Example & Daughters",
    product="Evening invitation A6",
    quantity=250,
    pieces="cards",
    material="Cotton 350 g",
    options=[("Foil", "Gold")],
    personalisation=[("Name", "Ada <b>Lovelace</b> & Co"), ("Place", "Łódź Jiří Čapek")],
    wanted_on="2026-12-04",
)
POINTS_PER_MM = 72 / 25.4


def text_of(body: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(body)
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


@pytest.fixture(scope="module")
def card_work(application, tmp_path_factory):
    """What the proof of a card with two pages shows."""
    folder = tmp_path_factory.mktemp("card")
    content = a_pdf(pages=2)
    (folder / "card.pdf").write_bytes(content)
    found = inspect(
        {"path": str(folder / "card.pdf"), "file_name": "card.pdf", "out_dir": str(folder)}
    )
    pictures = []
    for row in found["previews"]:
        key = f"tests/{new_id()}"
        storage.put_bytes(key, Path(row["path"]).read_bytes(), "image/jpeg")
        if row["kind"].startswith("page-"):
            pictures.append(StoredPicture(row["kind"], key, row["width_px"], row["height_px"]))
    return paper.ProofWork(
        slot_id=uuid.uuid4(),
        version_id=uuid.uuid4(),
        number=1,
        label="Print file",
        file_name="final <b>2</b>.pdf",
        uploaded_by="Test Customer",
        received_at=now(),
        sha256=found["sha256"],
        size_bytes=len(content),
        facts=FileFacts.model_validate(found["facts"]),
        requirement=Artwork.model_validate(CARD),
        findings=preflight.run(
            FileFacts.model_validate(found["facts"]), Artwork.model_validate(CARD)
        ).findings,
        override={"actor_label": "Test Prepress", "note": "Small on purpose <i>."},
        job=JOB,
        pictures=pictures,
        shop_name="Example Street Press",
    )


@pytest.fixture(scope="module")
def body(application, card_work):
    """The paper of the card, written once for the tests that only read it."""
    with application.app_context():
        return proofs.write_paper(card_work), card_work.sha256


def pictures_on(sheet) -> int:
    kind = pypdfium2.raw.FPDF_PAGEOBJ_IMAGE
    return len(list(sheet.get_objects(filter=[kind])))


def test_the_shop_s_logo_heads_each_sheet(application, body, card_work):
    with application.app_context():
        with_logo = proofs.write_paper(
            replace(card_work, logo_key=card_work.pictures[0].storage_key)
        )
    sheets = zip(pypdfium2.PdfDocument(body[0]), pypdfium2.PdfDocument(with_logo), strict=True)
    assert [pictures_on(after) - pictures_on(before) for before, after in sheets] == [1, 1, 1]


@pytest.fixture
def proof(shop):
    return shop.make_proof(shop.in_review(), JOB)


def test_a_proof_shows_job_artwork_and_signature(body):
    front, back, details = text_of(body[0])
    for words in (
        "Example Street Press",
        "MR-10428",
        "Example & Daughters",
        "Evening invitation A6",
        "250 cards",
        "Cotton 350 g",
        "Gold",
        "Fri 4 Dec 2026",
        "105 × 148 mm",
        "Bleed 3 mm",
        "Safe 5 mm",
        "shown at true size",
        "version 1",
        "Page 1 of 3",
    ):
        assert words in front
    assert "Back" in back
    assert "no answer is not an approval" in details
    assert body[1] in details.replace(" ", "")
    assert "Page 3 of 3" in details


def test_what_people_typed_is_shown_letter_by_letter(body):
    front, _, details = text_of(body[0])
    assert "Ada <b>Lovelace</b> & Co" in front
    assert "final <b>2</b>.pdf" in details
    assert "Overridden by Test Prepress: Small on purpose <i>." in details


def test_letters_of_every_name_are_seen_as_themselves(body):
    assert "Łódź Jiří Čapek" in read_by_eye(body[0], "Łódź, Jiří Čapek")


def test_the_trim_lies_where_the_boxes_say_at_true_size(body):
    import pikepdf

    with pikepdf.open(io.BytesIO(body[0])) as pdf:
        for page in pdf.pages[:2]:
            trim = [float(value) / POINTS_PER_MM for value in page.obj.TrimBox]
            bleed = [float(value) / POINTS_PER_MM for value in page.obj.BleedBox]
            assert trim[2] - trim[0] == pytest.approx(105, abs=0.01)
            assert trim[3] - trim[1] == pytest.approx(148, abs=0.01)
            assert trim[0] - bleed[0] == pytest.approx(3, abs=0.01)
    # the ink of the artwork fills the bleed and nothing beyond it, on paper cut to its size
    picture = pypdfium2.PdfDocument(body[0])[0].render(scale=4 / POINTS_PER_MM).to_pil()
    left, right = (round(bleed[at] * 4) for at in (0, 2))
    bottom, top = (picture.height - round(bleed[at] * 4) for at in (1, 3))
    row, column = (top + bottom) // 2 - 40, left + 40
    for outside, inside in (
        ((left - 3, row), (left + 6, row)),
        ((right + 3, row), (right - 6, row)),
        ((column, top - 3), (column, top + 6)),
        ((column, bottom + 3), (column, bottom - 6)),
    ):
        assert picture.getpixel(outside) == (255, 255, 255)
        assert picture.getpixel(inside) != (255, 255, 255)


def test_a_proof_is_an_asset_with_pictures_and_an_event(shop, proof):
    assert proof.asset.media_type == "application/pdf"
    assert proof.asset.storage_key == f"proofs/{proof.id}/{proof.asset.sha256}.pdf"
    assert proof.job_data.quantity == 250
    assert [row.kind for row in proofs.page_previews(proof.asset_id)]
    event = last_event(shop)
    assert event.name == "proof.made"
    assert event.data["sha256"] == proof.source_sha256


def test_the_same_proof_is_made_once(shop, proof):
    slot = next(iter(slots_of(shop.order_id)))
    assert proof_work(slot.id, job=JOB) is None
    assert proof_work(slot.id, job=JOB.model_copy(update={"quantity": 300})) is not None


def test_two_workers_store_one_proof(shop):
    slot = shop.in_review()
    work = proof_work(slot.id, job=JOB)
    made = make_proof(work)
    keep_proof(work, made, actor=system())
    with pytest.raises(AlreadyDone):
        keep_proof(work, made, actor=system())
    assert events_of(shop).count("proof.made") == 1


def test_a_proof_of_a_file_that_was_replaced_meanwhile_is_dropped(shop):
    slot = shop.in_review()
    work = proof_work(slot.id, job=JOB)
    made = make_proof(work)
    shop.with_file(slot)
    assert keep_proof(work, made, actor=system()) is None
    assert "proof.made" not in events_of(shop)


def test_nobody_but_the_shop_keeps_a_proof(shop):
    slot = shop.in_review()
    work = proof_work(slot.id, job=JOB)
    made = make_proof(work)
    with pytest.raises(NotAllowed):
        keep_proof(work, made, actor=shop.customer)


def test_a_design_and_a_held_file_get_no_proof(shop):
    assert proof_work(shop.in_review(DESIGN).id, job=JOB) is None
    assert proof_work(shop.held().id, job=JOB) is None


def test_a_proof_of_a_version_that_is_not_the_newest_is_not_made(shop):
    slot = shop.in_review()
    newest = slot.versions[-1].id
    assert proof_work(slot.id, job=JOB, version_id=newest).job == JOB
    assert proof_work(slot.id, job=JOB, version_id=uuid.uuid4()) is None


def test_an_override_is_told_to_the_proof(shop):
    slot = shop.held()
    artwork_verbs.override(slot.id, "The customer wants it small.", actor=shop.prepress)
    work = proof_work(slot.id, job=JOB)
    assert work.override == {
        "actor_label": "Test Prepress",
        "note": "The customer wants it small.",
    }


def test_the_customer_signs_the_proof_that_was_shown(shop, proof):
    slot = next(iter(slots_of(shop.order_id)))
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    seen = visible_version(slot.id)
    assert (seen.proof.id, seen.asset.id) == (proof.id, proof.asset_id)
    row = shop.sign(slot, proof_id=proof.id)
    assert row.proof_id == proof.id
    assert approved_output(slot.id)[1] == proof.source_sha256


def test_a_proof_has_a_sheet_for_every_page_of_a_booklet(shop):
    slot = shop.slot(pages_max=30)
    shop.with_file(slot, shop.stored(a_pdf(pages=24), pictures=True))
    proof = shop.make_proof(slot, JOB)
    assert proof.asset.facts.pages > 24
    said = text_of(storage.read_bytes(proof.asset.storage_key))
    assert ["Page 24:" in page for page in said].count(True) == 1
    assert len(proofs.page_previews(proof.asset_id)) == proof.asset.facts.pages
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    assert slot.state == "proof_sent"


def test_pages_that_nobody_was_shown_are_not_approved(shop):
    slot = shop.slot(DESIGN)
    shop.with_file(slot, shop.stored(a_pdf(pages=9), pictures=True))
    slot.versions[-1].asset.previews[-1].kind = "thumb-2"
    with pytest.raises(WrongState, match="Only 8 of this file's 9 pages are shown"):
        artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)


def test_a_customer_does_not_approve_pages_that_were_not_shown(shop):
    slot = shop.slot(DESIGN)
    shop.with_file(slot, shop.stored(a_pdf(pages=9), pictures=True))
    artwork_verbs.approve_internally(slot.id, 1, actor=shop.prepress)
    slot.versions[-1].asset.previews[-1].kind = "thumb-2"
    with pytest.raises(WrongState, match="Only 8 of this file's 9 pages are shown"):
        shop.sign(slot)
