"""What a record's state does not take is answered with 409 and its sentence, at every door, for every verb."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.matrix import permissions
from app.accounts.services.links import issue_link
from app.accounts.verbs import issue_api_token
from app.api.endpoints import verb_endpoints
from app.core.actor import Actor, system
from app.core.db import db
from app.core.events import Event
from app.core.verbs import VERBS, verbs_of
from app.orders.models import Order
from tests.backoffice.conftest import Page, Person
from tests.entry_points.illegal import KINDS, refused, subject_of
from tests.entry_points.things import filled, things

__all__ = ["things"]
Enter = Callable[..., Person]
Things = dict[str, dict[str, Any]]
pytestmark = pytest.mark.extended
REF = ("operation_id", "row_id", "ref")
#: Kinds of which every verb can always be done.
ALWAYS = {
    "connections.act",
    "stock_items.act",
    "tax_rates.act",
    "customers.act",
    "shop_settings.act",
    "families.act",
}


def ref_of(endpoint: str, given: dict[str, Any]) -> str:
    """The reference of the record itself; a check at a station is a verb of its job."""
    found = str(next(given[name] for name in REF if name in given))
    return subject_of("operation").find(found).job.number if endpoint == "check" else found


def events() -> int:
    return db.session.scalar(select(func.count()).select_from(Event)) or 0


def in_words(page: Page) -> str:
    return " ".join(page.document.text_content().split())


@pytest.mark.parametrize("endpoint", sorted(set(KINDS) - ALWAYS))
def test_at_the_back_office_and_its_stations(
    app: Flask, somebody: Enter, things: Things, endpoint: str
) -> None:
    owner, kind, given = somebody("owner"), KINDS[endpoint], things[endpoint]
    actor = Actor("staff", owner.staff.id, owner.staff.name, "backoffice", frozenset("*"))
    token, view = owner.token("/admin/"), "station.act" if endpoint == "check" else endpoint
    (rule,) = [rule for rule in app.url_map.iter_rules() if rule.endpoint == view]
    tried, ref = 0, ref_of(endpoint, given)
    entry = "station" if view == "station.act" else "staff"
    for situation, verb, problem in refused(kind, ref, entry, actor):
        before, sentence = events(), problem.sentence
        address = filled(rule, {**given, "verb": verb.key})
        answer = owner.send(address, {"csrf_token": token, "idempotency_key": f"k-{tried}"})
        assert answer.status == 409, (verb.key, situation, in_words(answer)[:400])
        assert " ".join(sentence.split()) in in_words(answer), (verb.key, situation)
        assert events() == before
        tried += 1
    assert tried


def test_no_page_with_verbs_is_left_out(app: Flask) -> None:
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "verb" in rule.arguments and str(rule).startswith("/admin")
    }
    assert pages == set(KINDS) - {"check"}
    entered = {kind for (kind, _), verb in VERBS.items() if verb.entry & {"staff", "station"}}
    assert entered <= set(KINDS.values())
    for endpoint in ALWAYS:
        for verb in verbs_of(KINDS[endpoint]):
            assert verb.on.chart is None and verb.can is None and not verb.rules


def value_of(name: str) -> Any:
    """What a person may have typed into the field."""
    return {"quantity": 1, "spoiled": 1, "weight_g": 100, "version": 1, "day": "2030-01-02"}.get(
        name, "Because."
    )


def test_at_the_api(app: Flask, session: Any, things: Things) -> None:
    _, secret = issue_api_token(None, "Tests", sorted(permissions()), actor=system())
    session.commit()
    actor, client = Actor("api", None, "Tests", "api", frozenset(permissions())), app.test_client()
    paths = {(one.name): one.path for one in verb_endpoints()}
    tried: Counter[tuple[str, str]] = Counter()
    for endpoint, kind in KINDS.items():
        if endpoint in ("station.act", "check", *ALWAYS):
            continue  # the same records again
        ref = ref_of(endpoint, things[endpoint])
        for situation, verb, problem in refused(kind, ref, "api", actor):
            sentence, fields = problem.sentence, verb.Input.model_fields
            whole = {name: value_of(name) for name, one in fields.items() if one.is_required()}
            # what is sent matters only where the verb can be done: asked once of each
            for body in [whole] if tried[kind, verb.key] else [whole, {}]:
                answer = client.post(
                    "/api/v1" + paths[f"{kind}_{verb.key}"].format(ref=ref),
                    json=body,
                    headers={"Authorization": f"Bearer {secret}"},
                )
                assert answer.status_code == 409, (verb.key, situation, answer.json)
                assert sentence in answer.json["detail"], (verb.key, situation, answer.json)
            tried[kind, verb.key] += 1
    offered = {kind for (kind, _), verb in VERBS.items() if "api" in verb.entry}
    always = {"stock_item", "product_family", "customer", "rate"}
    assert {kind for kind, _ in tried} == offered - always
    assert sum(tried.values()) > 150


def test_at_the_portal(app: Flask, session: Any, things: Things) -> None:
    order = db.session.scalars(
        select(Order).where(Order.id == subject_of("order").find(things["order_page.act"]["ref"]).id)
    ).one()  # fmt: skip
    ref, slot_id, client = order.ref, things["artwork.act"]["ref"], app.test_client()
    order.lines[0].artwork_slot_id = slot_id
    session.commit()
    client.get(f"/t/{issue_link(order.id, 'Ada Example', actor=system('cli'))}")
    session.commit()
    token = Page(client.get("/link")).document.cssselect("input[name=csrf_token]")[0].get("value")
    me = Actor("customer", None, "Ada Example", "portal", streams=frozenset({order.id}))
    places = {
        "order": (ref, f"/orders/{ref}"),
        "artwork": (str(slot_id), f"/orders/{ref}/proof/{slot_id}"),
    }
    tried: Counter[str] = Counter()
    for kind, (own_ref, place) in places.items():
        for situation, verb, problem in refused(kind, own_ref, "portal", me):
            sentence = problem.sentence
            form = {"csrf_token": token, "idempotency_key": f"k-{sum(tried.values())}"}
            answer = Page(client.post(f"{place}/{verb.key}", data=form))
            assert answer.status == 409, (verb.key, situation, in_words(answer)[:400])
            assert " ".join(sentence.split()) in in_words(answer), (verb.key, situation)
            tried[f"{kind}.{verb.key}"] += 1
    assert set(tried) == {
        f"{kind}.{verb.key}" for kind in places for verb in verbs_of(kind, "portal")
    } - {"artwork.add_file"}  # until the customer approved, a file may come in every state
