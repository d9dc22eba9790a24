from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.catalog import admin, changes_page, tree_page, verbs
from app.catalog import services as catalog
from app.catalog.models import CatalogChange
from app.core.actor import system
from app.core.clock import today
from app.core.db import db
from app.core.events import timeline
from tests.back_office_app import back_office_app, hidden_values, page_text
from tests.catalog.editor_form import changed, confirm_form, editor_form
from tests.preset_shop import load_presets

LOOKS = {"X-Test-Permissions": "catalog.view"}
EDITS = {"X-Test-Permissions": "catalog.view catalog.edit export.run"}


@pytest.fixture(scope="module")
def own(application):
    return back_office_app(application, admin, tree_page, changes_page)


@pytest.fixture
def browser(own, session):
    return own.test_client()


@pytest.fixture
def card(session):
    load_presets(["print"])
    return catalog.find_product("invitation-card-a6")


def form_of(browser, card, **changes: str):
    page = browser.get(f"/admin/products/edit/?id={card.id}", headers=EDITS)
    assert page.status_code == 200
    return editor_form(page.text, **changes)


def save(browser, card, form):
    return browser.post(f"/admin/products/edit/?id={card.id}", data=form, headers=EDITS)


@pytest.mark.parametrize("query", ["", "?sort=2", "?search=A6", "?flt_state_equals=active"])
def test_products_are_listed(browser, card, query) -> None:
    page = browser.get(f"/admin/products/{query}", headers=LOOKS)
    assert page.status_code == 200
    assert ">INV-A6<" in page.text


def test_a_product_says_what_is_inherited_from_where(browser, card) -> None:
    page = browser.get(f"/admin/products/details/?id={card.id}", headers=LOOKS)
    said = page_text(page.text)
    assert "Set-up £29.00 Cards" in said
    assert "Trim width 148 mm this product" in said
    assert (
        "Paper Smooth 300 g, Cotton 350 g (+ £0.18 each), Recycled 270 g (+ £0.04 each) Cards"
        in said
    )


def test_a_change_goes_through_the_verb(browser, card) -> None:
    answer = save(browser, card, form_of(browser, card, name="Invitation card A6"))
    assert answer.status_code == 302
    event = timeline(card.id)[0]
    assert (event.name, event.actor_label) == ("product.changed", "Wren")
    assert event.after == {"name": "Invitation card A6"}


def test_faulty_properties_are_said_beside_the_field(browser, card) -> None:
    form = changed(
        form_of(browser, card), {"p.quantity.default": "7", "p.artwork.trim_width_mm": "wide"}
    )
    answer = save(browser, card, form)
    assert answer.status_code == 422
    field = html.document_fromstring(answer.text).get_element_by_id("p.artwork.trim_width_mm-fault")
    assert "“wide” is not an amount" in field.text_content()
    assert timeline(card.id)[0].name == "product.published"
    assert editor_form(answer.text)["p.artwork.trim_width_mm"] == "wide"


def test_what_the_service_refuses_is_said_beside_the_field(browser, card) -> None:
    form = changed(
        form_of(browser, card),
        {"p.materials._": "1", "p.materials.n0.sku": "NO-SUCH", "p.materials.n0.per_piece": "1"},
    )
    answer = save(browser, card, form)
    assert answer.status_code == 422
    field = html.document_fromstring(answer.text).get_element_by_id("p.materials.n0.sku-fault")
    assert "There is no stock item “NO-SUCH”" in field.text_content()
    assert "NO-SUCH" not in str(card.properties)


def test_an_old_form_overwrites_nothing(browser, card) -> None:
    old = form_of(browser, card, name="Mine")
    verbs.change_product(card.id, name="Theirs", actor=system())
    answer = save(browser, card, old)
    assert answer.status_code == 409
    assert catalog.find_product("invitation-card-a6").name == "Theirs"


def test_a_new_product_of_a_family_can_be_made(browser, card) -> None:
    form = hidden_values(browser.get("/admin/products/new/", headers=EDITS).text) | {
        "slug": "thank-you-card",
        "sku": "THX",
        "name": "Thank-you card",
        "family": card.family.slug,
    }
    answer = browser.post("/admin/products/new/", data=form, headers=EDITS)
    assert answer.status_code == 302
    made = catalog.find_product("thank-you-card")
    assert catalog.effective_properties(made).properties.price.setup_minor == 2900


def test_families_say_how_many_products_they_have(browser, card) -> None:
    page = browser.get("/admin/families/", headers=LOOKS)
    assert re.search(r'<td class="num[^>]*>3</td>', page.text)
    detail = browser.get(f"/admin/families/details/?id={card.family_id}", headers=LOOKS)
    assert "Products of this family 3" in page_text(detail.text)


def test_who_may_only_look_changes_nothing(browser, card) -> None:
    form = form_of(browser, card, name="X")
    answer = browser.post(f"/admin/products/edit/?id={card.id}", data=form, headers=LOOKS)
    assert answer.status_code == 403
    for path in ("products/new/", "families/new/", f"families/edit/?id={card.family_id}"):
        assert browser.get(f"/admin/{path}", headers=LOOKS).status_code == 403
    nobody = {"X-Test-Permissions": "order.view"}
    assert browser.get("/admin/products/", headers=nobody).status_code == 403


def test_saving_a_family_first_lists_the_products_that_change(browser, card) -> None:
    family = card.family
    where = f"/admin/families/edit/?id={family.id}"
    form = editor_form(browser.get(where, headers=EDITS).text)
    assert form["p.price.setup_minor"] == "29.00"
    asked = browser.post(where, data=changed(form, {"p.price.setup_minor": "49"}), headers=EDITS)
    assert asked.status_code == 409
    said = page_text(asked.text)
    assert "Products that change 3" in said
    assert f"INV-A6 {card.name} Active" in said
    assert timeline(family.id)[0].name == "family.created"
    again = confirm_form(asked.text)
    other = changed(again.copy(), {"p.gates": ["_set", "payment"]})
    assert browser.post(where, data=other, headers=EDITS).status_code == 409  # holds for this alone
    back = browser.post(where, data=again | {"do": "refresh:p."}, headers=EDITS)
    assert editor_form(back.text)["p.price.setup_minor"] == "49"
    saved = browser.post(where, data=again, headers=EDITS)
    assert saved.status_code == 302
    assert catalog.effective_properties(card).properties.price.setup_minor == 4900


def test_a_revert_of_a_familys_value_lists_what_changes_too(browser, card) -> None:
    family, where = card.family, f"/admin/families/{card.family_id}/revert_family_property"
    page = browser.get(f"/admin/families/details/?id={family.id}", headers=EDITS)
    form = hidden_values(page.text) | {"path": "wording.piece"}
    asked = browser.post(where, data=form, headers=EDITS)
    assert (asked.status_code, "Products that change 3" in page_text(asked.text)) == (409, True)
    done = browser.post(where, data=hidden_values(asked.text), headers=EDITS)
    assert done.status_code == 303
    assert "piece" not in family.properties["wording"]


def test_a_product_is_copied_archived_and_published_from_its_page(browser, card) -> None:
    def do(row, verb: str, **fields: str):
        page = browser.get(f"/admin/products/details/?id={row.id}", headers=EDITS)
        form = hidden_values(page.text) | fields
        return browser.post(f"/admin/products/{row.id}/{verb}", data=form, headers=EDITS)

    answer = do(card, "copy_product", name="Copy", sku="COPY", slug="copy")
    copied = catalog.find_product("copy")
    assert answer.location.endswith(f"id={copied.id}")
    assert do(copied, "publish").status_code == 303
    assert do(copied, "archive").status_code == 303
    assert do(copied, "delete_draft").status_code == 409
    do(card, "copy_product", name="Copy", sku="COPY-2", slug="copy-2")
    assert do(catalog.find_product("copy-2"), "delete_draft").location.endswith("/admin/products/")


def test_a_draft_says_what_is_missing(browser, card) -> None:
    family = verbs.create_family(None, slug="glass", name="Glass", properties={}, actor=system())
    values = {"slug": "vase", "sku": "VASE", "name": "Vase", "family": family, "properties": {}}
    draft = verbs.create_product(None, **values, actor=system())
    page = browser.get(f"/admin/products/details/?id={draft.id}", headers=EDITS)
    assert "Missing before it can be published 2" in page_text(page.text)
    form = hidden_values(page.text)
    refused = browser.post(f"/admin/products/{draft.id}/publish", data=form, headers=EDITS)
    assert refused.status_code == 422
    assert "The route has no step" in page_text(refused.text)


def test_families_are_shown_as_a_tree_with_a_way_back_to_it(browser, card) -> None:
    top = verbs.create_family(None, slug="all", name="Everything", properties={}, actor=system())
    verbs.change_family(card.family_id, parent=top, actor=system())
    page = browser.get("/admin/family-tree/", headers=LOOKS)
    assert "Everything 0 3 Cards 3 3" in page_text(page.text)
    assert 'class="tree-name tree-1"' in page.text
    said = page_text(browser.get(f"/admin/products/details/?id={card.id}", headers=LOOKS).text)
    assert "Product families / Everything / Cards" in said
    assert "Set-up £29.00 Cards" in said


def test_the_version_history_of_a_product_is_a_page(browser, card) -> None:
    before = card.name
    verbs.change_product(card.id, name="Better card", actor=system())
    page = browser.get(f"/admin/products/history/?id={card.id}&before=x", headers=LOOKS)
    assert page.status_code == 200
    assert f"Name: {before} Better card" in page_text(page.text)


def test_a_change_is_scheduled_shown_and_cancelled(browser, card) -> None:
    soon = (today("Europe/London") + timedelta(days=30)).isoformat()
    form = changed(form_of(browser, card, effective_on=soon), {"p.price.setup_minor": "49"})
    assert save(browser, card, form).status_code == 302
    where = f"/admin/products/details/?id={card.id}"
    page = browser.get(where, headers=EDITS)
    assert "Scheduled changes 1" in page_text(page.text)
    assert "Set-up: £49.00" in page_text(page.text)
    change = db.session.scalars(sa.select(CatalogChange)).one()
    url = f"/admin/catalog-changes/{change.id}/cancel_change"
    assert browser.post(url, data=hidden_values(page.text), headers=LOOKS).status_code == 403
    form = hidden_values(browser.get(where, headers=EDITS).text)
    form["version_id"] = str(change.version_id)
    assert browser.post(url, data=form, headers=EDITS).status_code == 303
    assert "Scheduled changes 1" not in page_text(browser.get(where, headers=EDITS).text)
    listed = browser.get("/admin/catalog-changes/", headers=LOOKS)
    assert "Cancelled" in page_text(listed.text)


def test_a_value_is_overridden_and_reverted_beside_where_it_is_shown(browser, card) -> None:
    where = f"/admin/products/details/?id={card.id}"
    page = browser.get(where, headers=EDITS)
    form = hidden_values(page.text) | {"path": "price.setup_minor"}
    done = browser.post(f"/admin/products/{card.id}/override_property", data=form, headers=EDITS)
    assert done.status_code == 303
    page = browser.get(where, headers=EDITS)
    assert "Set-up £29.00 this product Revert to inherited" in page_text(page.text)
    form = hidden_values(page.text) | {"path": "price.setup_minor"}
    browser.post(f"/admin/products/{card.id}/revert_property", data=form, headers=EDITS)
    page = browser.get(where, headers=EDITS)
    assert "Set-up £29.00 Cards Override" in page_text(page.text)
    assert "Override" not in page_text(browser.get(where, headers=LOOKS).text)
