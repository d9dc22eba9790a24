"""A file that came by e-mail: staff send it from the review page, straight into storage."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.artwork.models import ArtworkSlot
from app.catalog.properties import Artwork
from app.core.db import db
from app.core.events import Event
from app.files.models import Upload
from tests.artwork.conftest import CARD, a_pdf
from tests.backoffice.conftest import Person, refusals
from tests.files.uploading import check
from tests.order_rows import placed_order

PLACE = "/admin/uploads"


@pytest.fixture
def waiting(session: Any) -> ArtworkSlot:
    from app.artwork.services.slots import open_slot
    from app.core.actor import system

    order = placed_order([250])
    return open_slot(order.id, "Print file", Artwork.model_validate(CARD), actor=system("tests"))


def ask(person: Person, method: str, path: str, body: Any = None, token: str = "") -> Any:
    return person.client.open(
        PLACE + path, method=method, json=body, environ_base=person.environ,
        headers={"Accept": "application/json", "X-CSRFToken": token},
    )  # fmt: skip


def sent(person: Person, slot: ArtworkSlot, body: bytes, name: str = "card.pdf") -> uuid.UUID:
    """Send a file as the page's script does, with the page's token."""
    token = person.token(f"/admin/artwork/{slot.id}")
    given = {"file_name": name, "size_bytes": len(body), "accept": ["pdf"]}
    plan = ask(person, "POST", "", given, token).get_json()
    urls = ask(person, "POST", f"/{plan['id']}/parts", {"part_numbers": [1]}, token).get_json()
    requests.put(urls["urls"]["1"], data=body, timeout=30).raise_for_status()
    assert len(ask(person, "GET", f"/{plan['id']}/parts").get_json()["parts"]) == 1
    done = ask(person, "POST", f"/{plan['id']}/complete", {}, token)
    assert done.get_json()["state"] == "uploaded"
    return uuid.UUID(plan["id"])


def take(person: Person, slot: ArtworkSlot, upload_id: object) -> Any:
    return person.press(f"/admin/artwork/{slot.id}", "add_file", upload_id=str(upload_id))


def names(slot: ArtworkSlot) -> list[str]:
    query = select(Event.name).where(Event.stream_id == slot.stream_id)
    return list(db.session.scalars(query.order_by(Event.stream_seq)))


@pytest.mark.parametrize("role", ["sales", "prepress", "owner"])
def test_the_file_goes_into_the_slot_in_the_name_of_who_sent_it(somebody, waiting, role) -> None:
    person = somebody(role)
    upload_id = sent(person, waiting, a_pdf())
    assert take(person, waiting, upload_id).status == 303
    check(db.session.get_one(Upload, upload_id))
    db.session.expire_all()
    assert db.session.get_one(ArtworkSlot, waiting.id).upload_id == upload_id
    received = db.session.scalars(select(Event).where(Event.name == "artwork.file_received")).one()
    assert (received.actor_kind, received.actor_id, received.door) == (
        "staff", person.staff.id, "backoffice",
    )  # fmt: skip
    started = db.session.scalars(select(Event).where(Event.name == "upload.started")).one()
    assert started.actor_id == person.staff.id
    found = ask(person, "GET", f"/{upload_id}?for=slot/{waiting.id}").get_json()
    assert found["report"]["verdict"] in {"passed", "warned"}
    picture = person.client.get(found["picture"], environ_base=person.environ)
    assert requests.get(picture.headers["Location"], timeout=30).status_code == 200


def test_a_second_click_takes_it_once(somebody, waiting) -> None:
    person = somebody("prepress")
    upload_id = sent(person, waiting, a_pdf())
    form = person.get(f"/admin/artwork/{waiting.id}").form("add_file")
    form["upload_id"] = str(upload_id)
    address = form.pop("")
    for _ in range(2):
        assert person.send(address, form).status == 303
    assert "This was already done." in person.get(f"/admin/artwork/{waiting.id}").words
    from_another_page = person.send(address, form | {"idempotency_key": "another"})
    assert from_another_page.status == 409
    assert "was already uploaded" in from_another_page.words
    assert names(waiting).count("artwork.file_received") == 1


def test_without_a_file_the_sentence_stands_in_the_open_dialog(somebody, waiting) -> None:
    person = somebody("prepress")
    page = take(person, waiting, "")
    assert page.status == 422
    (dialog,) = page.all("dialog#add_file[data-open-now]")
    assert "Choose a file first." in dialog.text_content()
    assert "artwork.file_received" not in names(waiting)


def test_nobody_else_s_upload_is_taken_or_shown(somebody, waiting) -> None:
    other = somebody("prepress")
    upload_id = sent(other, waiting, a_pdf())
    person = somebody("prepress")
    assert ask(person, "GET", f"/{upload_id}").status_code == 404
    assert take(person, waiting, upload_id).status == 404
    assert db.session.get_one(ArtworkSlot, waiting.id).upload_id is None


def test_who_may_not_upload_is_not_offered_it_and_is_refused(somebody, waiting) -> None:
    person = somebody("operator")
    page = person.get(f"/admin/artwork/{waiting.id}")
    assert not page.all("#take, [commandfor=take]")
    token = person.token(f"/admin/artwork/{waiting.id}")
    given = {"file_name": "card.pdf", "size_bytes": 10}
    assert ask(person, "POST", "", given, token).status_code == 403
    forced = {"csrf_token": token, "upload_id": str(uuid.uuid4())}
    assert person.send(f"/admin/artwork/{waiting.id}/add_file", forced).status == 403
    assert len(refusals(person)) == 2


def test_without_the_page_s_token_no_upload_begins(somebody, waiting) -> None:
    person = somebody("prepress")
    given = {"file_name": "card.pdf", "size_bytes": 10}
    assert ask(person, "POST", "", given).status_code == 400
    assert db.session.scalars(select(Upload)).all() == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("card.eps", "We can't take EPS"), ("card.stl", "STL"), ("card.pdf", "is empty")],
)
def test_what_can_not_be_taken_is_said_before_a_byte_is_sent(
    somebody, waiting, name, words
) -> None:
    person = somebody("prepress")
    token = person.token(f"/admin/artwork/{waiting.id}")
    size = 0 if name == "card.pdf" else 100
    given = {"file_name": name, "size_bytes": size, "accept": ["pdf"]}
    answer = ask(person, "POST", "", given, token)
    assert answer.status_code == 422
    assert words in answer.get_json()["detail"]


def test_an_upload_that_was_given_up_is_gone(somebody, waiting) -> None:
    person = somebody("prepress")
    token = person.token(f"/admin/artwork/{waiting.id}")
    given = {"file_name": "card.pdf", "size_bytes": 100}
    plan = ask(person, "POST", "", given, token).get_json()
    assert ask(person, "DELETE", f"/{plan['id']}", token=token).status_code == 204
    assert ask(person, "GET", f"/{plan['id']}").get_json()["state"] == "abandoned"
    assert take(person, waiting, plan["id"]).status == 409


def test_what_the_customer_signed_is_not_replaced_by_a_form_from_before(somebody, waiting) -> None:
    person = somebody("prepress")
    upload_id = sent(person, waiting, a_pdf())
    token = person.token(f"/admin/artwork/{waiting.id}")
    waiting.state = "approved"
    db.session.flush()
    assert "add_file" not in person.get(f"/admin/artwork/{waiting.id}").verbs
    form = {"csrf_token": token, "upload_id": str(upload_id)}
    page = person.send(f"/admin/artwork/{waiting.id}/add_file", form)
    assert page.status == 409
    assert "The customer approved this file" in page.words
    db.session.expire_all()
    assert db.session.get_one(ArtworkSlot, waiting.id).state == "approved"
    assert "artwork.file_received" not in names(waiting)
