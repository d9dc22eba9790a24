"""Whatever is typed or sent in the place of a number is understood or refused with a sentence, at every door."""

from __future__ import annotations

import contextlib
import math
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from app import declarations
from app.accounts.matrix import permissions
from app.accounts.verbs import issue_api_token
from app.catalog.services import find_product
from app.core.actor import system
from app.core.errors import BadInput
from app.core.verbs import VERBS, Verb
from app.fulfilment.queries import find_shipment
from app.fulfilment.verbs import start_picking
from app.orders.models import Order
from app.production.verbs import start_operation
from tests.backoffice.conftest import Person
from tests.backoffice.new_order_form import CARD_PAGE, ORDER
from tests.backoffice.orders_in_state import order_in_state
from tests.catalog.editor_form import changed, editor_form
from tests.catalog.layers import inherit_properties
from tests.entry_points.test_who_may import FORM, filled, rules, things
from tests.orders.conftest import ask, catalogue

__all__ = ["ask", "catalogue", "things"]
declarations.load(declarations.VERBS)
CARD = "invitation-card-a6"
TYPED = (
    "9" * 5000, "1.000", "NaN", "-0", "∞", "0x10", "1e5", "1e999999", "", " ", "-1", "12.5", "٣٠٠",
    "9" * 9, "1,000", "1 000", " 300", "１０００", "\x00",
)  # fmt: skip
SENT = (
    *TYPED, True, None, 1.5, 1e300, 10**8, 10**12, 10**30, -(10**30), [], {}, [1], {"a": 1},
)  # fmt: skip
NO_JSON = (
    b"[" * 1024 * 1024, b'{"a":' * 20_000, b'{"quantity": NaN}', b'{"quantity": 1e999}',
    b'{"quantity": ' + b"9" * 5000 + b"}", b"\xff", b"", b"null", b"[" * 300 + b"]" * 300,
)  # fmt: skip
NUMBERS = re.compile(r"\b(int|float|Decimal)\b")
ENDS_THE_SESSION = {"sign_in.sign_out"}
#: Doors that take several kinds of record, each with the kind of its verbs.
FORMS = {
    "job": "job_page.act", "operation": "station.act", "shipment": "shipment_page.act",
    "stock_item": "stock_items.act", "artwork": "artwork.act",
    "rate": "rates.act",
}  # fmt: skip


def number_fields(verb: Verb[Any, Any, Any]) -> list[str]:
    fields = verb.Input.model_fields.items()
    return [name for name, field in fields if NUMBERS.search(str(field.annotation))]


def with_numbers(entry: str) -> Iterator[tuple[str, Verb[Any, Any, Any], list[str]]]:
    """Yield the kind of record, the verb and its fields that are numbers, of each verb with this entry."""
    for (kind, _key), verb in sorted(VERBS.items()):
        if entry in verb.entry and (names := number_fields(verb)):
            yield kind, verb, names


@pytest.fixture
def owner(app: Flask, session: Any) -> Person:
    return Person(app.test_client(), "owner")


@pytest.fixture
def key(session: Any) -> str:
    """An API key that may do everything."""
    _, secret = issue_api_token(None, "Tests", sorted(permissions()), actor=system())
    session.commit()
    return secret


def faults_of(ask: Callable[[Any], Any], values: tuple[Any, ...]) -> list[tuple[str, int]]:
    """Return the values that `ask` answered with a fault of ours, each with its status."""
    statuses = [(str(value)[:20], ask(value).status_code) for value in values]
    return [(value, status) for value, status in statuses if status >= 500]


@pytest.fixture
def ready(things: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The things of the shop, of which an operation runs and a shipment is being picked."""
    start_operation(things["station.act"]["operation_id"], actor=system())
    shipment = find_shipment(things["shipment_page.act"]["ref"])
    start_picking(shipment.id, actor=system())
    return things | {"stock_item": {"ref": "GLUE"}, "rate": {"ref": "gold"}}


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_forms_of_verbs(
    app: Flask, owner: Person, ready: dict[str, dict[str, Any]], kind: str
) -> None:
    (rule,) = [rule for rule in rules(app, "/admin") if rule.endpoint == FORMS[kind]]
    token, tried = owner.token("/admin/account"), 0
    entry = "station" if kind == "operation" else "staff"
    for _, verb, names in (one for one in with_numbers(entry) if one[0] == kind):
        path = filled(rule, ready[FORMS[kind]] | {"verb": verb.key})
        typed_into = {"first"} if "quantities" in names else set(names)

        def ask(typed: str, path: str = path, names: set[str] = typed_into) -> Any:
            own = {"csrf_token": token, "idempotency_key": uuid.uuid4().hex}
            form = FORM | own | dict.fromkeys(names, typed)
            return owner.client.post(path, data=form, environ_base=owner.environ)

        tried += 1
        assert faults_of(ask, TYPED) == [], verb.key
    assert tried


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in with_numbers("api")}))
def test_bodies_of_verbs(
    client: Any, key: str, ready: dict[str, dict[str, Any]], kind: str
) -> None:
    named = ready.get(kind) or ready[FORMS[kind]]
    ref = named["operation_id" if kind == "operation" else "ref"]
    headers = {"Authorization": f"Bearer {key}"}
    for _, verb, names in (one for one in with_numbers("api") if one[0] == kind):
        path = f"/api/v1/{kind.replace('_', '-')}s/{ref}/{verb.key}"

        def send(body: bytes, path: str = path) -> Any:
            return client.post(path, data=body, headers=headers)

        assert faults_of(send, NO_JSON) == [], verb.key
        fields = verb.Input.model_fields.items()
        needed = {name: FORM.get(name, "1") for name, field in fields if field.is_required()}

        def ask(value: Any, path: str = path, given: Any = needed, names: Any = names) -> Any:
            return client.post(path, json=given | dict.fromkeys(names, value), headers=headers)

        assert ask(None).status_code != 404
        assert faults_of(ask, SENT) == [], verb.key


@pytest.mark.parametrize("field", ["quantity", "quantity_other"])
@pytest.mark.parametrize("page", [f"/p/{CARD}", CARD_PAGE])
def test_the_calculator_and_the_request(
    app: Flask, owner: Person, preset_products: None, page: str, field: str
) -> None:
    csrf = owner.token(page)
    last = {"/p": "request", "/a": ""}[page[:2]]
    for path in (f"{page}/price", f"{page}/{last}".rstrip("/")):

        def ask(typed: str, path: str = path) -> Any:
            form = ORDER | {"quantity": "other", field: typed, "csrf_token": csrf}
            form["delivery"] = "pickup"
            form["idempotency_key"] = str(uuid.uuid4())
            return owner.client.post(path, data=form, environ_base=owner.environ)

        answer = ask("1 0")
        assert answer.status_code in (200, 422), answer.text
        assert faults_of(ask, TYPED) == []


def test_a_thousand_cards_are_a_thousand_however_they_are_written(
    owner: Person, preset_products: None, session: Any
) -> None:
    form = ORDER | {"csrf_token": owner.token(f"/p/{CARD}"), "delivery": "pickup"}
    for typed in ("1,000", "1 000", " 1000", "1'000"):
        # each with a note of its own: the same request again would be asked about
        own = {"quantity": typed, "idempotency_key": str(uuid.uuid4()), "note": f"“{typed}”"}
        answer = owner.client.post(
            f"/p/{CARD}/request", data=form | own, environ_base=owner.environ
        )
        assert answer.status_code == 303, typed
    orders = session.query(Order).all()
    assert [line.quantity for order in orders for line in order.lines] == [1000] * 4


def test_prices_of_a_quote_and_their_total(owner: Person, ask: Any) -> None:
    order = order_in_state("estimating", ask)
    page = owner.get(f"/admin/order/{order.ref}")
    form = page.form("send_quote")
    name = f"price-{order.lines[0].id}"
    for path in (form.pop(""), f"/admin/order/{order.ref}/total"):

        def send(typed: str, path: str = path) -> Any:
            return owner.client.post(path, data=form | {name: typed}, environ_base=owner.environ)

        assert faults_of(send, TYPED[:11]) == []


def test_numbers_of_a_product(owner: Person, preset_products: None) -> None:
    path = f"/admin/products/edit/?id={find_product(CARD).id}"
    form = editor_form(owner.get(path).answer.text)
    numbers = {name for name, value in form.items() if re.fullmatch(r"\d+(\.\d+)?", value)}
    names = sorted(name for name in numbers - {"version_id"} if not name.endswith("._"))
    assert len(names) > 10

    def save(typed: str) -> Any:
        given = dict.fromkeys(names, typed) | {"idempotency_key": uuid.uuid4().hex}
        body = changed(form.copy(), given)
        return owner.client.post(path, data=body, environ_base=owner.environ)

    assert save("NaN").status_code == 422
    assert faults_of(save, TYPED) == []
    assert owner.client.get(f"/p/{CARD}").status_code == 200


PARTS = {
    "price": ("setup_minor", "rush_percent", "tax_permille", "unit_breaks"),
    "quantity": ("minimum", "maximum", "step", "suggestions"),
    "artwork": ("trim_width_mm", "min_dpi", "build_volume_mm"),
}


@pytest.mark.parametrize("value", [*SENT, math.nan, "x", [[]], [{"key": [1]}], [{"key": None}]])
def test_each_property_of_a_product(session: Any, preset_products: None, value: Any) -> None:
    family = find_product(CARD).family.properties
    layers: list[Any] = [{part: {name: value}} for part, names in PARTS.items() for name in names]
    layers += [{name: value} for name in ("drop", "options", "materials", "gates", *PARTS)]
    for layer in layers:
        with contextlib.suppress(BadInput):
            inherit_properties(family, layer)


@pytest.mark.parametrize("body", NO_JSON)
def test_uploads(client: Any, body: bytes) -> None:
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/link").text)
    assert csrf is not None
    headers = {"X-CSRFToken": csrf[1], "Content-Type": "application/json"}
    there = uuid.uuid4()
    for path in ("/uploads", f"/uploads/{there}/parts", f"/uploads/{there}/complete"):
        assert client.post(path, data=body, headers=headers).status_code < 500


@pytest.mark.parametrize("size", [value for value in SENT if not isinstance(value, str)])
def test_the_size_of_an_upload(client: Any, size: Any) -> None:
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/link").text)
    assert csrf is not None
    asked = {"file_name": "card.pdf", "size_bytes": size, "sha256": "0" * 64}
    answer = client.post("/uploads", json=asked, headers={"X-CSRFToken": csrf[1]})
    assert answer.status_code < 500 or size == 10**8  # storage has no room for it at most


def test_an_address_with_a_number_of_thousands_of_digits(
    owner: Person, things: dict[str, dict[str, Any]]
) -> None:
    slot = things["artwork.act"]["ref"]
    for path in (
        f"/admin/artwork/{slot}?version=" + "9" * 5000,
        "/admin/orders/?page=WyJb" + "W1tb" * 1500,
        "/admin/station/x?job=" + "9" * 5000,
    ):
        assert owner.get(path).status < 500


@pytest.mark.extended
def test_nothing_that_is_no_json_breaks_any_address(
    app: Flask, owner: Person, key: str, things: dict[str, dict[str, Any]]
) -> None:
    """Whether an address takes JSON or a form: each is sent 1 MiB of brackets, and numbers without an end."""
    token = owner.token("/admin/account")
    broken, read = [], 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ENDS_THE_SESSION:
            continue
        for method in sorted((rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}):
            path = filled(rule, things.get(rule.endpoint, {}))
            is_api = path.startswith("/api/")
            headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
            headers |= {"Authorization": f"Bearer {key}"} if is_api else {}
            for body in (
                NO_JSON[0],
                b'{"a": 1e999, "b": [[[[]]]]}',
                b'{"a": ' + b"9" * 5000 + b"}",
            ):
                answer = owner.client.open(
                    path, method=method, data=body, headers=headers, environ_base=owner.environ
                )
                read += "form has expired" not in answer.text
                if answer.status_code >= 500:
                    broken.append((method, path, body[:12], answer.status_code))
    assert broken == []
    assert read > 300
