"""Production gets the file that was approved, with the options and words to make it by, and no other file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from app.artwork.services.output import visible_version
from app.core.actor import system
from app.core.db import db
from app.production import services
from tests.artwork.conftest import Shop
from tests.backoffice.conftest import Person
from tests.order_rows import placed_order
from tests.production.conftest import jobs_for

Somebody = Callable[..., Person]


@pytest.fixture
def approved(session: Any, tmp_path: Path) -> SimpleNamespace:
    """A job whose design was approved as version 2, after version 1 was replaced."""
    order = placed_order()
    shop = Shop(tmp_path)
    shop.order_id = order.id
    shop.customer = replace(shop.customer, streams=frozenset({order.id}))
    slot = shop.sent()
    shop.with_file(slot)
    from app.artwork import verbs as artwork_verbs

    artwork_verbs.approve_internally(slot.id, 2, actor=shop.prepress)
    shop.sign(slot)
    order.lines[0].artwork_slot_id = slot.id
    db.session.flush()
    job = jobs_for(order, gates=("artwork",))[0]
    sha256 = visible_version(slot.id).sha256
    services.open_gate(job.id, "artwork", approved_sha256=sha256, actor=system())
    return SimpleNamespace(job=job, slot=slot, shop=shop, sha256=sha256)


@pytest.mark.parametrize("role", ["operator", "planner", "quality"])
def test_station_and_job_hand_out_the_approved_file(
    somebody: Somebody, approved: SimpleNamespace, role: str
) -> None:
    import hashlib

    person, path = somebody(role), f"/admin/job/{approved.job.number}/file"
    for page in (
        f"/admin/job/{approved.job.number}",
        f"/admin/station/press?job={approved.job.number}",
    ):
        assert person.get(page).all(f"a[href='{path}']"), page
    answer = person.get(path)
    assert answer.status == 302
    body = requests.get(answer.answer.location, timeout=30).content
    assert hashlib.sha256(body).hexdigest() == approved.sha256


def test_a_file_that_came_after_the_approval_is_not_handed_out(
    somebody: Somebody, approved: SimpleNamespace
) -> None:
    approved.shop.with_file(approved.slot)
    answer = somebody("operator").get(f"/admin/job/{approved.job.number}/file")
    assert answer.status == 409
    assert "is not approved, so it can't be produced" in answer.words


def test_a_job_without_an_approved_file_hands_out_none(
    somebody: Somebody, ready_job: Callable[..., Any]
) -> None:
    assert somebody("operator").get(f"/admin/job/{ready_job().number}/file").status == 404


@pytest.mark.parametrize(
    ("role", "others"),
    [("operator", 403), ("planner", 403), ("quality", 403), ("warehouse", 403), ("finance", 403),
     ("prepress", 302), ("sales", 302), ("owner", 302)],
)  # fmt: skip
def test_other_versions_are_for_those_who_work_on_artwork(
    somebody: Somebody, approved: SimpleNamespace, role: str, others: int
) -> None:
    person, place = somebody(role), f"/admin/artwork/{approved.slot.id}"
    assert person.get(f"{place}/file/1").status == others
    assert person.get(f"{place}/file/2").status == 302
    older, newest = person.get(f"{place}?version=1"), person.get(place)
    assert bool(older.all(f"a[href$='{approved.slot.id}/file/1']")) is (others == 302)
    assert newest.all(f"a[href$='{approved.slot.id}/file/2']")


def test_the_station_shows_options_and_the_exact_wording(
    somebody: Somebody, approved: SimpleNamespace
) -> None:
    page = somebody("operator").get(f"/admin/station/press?job={approved.job.number}")
    assert "Cotton 350 g, uncoated" in page.words
    assert page.said("dd.exact") == "Ada & Grace <3 Sat 1 May 2027"


def test_prepress_is_told_of_words_that_nobody_could_compare(
    somebody: Somebody, approved: SimpleNamespace
) -> None:
    page = somebody("prepress").get(f"/admin/artwork/{approved.slot.id}")
    assert "nobody compared it with: Names." in page.words
