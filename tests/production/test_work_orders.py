"""The ticket on the job bag: what it shows, and that it never shows another file."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from datetime import date

import pytest
from PIL import Image

from app.core import storage
from app.core.actor import system
from app.core.errors import WrongState
from app.core.ids import new_id
from app.core.postal_address import PostalAddress
from app.core.web import formats
from app.production import queries, verbs, work_orders
from tests.drawn_letters import read_by_eye
from tests.order_rows import placed_order
from tests.production.conftest import SHA, jobs_for, last, open_all

ARTWORK = work_orders.ApprovedArtwork(SHA, "Version 3")


def text_of(body: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(body)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_the_ticket_says_what_to_make_by_when_and_how(ready_job):
    job = ready_job(250, due_on=date(2026, 11, 27))
    page = work_orders.load_work_order(job.id, artwork=ARTWORK).html
    for said in (job.number, "250", "27", "Cards", "Cotton 350 g, uncoated", "1. Print", "9f2c41"):
        assert said in page
    assert "Ada &amp; Grace &lt;3" in page and "Ada & Grace <3" not in page
    assert "1 May 2027" in page


def test_the_ticket_is_drawn_stored_and_versioned(ready_job):
    job = ready_job(250)
    picture = io.BytesIO()
    Image.new("RGB", (105, 148), "#c4006a").save(picture, "PNG")
    key = f"tests/{new_id()}.png"
    storage.put_bytes(key, picture.getvalue(), "image/png")
    work = work_orders.load_work_order(
        job.id, artwork=dataclasses.replace(ARTWORK, picture_key=key)
    )
    paper = work_orders.render_work_order(work)
    first = work_orders.save_work_order(work, paper, actor=system())
    second = work_orders.save_work_order(work, paper, actor=system())
    assert (first.version, second.version) == (1, 2)
    assert first.approved_sha256 == SHA
    body = storage.read_bytes(first.storage_key)
    assert hashlib.sha256(body).hexdigest() == first.sha256 and len(body) == first.size_bytes
    said = text_of(body)
    assert job.number in said and "Ada & Grace <3" in said
    assert last(job, "work_order.made").data["version"] == 2
    assert queries.work_orders([job.id])[job.id] is second


def test_no_ticket_shows_a_file_that_was_not_approved(ready_job):
    job = ready_job()
    for other in (None, work_orders.ApprovedArtwork("a" * 64, "Version 2")):
        with pytest.raises(WrongState, match="another file"):
            work_orders.load_work_order(job.id, artwork=other)


def test_a_job_that_is_not_released_has_no_ticket(session, people):
    job = jobs_for(placed_order([5]))[0]
    assert work_orders.load_work_order(job.id, artwork=ARTWORK) is None
    open_all(job)
    parts = verbs.split_job(job.id, [2, 3], actor=people.planner)
    assert work_orders.load_work_order(job.id, artwork=ARTWORK) is None
    page = work_orders.load_work_order(parts[1].id, artwork=ARTWORK).html
    assert f"Part of {job.number}" in page
    verbs.cancel_job(job.id, cause="Off", actor=people.planner)
    assert work_orders.load_work_order(parts[1].id, artwork=ARTWORK) is None


def test_a_job_without_artwork_needs_no_file(session):
    job = jobs_for(placed_order([5]), gates=("material",))[0]
    open_all(job)
    assert "starts with" not in work_orders.load_work_order(job.id).html


def test_the_barcode_says_the_number(ready_job):
    from barcode.codex import Code128

    from app.core.barcodes import code128_svg

    job = ready_job()
    drawn = code128_svg(job.number)
    modules = Code128(job.number).build()[0]
    dark = sum(int(bar.split("h")[1].split("v")[0]) for bar in drawn.split("M")[1:])
    assert dark == modules.count("1")
    assert queries.find_by_barcode(job.number) is job


def test_the_ticket_prints_the_details_of_the_order_that_are_marked_for_it(session):
    from app.orders.details import work_order_details

    job = jobs_for(placed_order([5], wanted_on=date(2031, 12, 4)), gates=("material",))[0]
    open_all(job)
    page = work_orders.load_work_order(job.id).html
    assert ("wanted_on", "Needed by") in work_order_details()
    assert f"<dt>Needed by</dt><dd>{formats.day(date(2031, 12, 4))}</dd>" in page


def test_the_ticket_says_how_the_order_leaves_and_no_street(session):
    unsaid, pickup = PostalAddress(), {"is_pickup": True, "ship_to": PostalAddress()}
    for columns, said in (
        ({}, "By carrier to Sampleton, GB"), (pickup, "Pickup"), ({"ship_to": unsaid}, "Not known yet"),
    ):  # fmt: skip
        job = jobs_for(placed_order([5], **columns), gates=("material",))[0]
        open_all(job)
        page = work_orders.load_work_order(job.id).html
        assert f"<dt>Delivery</dt><dd>{said}</dd>" in page
        assert "Example Lane" not in page


def test_the_ticket_shows_the_letters_of_every_name(ready_job):
    work = work_orders.load_work_order(ready_job(250).id, artwork=ARTWORK)
    html = work.html.replace("Ada &amp; Grace &lt;3", "Łukasz Čapek Jiří Łódź")
    paper = work_orders.render_work_order(dataclasses.replace(work, html=html))
    seen = read_by_eye(storage.read_bytes(paper.storage_key), "Łukasz Čapek Jiří Łódź")
    assert "Łukasz Čapek Jiří Łódź" in seen
