"""Each form that changes something carries a key of its own, on every page, in every state of what it shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.accounts.services.links import issue_link
from app.core.actor import system
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.db import db
from app.core.settings import ROOT
from app.core.verbs import verbs_of
from app.orders.models import Order
from tests.backoffice.conftest import Page, Person
from tests.entry_points.illegal import KINDS, situations, subject_of
from tests.entry_points.test_illegal_verbs import ALWAYS, ref_of
from tests.entry_points.things import things

__all__ = ["things"]
pytestmark = pytest.mark.extended
Enter = Callable[..., Person]
Things = dict[str, dict[str, Any]]
#: Forms that ask, or lead somewhere: the second click finds what the first left.
NO_EFFECT_OF_ITS_OWN = {
    "sign_in.sign_out", "station.scan", "station.change_person", "accounts.change_password",
    "accounts.end_others", "security.begin", "new_order.price", "portal.price", "rates.preview",
}  # fmt: skip
#: Verbs that a page shows only after more has happened than a change of state; the templates are read as well.
SHOWN_AFTER_MORE = {
    ("product", "override_property"), ("product", "revert_property"),
    ("product_family", "override_family_property"), ("product_family", "revert_family_property"),
    ("artwork", "approve_internally"), ("artwork", "send_proof"), ("artwork", "resume"),
    ("job", "pass_quality"), ("job", "fail_quality"), ("job", "reprint_job"), ("job", "resume"),
    ("job", "schedule_job"), ("job", "split_job"), ("operation", "rework_operation"),
    ("operation", "skip_operation"), ("operation", "correct_count"), ("operation", "start_operation"),
    ("operation", "resume_operation"), ("order", "resume"), ("order", "review_tax"), ("order", "revoke_link"),
    ("rate", "set_rate"), ("order", "remove_promotion"), ("price_list", "remove_list_price"),
    ("order", "unmark_rush"), ("order", "cancel"), ("shipment", "mark_not_purchased"), ("staff", "end_session"),
    ("shipment", "mark_ready_for_pickup"), ("staff", "reset_second_factor"), ("stock_movement", "undo"),
}  # fmt: skip
#: Page → where the thing is looked at.
SHOWN = {
    "order_page.act": "/admin/order/{ref}",
    "artwork.act": "/admin/artwork/{ref}",
    "messages.act": "/admin/messages/details/?id={row_id}",
    "intents.act": "/admin/intents/details/?id={row_id}",
    "job_page.act": "/admin/job/{ref}",
    "job_page.act_on_step": "/admin/job/{ref}",
    "shipment_page.act": "/admin/shipment/{ref}",
    "station.act": "/admin/station/{key}?job={job}",
    "check": "/admin/station/{key}?job={job}",
    "staff.act": "/admin/staff/details/?id={row_id}",
    "api_keys.act": "/admin/api-keys/details/?id={row_id}",
    "movements.act": "/admin/movements/details/?id={row_id}",
    "dead_letters.act": "/admin/dead-letters/details/?id={row_id}",
    "customers.act": "/admin/customers/details/?id={row_id}",
    "tax_rates.act": "/admin/tax-rates/details/?id={row_id}",
    "families.act": "/admin/families/details/?id={row_id}",
    "products.act": "/admin/products/details/?id={row_id}",
    "catalog_changes.act": "/admin/catalog-changes/details/?id={row_id}",
    "rates.act": "/admin/rates/details/?id={row_id}",
    "customer_groups.act": "/admin/customer-groups/details/?id={row_id}",
    "price_lists.act": "/admin/price-lists/details/?id={row_id}",
    "promotions.act": "/admin/promotions/details/?id={row_id}",
    "stock_items.act": "/admin/stock/details/?id={row_id}",
    "connections.act": "/admin/connections/{ref}",
    "shop_settings.act": "/admin/settings/{ref}",
}


class Forms:
    """Gathers the forms of pages: which address each is for, and those without a key."""

    def __init__(self, app: Flask) -> None:
        self.match = app.url_map.bind("localhost").match
        self.seen: set[tuple[str, str]] = set()
        self.keys: set[str] = set()
        self.keyless: set[tuple[str, str]] = set()

    def read(self, page: Page, path: str) -> None:
        """Look at every form of the page that posts; buttons may have addresses of their own."""
        assert page.status == 200, (path, page.status)
        for form in page.document.forms:
            if form.method != "POST":
                continue
            places = [form.get("action") or path]
            places += [button.get("formaction") for button in form.cssselect("[formaction]")]
            for place in places:
                endpoint, given = self.match(urlsplit(place).path, method="POST")
                verb = str(given.get("verb", ""))
                self.seen.add((endpoint, verb))
                key = str(dict(form.form_values()).get("idempotency_key", ""))
                if not key and endpoint not in NO_EFFECT_OF_ITS_OWN:
                    self.keyless.add((endpoint, verb))
                assert not key or key not in self.keys, f"two forms have one key: {place}"
            self.keys.add(key)


@pytest.fixture
def forms(app: Flask) -> Forms:
    return Forms(app)


def test_of_every_verb_in_every_state(somebody: Enter, things: Things, forms: Forms) -> None:
    owner = somebody("owner")
    job = things["job_page.act"]["ref"]
    for endpoint, shown in SHOWN.items():
        ref, kind = ref_of(endpoint, things[endpoint]), KINDS[endpoint]
        path = shown.format(**{"job": job, **things[endpoint]})
        forms.read(owner.get(path), path)
        if endpoint in ALWAYS:
            continue
        for _ in situations(kind, ref):
            if kind != "delivery":  # what is done or runs again is no failed task any more
                forms.read(owner.get(path), path)
    assert forms.keyless == set()
    seen = {(KINDS[page], verb) for page, verb in forms.seen if page in KINDS}
    seen |= {("job", verb) for page, verb in forms.seen if page == "station.act"}
    entries = {"staff", "station"}
    kinds = set(KINDS.values())
    offered = {(kind, v.key) for kind in kinds for v in verbs_of(kind) if v.entry & entries}
    assert offered - seen <= SHOWN_AFTER_MORE


def test_of_every_list_and_its_forms(
    app: Flask, somebody: Enter, things: Things, forms: Forms
) -> None:
    owner, looked = somebody("owner"), 0
    for view in app.extensions["backoffice"]._views:
        if not isinstance(view, BackOfficeModelView):
            continue
        address = f"{view.url}/"
        forms.read(owner.get(address), address)
        if view.permission_edit and view.allow_create:
            forms.read(owner.get(f"{address}new/"), f"{address}new/")
            looked += 1
        row = db.session.query(view.model).first()
        edits = getattr(type(view), "edit_verb", None)
        if edits is not None and row is not None:
            path = f"{address}edit/?id={row.id}"
            forms.read(owner.get(path), path)
            looked += 1
    assert looked > 5
    for path in ("/admin/account", "/admin/account/sign-in"):
        forms.read(owner.get(path), path)
    assert forms.keyless == set()
    assert {"ask_export", "action_view"} <= {name.rpartition(".")[2] for name, _ in forms.seen}


def test_of_a_customer_s_pages(app: Flask, session: Any, things: Things, forms: Forms) -> None:
    order = db.session.get_one(Order, subject_of("order").find(things["order_page.act"]["ref"]).id)
    ref, slot_id, client = order.ref, things["artwork.act"]["ref"], app.test_client()
    order.lines[0].artwork_slot_id = slot_id
    session.commit()
    client.get(f"/t/{issue_link(order.id, 'Ada Example', actor=system('cli'))}")
    for kind, own_ref in (("order", ref), ("artwork", str(slot_id))):
        for _ in situations(kind, own_ref):
            forms.read(Page(client.get(f"/orders/{ref}")), f"/orders/{ref}")
    assert forms.keyless == set()
    assert {"add_file", "answer_question"} <= {verb for _, verb in forms.seen}


FORM = re.compile(r"<form\b(?:(?!<form\b).)*?</form>", re.S)
BUTTON = re.compile(r"ui\.button_form\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", re.S)
#: What posts and is no verb, by a part of its address; pages of people who are not signed in have none.
NO_VERB = (
    "places.sign_out", "station.scan", "station.change_person", "accounts.change_password",
    "accounts.end_others", "security.begin", "sign_in.", "links.", 'button_form("", ', "disabled=",
    'get_url(".preview"',  # shows what would change
)  # fmt: skip
#: Forms of somebody who is not signed in and asks for a link or a password.
AT_THE_GATE = {"forgotten.html", "choose_password.html", "link.html", "set_up.html"}
#: The key is a value of the form, so that a form with a fault keeps it, and one that is asked about has another.
OWN_KEY = ("form.value('idempotency_key')", "in fields.items()")


def test_of_every_template() -> None:
    read, keyless = 0, []
    for file in sorted((ROOT / "templates").rglob("*.html")):
        text = file.read_text()
        found = [form for form in FORM.findall(text) if 'method="post"' in form]
        found = [form for form in found if not any(n in form for n in ("verb_hidden(", *OWN_KEY))]
        found += [call for call in BUTTON.findall(text) if "verb=true" not in call]
        read += text.count('method="post"') + len(BUTTON.findall(text))
        if file.name in AT_THE_GATE or file == ROOT / "templates/components/ui.html":
            continue
        keyless += [(file.name, one[:120]) for one in found if not any(n in one for n in NO_VERB)]
    assert keyless == []
    assert read > 50
