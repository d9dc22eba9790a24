"""Verbs over the API: the declarations of the rooms, with keys and versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.verbs import issue_api_token
from app.catalog import verbs as catalog
from app.catalog.services import find_product
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.core.postal_address import PostalAddress
from app.core.verbs import VERBS
from app.orders.models import Order
from tests.order_rows import SHIP_TO, placed_order
from tests.preset_shop import load_presets

Post = Callable[..., Any]


@pytest.fixture
def post(client: Any, session: Any) -> Post:
    scopes = ["order.view", "order.hold", "order.estimate", "order.set_delivery"]
    scopes += ["catalog.view", "catalog.edit"]
    _, secret = issue_api_token(None, "Tests", scopes, actor=system())
    session.commit()

    def send(path: str, body: Any = None, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {secret}"
        return client.post(f"/api/v1{path}", json=body, headers=named)

    return send


def events(order: Order, name: str) -> list[Event]:
    query = sa.select(Event).where(Event.stream_id == order.id, Event.name == name)
    return list(db.session.scalars(query))


def test_a_verb_is_done_and_answers_the_record_as_it_is_then(post: Post) -> None:
    order = placed_order()
    answer = post(f"/orders/{order.ref}/hold", {"reason": "Waiting for paper."})
    assert answer.status_code == 200
    assert (answer.json["on_hold"], answer.json["hold_reason"]) == (True, "Waiting for paper.")
    offered = {action["verb"] for action in answer.json["allowed_actions"]}
    assert "resume" in offered and "hold" not in offered and "cancel" not in offered
    (event,) = events(order, "order.held")
    assert (event.actor_kind, event.door) == ("api", "api")


def test_the_same_key_again_answers_the_record_and_does_nothing(post: Post) -> None:
    order = placed_order()
    first = post(f"/orders/{order.ref}/hold", {"reason": "One."}, Idempotency_Key="k-1")
    again = post(f"/orders/{order.ref}/hold", {"reason": "One."}, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["hold_reason"] == "One."
    assert len(events(order, "order.held")) == 1
    other = post(f"/orders/{order.ref}/hold", {"reason": "Two."}, Idempotency_Key="k-2")
    assert (other.status_code, other.json["code"]) == (409, "already_done")


def test_a_record_that_changed_since_it_was_read_is_refused(post: Post) -> None:
    order = placed_order()
    old = order.version_id
    post(f"/orders/{order.ref}/hold", {"reason": "One."})
    stale = post(f"/orders/{order.ref}/resume", If_Match=f'"{old}"')
    assert (stale.status_code, stale.json["code"]) == (409, "stale")
    seen = db.session.get_one(Order, order.id).version_id
    assert post(f"/orders/{order.ref}/resume", If_Match=f'"{seen}"').status_code == 200
    assert post(f"/orders/{order.ref}/resume", If_Match="soon").status_code == 422


@pytest.mark.parametrize(
    ("body", "field", "why"),
    [
        ({}, "reason", "Fill in this field."),
        ({"reason": " "}, "reason", "Enter why the order is on hold"),
        ({"reason": "x", "actor": "me"}, "actor", "no field with this name"),
        (["reason"], None, "Send a JSON object."),
    ],
)
def test_a_wrong_body_is_named_and_nothing_is_done(
    post: Post, body: Any, field: str | None, why: str
) -> None:
    order = placed_order()
    answer = post(f"/orders/{order.ref}/hold", body)
    assert (answer.status_code, answer.json.get("field")) == (422, field)
    assert why in answer.json["detail"]
    assert events(order, "order.held") == []


def test_a_state_that_does_not_take_it_and_a_scope_that_may_not_are_refused(post: Post) -> None:
    order = placed_order()
    wrong = post(f"/orders/{order.ref}/start_estimate")
    assert (wrong.status_code, wrong.json["code"]) == (409, "wrong_state")
    refused = post(f"/orders/{order.ref}/cancel", {"reason": "No."})
    assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")
    assert post("/orders/MR-99999999/hold", {"reason": "No."}).status_code == 404


def test_every_verb_that_the_api_offers_has_an_address_and_a_description(client: Any) -> None:
    described = client.get("/api/v1/openapi.json").json["paths"]
    names = {one["operationId"] for path in described.values() for one in path.values()}
    assert {f"{kind}_{key}" for (kind, key), verb in VERBS.items() if "api" in verb.entry} <= names


def test_programs_set_where_an_order_goes(post: Post) -> None:
    order = placed_order(ship_to=PostalAddress())
    wrong = post(f"/orders/{order.ref}/set_delivery", {"method": "carrier"})
    assert (wrong.status_code, wrong.json["field"]) == (422, "ship_to")
    done = post(f"/orders/{order.ref}/set_delivery", {"method": "carrier", "ship_to": SHIP_TO})
    assert (done.status_code, done.json["delivery"]) == (200, "carrier")
    collected = post(f"/orders/{order.ref}/set_delivery", {"method": "pickup"})
    assert (collected.status_code, collected.json["delivery"]) == (200, "pickup")
    assert post(f"/orders/{order.ref}/set_delivery", {"method": "post"}).status_code == 422
    assert len(events(order, "order.delivery_set")) == 2


def test_a_change_of_products_on_offer_is_told_and_confirmed_by_its_token(post: Post) -> None:
    load_presets(["print"])
    family = find_product("invitation-card-a6").family
    wording = dict(family.properties) | {"wording": {"piece": "sheet"}}
    path, body = f"/product-families/{family.id}/change_family", {"properties": wording}
    asked = post(path, body)
    assert (asked.status_code, asked.json["code"]) == (409, "unconfirmed")
    assert (asked.json["changed"], len(asked.json["products"])) == (3, 3)
    before = [one["before_minor"] for one in asked.json["products"]]
    assert before == [one["after_minor"] for one in asked.json["products"]]
    done = post(path, body | {"confirm": asked.json["confirm"]})
    assert done.status_code == 200
    assert family.properties["wording"] == {"piece": "sheet"}


def test_a_draft_that_is_not_finished_is_refused_with_each_fault(post: Post) -> None:
    family = catalog.create_family(None, slug="glass", name="Glass", properties={}, actor=system())
    values = {"slug": "vase", "sku": "VASE", "name": "Vase", "family": family, "properties": {}}
    draft = catalog.create_product(None, **values, actor=system())
    refused = post(f"/products/{draft.id}/publish")
    assert refused.status_code == 422
    assert set(refused.json["faults"]) == {"properties.route", "properties.price"}
