from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from app.accounts.verbs import issue_api_token, revoke_api_token
from app.core.actor import system
from app.core.db import db
from app.core.events import Event
from app.orders.models import Order
from tests.notify.conftest import an_order
from tests.variant_orders import put_on_offer, requested

PROBLEM = "application/problem+json"


@pytest.fixture
def key(session):
    _, secret = issue_api_token(None, "Tests", ["order.view", "quote.send"], actor=system())
    session.commit()
    return secret


@pytest.fixture
def get(client, key):
    def ask(path, secret=key, **options):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return client.get(f"/api/v1{path}", headers=headers, **options)

    return ask


def orders(count: int) -> list[str]:
    made = [an_order().ref for _ in range(count)]
    db.session.commit()
    return made


def test_an_order_is_given_out_by_its_number(get, session):
    order = an_order()
    answer = get(f"/orders/{order.ref}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    said = answer.json
    assert (said["id"], said["number"]) == (str(order.id), order.ref)
    assert (said["state"], said["state_label"]) == ("requested", "New request")
    assert said["customer"] == "Example Stationers"
    assert said["lines"] == [] and said["total_minor"] is None


def test_only_what_the_state_and_the_scopes_allow_is_offered(get, session):
    order = an_order()
    assert get(f"/orders/{order.ref}").json["allowed_actions"] == []
    session.get(Order, order.id).state = "estimating"
    session.commit()
    actions = get(f"/orders/{order.ref}").json["allowed_actions"]
    assert [action["verb"] for action in actions] == ["send_quote"]
    assert actions[0]["problem"] is None
    session.get(Order, order.id).hold_reason = "Waiting for paper."
    session.commit()
    (held,) = get(f"/orders/{order.ref}").json["allowed_actions"]
    assert "on hold" in held["problem"]


def test_pages_are_turned_by_key_and_miss_nothing_that_comes_meanwhile(get, session):
    made = orders(5)
    first = get("/orders?limit=2").json
    orders(1)  # a new one at the top moves no page
    second = get(f"/orders?limit=2&after={first['next']}").json
    third = get(f"/orders?limit=2&after={second['next']}").json
    seen = [row["number"] for page in (first, second, third) for row in page["data"]]
    assert seen == made[::-1]
    assert third["next"] is None


def test_a_list_is_narrowed_by_state(get, session):
    orders(2)
    assert len(get("/orders?state=requested").json["data"]) == 2
    assert get("/orders?state=closed").json == {"data": [], "next": None}


@pytest.mark.parametrize("secret", ["", "mrk_wrong", "' OR 1=1 --", "é"])
def test_without_a_good_key_nothing_is_said(get, secret):
    answer = get("/orders", secret=secret)
    assert (answer.status_code, answer.mimetype) == (401, PROBLEM)
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert answer.json["code"] == "unauthorised"


def test_a_key_in_another_scheme_opens_nothing(client, key):
    answer = client.get("/api/v1/orders", headers={"Authorization": f"Basic {key}"})
    assert answer.status_code == 401


def test_a_revoked_key_opens_nothing(get, session):
    row, secret = issue_api_token(None, "Old", ["order.view"], actor=system())
    assert get("/orders", secret=secret).status_code == 200
    revoke_api_token(row.id, actor=system())
    assert get("/orders", secret=secret).status_code == 401


def test_a_key_without_the_scope_is_refused(get, session):
    _, secret = issue_api_token(None, "Stock", ["stock.view"], actor=system())
    for path in ("/orders", f"/orders/{an_order().ref}"):
        answer = get(path, secret=secret)
        assert (answer.status_code, answer.mimetype) == (403, PROBLEM)
        assert answer.json["code"] == "not_allowed"
    refused = sa.select(Event.sealed_data).where(Event.name == "access.denied")
    assert [data["permission"] for data in session.scalars(refused)] == ["order.view"] * 2


@pytest.mark.parametrize("number", ["MR-99999", "MR-", "x", "9" * 30, "MR-10001;", "١٢٣"])
def test_an_unknown_number_is_a_404_with_details(get, number):
    answer = get(f"/orders/{number}")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)
    assert answer.json["instance"].startswith("/api/v1/orders/")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("after=17", "after"),
        ("state=lost", "state"),
        ("colour=red", "colour"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(get, query, field):
    answer = get(f"/orders?{query}")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert answer.json["field"] == field


def test_an_unknown_cursor_is_an_empty_end_not_a_fault(get, session):
    orders(1)
    assert get(f"/orders?after={uuid.UUID(int=1)}").json == {"data": [], "next": None}


def test_any_other_address_says_so_as_problem_details(get):
    answer = get("/customers")
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM)


def test_the_api_takes_no_cookie_and_sets_none(get, session):
    assert "Set-Cookie" not in get("/orders").headers


def test_nothing_is_kept_in_caches(get, session):
    assert get("/orders").headers["Cache-Control"] == "no-store"
    assert get("/orders", secret="x").headers["Cache-Control"] == "no-store"


def test_the_description_needs_no_key_and_fits_what_is_given_out(client, get, session):
    import jsonschema

    order = an_order()
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    for path, shape in (("/orders", "OrderPage"), (f"/orders/{order.ref}", "OrderFull")):
        schema = {"$ref": f"#/components/schemas/{shape}", "components": document["components"]}
        jsonschema.validate(get(path).json, schema)
    schema = {"$ref": "#/components/schemas/ProblemDetails", "components": document["components"]}
    jsonschema.validate(get("/orders", secret="").json, schema)


def test_every_address_of_the_description_exists(app, client):
    described = client.get("/api/v1/openapi.json").json["paths"]
    rules = {str(rule).replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}
    assert {f"/api/v1{path}" for path in described} <= rules


def test_a_line_is_given_out_with_the_pieces_of_each_variant(get, session):
    put_on_offer()
    order = requested({"s-navy": 4, "m-white": 6})
    session.commit()
    (line,) = get(f"/orders/{order.ref}").get_json()["lines"]
    assert line["configuration"]["quantities"] == {"m-white": 6, "s-navy": 4}
    assert line["variants"] == [
        {"key": "s-navy", "label": "S / NAVY", "quantity": 4, "sku": "TEE-S-NAVY"},
        {"key": "m-white", "label": "M / WHITE", "quantity": 6, "sku": "TEE-M-WHITE"},
    ]
    assert line["quantity"] == 10
