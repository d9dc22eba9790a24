"""Uploads as the page's script asks for them, with real storage."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
import requests

from app.core import storage
from app.core.clock import now
from app.core.db import db
from app.core.deliveries import Delivery
from app.files.models import Upload
from app.files.services.check_slots import CHECK
from app.files.services.uploads import complete_upload, start_upload
from tests.files.sample_files import a_huge_png, a_pdf
from tests.files.uploading import VISITOR, check, last_event
from tests.portal.conftest import Portal, events, to_sign, who

MIB = 1024 * 1024


def begin(portal: Portal, name: str = "card.pdf", size: int = 100, **given: Any) -> Any:
    return portal.json("POST", "/uploads", {"file_name": name, "size_bytes": size} | given)


def put(portal: Portal, plan: dict[str, Any], body: bytes, numbers: list[int]) -> None:
    address = f"/uploads/{plan['id']}/parts"
    urls = portal.json("POST", address, {"part_numbers": numbers}).get_json()["urls"]
    each = plan["part_size_bytes"]
    for number in numbers:
        part = body[(number - 1) * each : number * each]
        requests.put(urls[str(number)], data=part, timeout=30).raise_for_status()


def sent(portal: Portal, body: bytes, name: str = "card.pdf") -> dict[str, Any]:
    plan: dict[str, Any] = begin(portal, name, len(body)).get_json()
    put(portal, plan, body, list(range(1, plan["part_count"] + 1)))
    found: dict[str, Any] = portal.json("POST", f"/uploads/{plan['id']}/complete").get_json()
    return found


def state(portal: Portal, upload_id: str, wanted: str = "") -> Any:
    return portal.json("GET", f"/uploads/{upload_id}{wanted}").get_json()


def test_a_file_goes_in_parts_into_storage_and_is_checked(portal: Portal) -> None:
    body = a_pdf()
    found = sent(portal, body)
    assert (found["state"], found["word"]) == ("uploaded", "Checking your file")
    upload = db.session.get_one(Upload, uuid.UUID(found["id"]))
    check(upload)
    ready = state(portal, found["id"])
    assert (ready["state"], ready["file_name"], ready["taken"]) == ("ready", "card.pdf", False)
    for name in ("upload.started", "upload.completed"):
        assert who(events(name)[-1]) == ("customer", "portal")
    picture = portal.get(ready["picture"])
    stored = requests.get(picture.location, timeout=30)
    assert stored.headers["Content-Type"] == "image/jpeg"
    assert picture.kept == "private, max-age=240"
    assert stored.headers["Cache-Control"] == "private, max-age=300"


def test_parts_that_arrived_are_known_when_the_browser_comes_back(portal: Portal) -> None:
    body = b"%PDF-1.7" + bytes(20 * MIB)
    plan = begin(portal, size=len(body)).get_json()
    assert plan["part_count"] == 3
    put(portal, plan, body, [1, 3])
    found = portal.json("GET", f"/uploads/{plan['id']}/parts").get_json()
    assert [part["part_number"] for part in found["parts"]] == [1, 3]
    early = portal.json("POST", f"/uploads/{plan['id']}/complete")
    assert (early.status_code, state(portal, plan["id"])["state"]) == (422, "receiving")
    put(portal, plan, body, [2])
    assert portal.json("POST", f"/uploads/{plan['id']}/complete").status_code == 200
    again = portal.json("POST", f"/uploads/{plan['id']}/complete")
    assert (again.status_code, len(events("upload.completed"))) == (200, 1)


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("card.eps", 100, "We can't take EPS. Save it as PDF and drop it here again."),
        ("card", 100, "without an extension"),
        ("card.pdf", 0, "The file is empty (0 bytes)."),
        ("card.pdf", 6 * 1024**3, "The file is 6 GB; we take up to 5 GB."),
        ("part.stl", 100, "This product does not take STL models. Send PDF or PNG."),
    ],
)
def test_what_name_and_size_rule_out_is_refused_before_a_byte_is_sent(
    portal: Portal, name: str, size: int, words: str
) -> None:
    answer = begin(portal, name, size, accept=["pdf", "png"])
    assert answer.status_code == 422
    assert words in answer.get_json()["detail"]
    assert events("upload.started") == []


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"solid a\n" + b"facet normal 0 0 1\n" * 9, "card.pdf", "card.pdf"),
        (a_pdf()[: len(a_pdf()) // 2], "card.pdf", "ends too early"),
        (a_huge_png(60_000, 60_000), "card.png", "pixels"),
        (b"%PDF-1.7\n" + bytes(4000), "card.pdf", "PDF"),
    ],
    ids=["mismatched", "truncated", "bomb", "damaged"],
)
def test_what_the_bytes_rule_out_is_said_where_the_page_asks(
    portal: Portal, body: bytes, name: str, words: str
) -> None:
    found = sent(portal, body, name)
    check(db.session.get_one(Upload, uuid.UUID(found["id"])))
    refused = state(portal, found["id"])
    assert (refused["state"], refused["picture"]) == ("refused", None)
    assert len(refused["refusal"].split()) > 6
    assert words in f"{refused['refusal']} {name}"
    assert len(events("upload.refused")) == 1


def test_nobody_else_sees_or_touches_an_upload(portal: Portal, stranger: Portal) -> None:
    found = sent(portal, a_pdf())
    address = f"/uploads/{found['id']}"
    for method, path in (
        ("GET", ""),
        ("GET", "/parts"),
        ("GET", "/picture"),
        ("POST", "/parts"),
        ("POST", "/complete"),
        ("DELETE", ""),
    ):
        answer = stranger.json(method, address + path, {"part_numbers": [1]})
        assert answer.status_code == 404, f"{method} {path}"
    assert state(portal, found["id"])["state"] == "uploaded"


def test_giving_up_drops_the_parts_and_a_second_click_says_so(portal: Portal) -> None:
    plan = begin(portal, size=100).get_json()
    put(portal, plan, bytes(100), [1])
    upload = db.session.get_one(Upload, uuid.UUID(plan["id"]))
    assert portal.json("DELETE", f"/uploads/{plan['id']}").status_code == 204
    assert (upload.state, storage.exists(upload.storage_key)) == ("abandoned", False)
    assert portal.json("DELETE", f"/uploads/{plan['id']}").status_code == 409
    late = portal.json("POST", f"/uploads/{plan['id']}/parts", {"part_numbers": [1]})
    assert "takes no more parts" in late.get_json()["detail"]
    assert len(events("upload.abandoned")) == 1


def test_without_its_token_nothing_is_begun(portal: Portal) -> None:
    answer = portal.client.post("/uploads", json={"file_name": "a.pdf", "size_bytes": 9})
    assert (answer.status_code, events("upload.started")) == (400, [])
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "form_expired"


@pytest.mark.parametrize("body", [None, [], {"file_name": "a.pdf"}, {"size_bytes": True}, "x"])
def test_nonsense_is_answered_with_a_sentence(portal: Portal, body: Any) -> None:
    answer = portal.json("POST", "/uploads", body)
    assert answer.status_code in {415, 422}
    assert answer.get_json()["detail"]


def test_an_address_takes_the_declared_bytes_alone(portal: Portal) -> None:
    body = a_pdf()
    plan = begin(portal, size=len(body)).get_json()
    asked = {"part_numbers": [1], "md5s": {"1": hashlib.md5(body).hexdigest()}}
    signed = portal.json("POST", f"/uploads/{plan['id']}/parts", asked).get_json()
    flipped = body[:-1] + bytes([body[-1] ^ 1])

    def put(data: bytes) -> int:
        given = {"headers": signed["headers"]["1"], "timeout": 30}
        return requests.put(signed["urls"]["1"], data=data, **given).status_code

    assert (put(flipped), put(body)) == (400, 200)
    arrived = portal.json("GET", f"/uploads/{plan['id']}/parts").get_json()["parts"]
    assert [(part["size_bytes"], part["md5"]) for part in arrived] == [
        (len(body), asked["md5s"]["1"])
    ]


@pytest.mark.parametrize(
    "md5s", [[], {"x": "0" * 32}, {"1": "z" * 32}, {"1": 5}, {"1": "0" * 31}, {"²": "0" * 32}, "x"]
)
def test_a_checksum_that_is_none_is_said_so(portal: Portal, md5s: Any) -> None:
    plan = begin(portal).get_json()
    asked = {"part_numbers": [1], "md5s": md5s}
    assert portal.json("POST", f"/uploads/{plan['id']}/parts", asked).status_code == 422
    wrong = portal.json("POST", f"/uploads/{plan['id']}/complete", {"sha256": md5s})
    assert (wrong.status_code, state(portal, plan["id"])["state"]) == (422, "receiving")


def test_a_file_that_is_not_the_one_declared_is_refused(portal: Portal) -> None:
    body = a_pdf()
    plan = begin(portal, size=len(body)).get_json()
    put(portal, plan, body, [1])
    declared = {"sha256": hashlib.sha256(body + b"x").hexdigest()}
    portal.json("POST", f"/uploads/{plan['id']}/complete", declared)
    check(db.session.get_one(Upload, uuid.UUID(plan["id"])))
    refused = state(portal, plan["id"])
    assert refused["state"] == "refused"
    assert "its bytes are not those you sent. Upload it again." in refused["refusal"]


def test_completing_after_the_check_says_how_it_stands(portal: Portal) -> None:
    found = sent(portal, a_pdf())
    upload = db.session.get_one(Upload, uuid.UUID(found["id"]))
    check(upload)
    storage.remove(upload.storage_key)
    again = portal.json("POST", f"/uploads/{found['id']}/complete")
    assert (again.status_code, again.get_json()["state"]) == (200, "ready")


def test_a_page_is_told_that_its_file_waits_for_two_others_of_its_network(
    portal: Portal, stranger: Portal
) -> None:
    """Other browsers behind the same address count with it; a file of another address doesn't."""
    mine = sent(portal, a_pdf(tint=0.71))["id"]
    elsewhere = start_upload("visitor:x", "a.pdf", 10, actor=VISITOR, network="198.51.100.7")
    complete_upload(elsewhere.upload_id, 10, owner_key="visitor:x", actor=VISITOR)
    others = [uuid.UUID(sent(stranger, a_pdf(tint=tint))["id"]) for tint in (0.72, 0.73)]
    said = []
    for upload_id in (elsewhere.upload_id, *others):
        said.append(state(portal, mine)["waiting"])
        event = last_event("upload.completed", db.session.get_one(Upload, upload_id))
        lease = {"due_at": now(), "lease_until": now() + timedelta(seconds=20)}
        row = Delivery(event_id=event.id, reaction=CHECK, queue="uploads", state="running", **lease)
        db.session.add(row)
        db.session.commit()
    assert [*said, state(portal, mine)["waiting"]] == [False, False, False, True]
    check(db.session.get_one(Upload, uuid.UUID(mine)))
    assert state(portal, mine)["waiting"] is False


@pytest.mark.parametrize("numbers", [[], [0], [2], ["1"], [True], list(range(1, 102)), None])
def test_only_parts_of_the_plan_get_an_address(portal: Portal, numbers: Any) -> None:
    plan = begin(portal, size=100).get_json()
    answer = portal.json("POST", f"/uploads/{plan['id']}/parts", {"part_numbers": numbers})
    assert answer.status_code == 422


def test_the_check_says_how_the_file_fits_the_product(portal: Portal) -> None:
    fitting, other = sent(portal, a_pdf()), sent(portal, a_pdf(100, 100))
    for one in (fitting, other):
        check(db.session.get_one(Upload, uuid.UUID(one["id"])))
    asked = "?for=p/invitation-card-a6"
    assert state(portal, fitting["id"], asked)["report"] == {"verdict": "passed", "findings": []}
    report = state(portal, other["id"], asked)["report"]
    assert (report["verdict"], len(report["findings"])) == ("failed", 1)
    assert state(portal, fitting["id"])["report"] is None


def test_another_orders_rule_is_not_told(portal: Portal) -> None:
    order = to_sign()
    found = sent(portal, a_pdf())
    check(db.session.get_one(Upload, uuid.UUID(found["id"])))
    asked = f"?for=slot/{order.lines[0].artwork_slot_id}"
    assert state(portal, found["id"], asked)["report"] is None
    portal.open(order)
    assert state(portal, found["id"], asked)["report"]["verdict"] in {"passed", "warned", "failed"}
    assert state(portal, found["id"], "?for=slot/nonsense")["report"] is None
