"""Every address there is: refused to strangers, to roles without the permission, to other customers.

The addresses are read from the application, so a new one is asked as soon as it is there; one that
changes something must stand in `MAY` with the permission it takes.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import func, select

from app import declarations
from app.accounts.doors.identity import OPEN_ENDPOINTS
from app.accounts.matrix import ROLES, may
from app.accounts.services.links import issue_link
from app.core.actor import system
from app.core.backoffice.access import ANY_STAFF
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.db import db
from app.core.events import Event
from app.core.verbs import verbs_of
from tests.backoffice.conftest import Person
from tests.entry_points.things import filled, things
from tests.order_rows import placed_order

__all__ = ["things"]
declarations.load(declarations.VERBS)
OWNERS = [role for role in ROLES if role != "owner"]
CLOSED = {"export", "ajax_update"}  # 404 for everybody
#: What each address that changes something takes, beside the permission of its page.
MAY = {
    "new_order.offered": "customer.view",
    "new_order.picked": "customer.view",
    "new_order.price": "order.create",
    "new_order.take": "order.create",
    "order_page.total": "quote.send",
    "set_up.close": "settings.edit",
    "set_up.load": "settings.edit",
    "set_up.skip": "settings.edit",
    "staff_uploads.abort": "artwork.upload",
    "staff_uploads.complete": "artwork.upload",
    "staff_uploads.sign": "artwork.upload",
    "staff_uploads.start": "artwork.upload",
    "tax_rates.add_usual": "tax.edit",
    "rates.preview": "rate.edit",
    "station.scan": "job.view",
    "station.change_person": "job.view",
}
OWN = {"accounts.", "security.", "sign_in.", "resets.", "first_owner."}
"""One's own account: open to everybody who is signed in."""
VERBS = {
    "order_page.act": {
        # who releases a hold is said by the hold; without one it is the usual permission
        verb.key: verb.permission if isinstance(verb.permission, str) else "order.hold"
        for verb in verbs_of("order", "staff")
    },
    "artwork.act": {
        verb.key: verb.permission if isinstance(verb.permission, str) else "artwork.check"
        for verb in verbs_of("artwork", "staff")
    },
    "stock_items.act": {verb.key: verb.permission for verb in verbs_of("stock_item", "staff")},
    "movements.act": {verb.key: verb.permission for verb in verbs_of("stock_movement", "staff")},
    "intents.act": {verb.key: verb.permission for verb in verbs_of("intent", "staff")},
    "connections.act": {verb.key: verb.permission for verb in verbs_of("connection", "staff")},
    "dead_letters.act": {verb.key: verb.permission for verb in verbs_of("delivery", "staff")},
    "messages.act": {verb.key: verb.permission for verb in verbs_of("message", "staff")},
    "job_page.act": {
        verb.key: verb.permission if isinstance(verb.permission, str) else "job.hold"
        for verb in verbs_of("job", "staff")
    },
    "job_page.act_on_step": {verb.key: verb.permission for verb in verbs_of("operation", "staff")},
    "staff.act": {verb.key: verb.permission for verb in verbs_of("staff", "staff")},
    "shop_settings.act": {verb.key: "settings.edit" for verb in verbs_of("shop_settings", "staff")},
    "api_keys.act": {verb.key: verb.permission for verb in verbs_of("api_token", "staff")},
    "shipment_page.act": {verb.key: verb.permission for verb in verbs_of("shipment", "staff")},
    "customers.act": {verb.key: verb.permission for verb in verbs_of("customer", "staff")},
    "families.act": {verb.key: verb.permission for verb in verbs_of("product_family", "staff")},
    "products.act": {verb.key: verb.permission for verb in verbs_of("product", "staff")},
    "catalog_changes.act": {
        verb.key: verb.permission for verb in verbs_of("catalog_change", "staff")
    },
    "customer_groups.act": {v.key: v.permission for v in verbs_of("customer_group", "staff")},
    "promotions.act": {v.key: v.permission for v in verbs_of("promotion", "staff")},
    "price_lists.act": {v.key: v.permission for v in verbs_of("price_list", "staff")},
    "rates.act": {verb.key: verb.permission for verb in verbs_of("rate", "staff")},
    "tax_rates.act": {verb.key: verb.permission for verb in verbs_of("tax_rate", "staff")},
    "station.act": {
        **{verb.key: "job.run" for verb in verbs_of("operation", "station")},
        **{verb.key: verb.permission for verb in verbs_of("job", "station")},
    },
}  # fmt: skip
# The refusal itself, without the page around it: tests/backoffice read that page.
BRIEFLY = {"Accept": "application/json"}
FORM = {
    "weight_g": "100", "reason": "why", "problem": "why", "cause": "why", "due_on": "2030-01-02",
    "day": "2030-01-02", "quantity": "1", "good": "1", "spoiled": "1", "parts": "1,1",
    "note": "why", "version": "1", "position": "1", "part_1": "1", "part_2": "1", "count": "1",
    "first": "1", "into": "2",
}  # fmt: skip


def rules(app: Flask, prefix: str) -> list[Any]:
    found = [rule for rule in app.url_map.iter_rules() if str(rule).startswith(prefix)]
    return [rule for rule in found if not rule.endpoint.endswith("static")]


def ways(app: Flask, prefix: str = "/admin") -> list[tuple[Any, str]]:
    return [
        (rule, method)
        for rule in rules(app, prefix)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


@pytest.fixture
def views(app: Flask) -> dict[str, Any]:
    return {view.endpoint: view for view in app.extensions["backoffice"]._views}


def taken(views: dict[str, Any], endpoint: str, method: str) -> tuple[str | None, ...]:
    """The permissions that an address takes; None among them shuts it to everybody."""
    name, _, page = endpoint.rpartition(".")
    view = views[name]
    if endpoint in MAY:
        return (view.permission_view, MAY[endpoint])
    if isinstance(view, BackOfficeModelView):
        generic = {
            "create_view": view.permission_edit if view.allow_create else None,
            "edit_view": view.permission_edit,
            "ajax_lookup": view.permission_edit,
            "ask_export": view.permission_export if view.exportable else None,
            "action_view": None,
        }
        if page in generic:
            return (view.permission_view, generic[page])
    assert method == "GET", f"{endpoint} changes something: say in MAY who may do it"
    return (view.permission_view,)


def test_a_stranger_is_sent_to_the_sign_in_page_from_every_address(app: Flask, client: Any) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/admin/sign-in").text)
    assert token is not None
    wrong = []
    for rule, method in ways(app):
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        answer = client.open(filled(rule, {}), method=method, data={"csrf_token": token.group(1)})
        if method == "GET":
            ok = answer.status_code == 303 and answer.headers["Location"].startswith(
                "/admin/sign-in?next="
            )
        else:
            ok = answer.status_code == 401
        if not ok:
            wrong.append((method, str(rule), answer.status_code))
    assert wrong == []


def test_nothing_is_changed_without_the_token_of_the_session(app: Flask, session: Any) -> None:
    owner = Person(app.test_client(), "owner")
    wrong = []
    for prefix in ("/admin", "/p/", "/orders", "/uploads", "/t/", "/link"):
        for rule, method in ways(app, prefix):
            if method == "GET":
                continue
            answer = owner.client.open(filled(rule, {}), method=method, environ_base=owner.environ)
            if answer.status_code != 400 or "form has expired" not in answer.text:
                wrong.append((method, str(rule), answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", OWNERS)
def test_each_role_is_refused_what_the_matrix_does_not_give_it(
    app: Flask, session: Any, views: dict[str, Any], role: str
) -> None:
    person = Person(app.test_client(), role)
    token = person.token("/admin/account")
    wrong, refused = [], 0
    for rule, method in ways(app):
        endpoint = rule.endpoint
        if endpoint in VERBS or any(endpoint.startswith(own) for own in OWN):
            continue
        if endpoint.rpartition(".")[2] in CLOSED:
            continue
        needs = taken(views, endpoint, method)
        if all(need == ANY_STAFF or (need is not None and may(role, need)) for need in needs):
            continue
        answer = person.client.open(
            filled(rule, {}), method=method, data={**FORM, "csrf_token": token},
            headers=BRIEFLY, environ_base=person.environ,
        )  # fmt: skip
        refused += answer.status_code == 403
        # an address of one thing may also say that there is no such thing, one of bulk verbs no such verb
        may_be_absent = bool(rule.arguments) or endpoint.endswith(".action_view")
        if answer.status_code not in ({403, 404} if may_be_absent else {403}):
            wrong.append((method, str(rule), needs, answer.status_code))
    assert wrong == []
    assert refused > 0
    written = db.session.scalar(
        select(func.count()).where(Event.name == "access.denied", Event.actor_id == person.staff.id)
    )
    assert written == min(refused, 20)


@pytest.mark.parametrize("endpoint", sorted(VERBS))
def test_each_verb_is_refused_to_each_role_that_may_not(
    app: Flask, session: Any, things: dict[str, dict[str, Any]], endpoint: str
) -> None:
    (rule,) = [rule for rule in rules(app, "/admin") if rule.endpoint == endpoint]
    before = db.session.scalar(select(func.count()).where(Event.name != "access.denied"))
    wrong, signed_in = [], 0
    for role in OWNERS:
        person, token = None, ""
        for verb, permission in VERBS[endpoint].items():
            if may(role, permission):
                continue
            if person is None:
                person, signed_in = Person(app.test_client(), role), signed_in + 1
                token = person.token("/admin/account")
            named = {**things[endpoint], "verb": verb}
            if permission == "job.quality":
                named |= things["check"]
            address = filled(rule, named)
            answer = person.client.post(
                address, data={**FORM, "csrf_token": token},
                headers=BRIEFLY, environ_base=person.environ,
            )  # fmt: skip
            if answer.status_code != 403:
                wrong.append((role, verb, permission, answer.status_code, answer.text))
    assert wrong == []
    done = db.session.scalar(
        select(func.count()).where(Event.name != "access.denied", Event.subject_kind != "staff",
                                   Event.subject_kind != "staff_sessions")
    )  # fmt: skip
    assert done <= before
    assert signed_in > 3


def test_each_bulk_verb_is_refused_to_each_role_that_may_not(
    app: Flask, session: Any, views: dict[str, Any], things: dict[str, dict[str, Any]]
) -> None:
    with_bulk = [view for view in views.values() if getattr(view, "bulk_verbs", ())]
    wrong = []
    for view, role in ((view, role) for view in with_bulk for role in OWNERS):
        person = Person(app.test_client(), role)
        form = {
            "csrf_token": person.token("/admin/account"),
            "rowid": things[f"{view.endpoint}.act"]["row_id"],
        }
        for verb in view.bulk_verbs:
            if may(role, verb.permission):
                continue
            answer = person.client.post(
                f"{view.url}/action/", data={**form, "action": verb.key},
                headers=BRIEFLY, environ_base=person.environ,
            )  # fmt: skip
            if answer.status_code != 403:
                wrong.append((view.endpoint, role, verb.key, answer.status_code))
    assert with_bulk and wrong == []


def test_the_table_of_verbs_is_whole(app: Flask) -> None:
    with_verbs = {rule.endpoint for rule in rules(app, "/admin") if "verb" in rule.arguments}
    assert with_verbs == set(VERBS)


def test_another_customer_s_order_is_not_there_whatever_is_tried(app: Flask, session: Any) -> None:
    mine, theirs = placed_order(), placed_order()
    client = app.test_client()
    assert client.get(f"/t/{issue_link(mine.id, 'Ada', actor=system('cli'))}").status_code == 303
    session.commit()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/link").text)
    assert token is not None
    form = {**FORM, "csrf_token": token.group(1), "typed_name": "Ada Example", "version": "1"}
    seen, wrong = 0, []
    for visitor in (client, app.test_client()):
        if visitor is not client:
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/link").text)
            assert found is not None
            form["csrf_token"] = found.group(1)
        for rule, method in ways(app, "/orders/"):
            kind = "artwork" if "slot_id" in rule.arguments else "order"
            verbs = verbs_of(kind, "portal") if "verb" in rule.arguments else ()
            for verb in [one.key for one in verbs] or [""]:
                address = filled(rule, {"ref": theirs.ref, "verb": verb})
                answer = visitor.open(address, method=method, data=form)
                seen += 1
                if answer.status_code != 404:
                    wrong.append((method, address, answer.status_code))
    assert wrong == []
    assert seen >= 20


def test_another_browser_s_upload_is_not_there_whatever_is_tried(app: Flask, session: Any) -> None:
    from tests.files.uploading import begin

    ticket = begin(b"%PDF-1.7 somebody's file")
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/link").text)
    assert token is not None
    wrong = []
    for rule, method in ways(app, "/uploads/"):
        with structlog.testing.capture_logs() as events:
            answer = client.open(
                filled(rule, {"upload_id": ticket.upload_id}), method=method,
                json={"part_numbers": [1]}, headers={"X-CSRFToken": token.group(1)},
            )  # fmt: skip
        logged = [event["upload"] for event in events if event["event"] == "upload.foreign"]
        if (answer.status_code, logged) != (404, [str(ticket.upload_id)]):
            wrong.append((method, str(rule), answer.status_code, logged))
    assert wrong == []


def test_the_api_says_nothing_without_a_key_and_nothing_past_its_scopes(
    app: Flask, session: Any, things: dict[str, dict[str, Any]]
) -> None:
    from app.accounts.verbs import issue_api_token

    step, job = things["station.act"]["operation_id"], things["job_page.act"]["ref"]
    order = placed_order()
    _, narrow = issue_api_token(None, "narrow", ["stock.view"], actor=system("cli"))
    session.commit()
    wrong = []
    for rule, method in ways(app, "/api/"):
        if rule.endpoint == "api.describe":
            continue
        # who may do it depends on the operation or the job's hold, so it must be there
        ref = step if "/operations/" in str(rule) else job if "/jobs/" in str(rule) else order.ref
        address = filled(rule, {"ref": ref, "rest": "anything"})
        for headers, expected in (
            ({}, {401}),
            ({"Authorization": "Bearer mrk_wrong"}, {401}),
            ({"Authorization": f"Basic {narrow}"}, {401}),
            ({"Authorization": f"Bearer {narrow}"}, {403} if "nothing" not in rule.endpoint else {404}),
        ):  # fmt: skip
            answer = app.test_client().open(address, method=method, headers=headers)
            if answer.status_code not in expected or order.ref in answer.text.replace(address, ""):
                wrong.append((method, str(rule), headers, answer.status_code))
    assert wrong == []


def test_a_member_of_staff_s_cookie_is_no_key_to_the_api(app: Flask, session: Any) -> None:
    owner = Person(app.test_client(), "owner")
    assert owner.client.get("/api/v1/orders", environ_base=owner.environ).status_code == 401
