"""The pages that edit products and families: everything comes back as it was, and small buttons save nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from app.catalog import admin, verbs
from app.catalog import services as catalog
from app.catalog.models import Product, ProductFamily
from app.core.actor import system
from app.core.events import timeline
from app.production import references as production_references
from app.stock import references as stock_references
from tests.back_office_app import back_office_app, page_text
from tests.catalog.editor_form import changed, editor_form
from tests.preset_shop import load_presets

__all__ = ["production_references", "stock_references"]
EDITS = {"X-Test-Permissions": "catalog.view catalog.edit export.run"}
LOOKS = {"X-Test-Permissions": "catalog.view"}
LONG = "חריטה 🎉 " * 250


@pytest.fixture(scope="module")
def own(application: Any) -> Any:
    return back_office_app(application, admin)


@pytest.fixture
def browser(own: Any, session: Any) -> Any:
    return own.test_client()


@pytest.fixture
def card(session: Any) -> Product:
    load_presets(["print"])
    return catalog.find_product("invitation-card-a6")


def address(row: Product | ProductFamily) -> str:
    kind = "products" if isinstance(row, Product) else "families"
    return f"/admin/{kind}/edit/?id={row.id}"


def opened(browser: Any, row: Any, **values: Any) -> Any:
    page = browser.get(address(row), headers=EDITS)
    assert page.status_code == 200
    return changed(editor_form(page.text), values)


def pressed(browser: Any, row: Any, form: Any, does: str) -> str:
    """The page after one of the form's small buttons."""
    answer = browser.post(address(row), data=form | {"do": does}, headers=EDITS)
    assert answer.status_code == 200
    return str(answer.text)


def save(browser: Any, row: Any, form: Any) -> Any:
    return browser.post(address(row), data=form, headers=EDITS)


def create(browser: Any, typed: dict[str, str], kind: str = "products") -> Any:
    where = f"/admin/{kind}/new/"
    page = browser.get(where, headers=EDITS)
    hidden = html.document_fromstring(page.text).cssselect("main form input[type=hidden]")
    sent = {one.get("name"): one.get("value") for one in hidden} | typed
    return browser.post(where, data=sent, headers=EDITS)


def fault_at(answer: Any, name: str) -> str:
    document = html.document_fromstring(answer.text)
    said = {one.get("id"): one for one in document.cssselect(".error, .notice-bad")}
    assert f"{name}-fault" in said, {key: one.text_content() for key, one in said.items()}
    found = said[f"{name}-fault"]
    return " ".join(found.text_content().split())


@pytest.mark.parametrize("preset", ["print", "jewellery", "threed"])
def test_saving_a_form_as_it_came_changes_nothing_of_any_preset(
    browser: Any, session: Any, preset: str
) -> None:
    load_presets([preset])
    rows = [*session.scalars(select(ProductFamily)), *session.scalars(select(Product))]
    assert len(rows) > 1
    for row in rows:
        before, newest = dict(row.properties), timeline(row.id)[0].id
        answer = save(browser, row, opened(browser, row))
        assert answer.status_code == 302, page_text(answer.text)
        session.refresh(row)
        assert row.properties == before
        assert timeline(row.id)[0].id == newest


def test_small_buttons_change_the_form_and_save_nothing(browser: Any, card: Product) -> None:
    before = dict(card.properties)
    page = pressed(browser, card, opened(browser, card), "override:p.options.paper")
    form = editor_form(page)
    assert form["p.options.n0.key"] == "paper"
    page = pressed(browser, card, form, "remove:p.options.n0.choices.r2")
    assert "p.options.n0.choices.r2.label" not in editor_form(page)
    assert card.properties == before
    answer = save(browser, card, editor_form(page))
    assert answer.status_code == 302
    (paper,) = card.properties["options"]
    assert [one["key"] for one in paper["choices"]] == ["smooth", "cotton"]


def test_a_key_can_be_changed_until_it_is_saved(browser: Any, card: Product) -> None:
    page = pressed(browser, card, opened(browser, card), "override:p.options.paper")
    page = pressed(browser, card, editor_form(page), "add:p.options.n0.choices")
    form = changed(editor_form(page), {"p.options.n0.choices.n3.key": "kraft"})
    page = pressed(browser, card, form, "refresh:p.options")
    document = html.document_fromstring(page)
    fixed = [
        document.get_element_by_id(f"p.options.n0.{at}key").get("readonly")
        for at in ("", "choices.r0.")
    ]
    assert None not in fixed
    assert document.get_element_by_id("p.options.n0.choices.n3.key").get("readonly") is None


def test_everything_typed_is_there_again_after_a_refusal(browser: Any, card: Product) -> None:
    typed = {"name": LONG, "p.price.setup_minor": "much", "p.price.setup_label": "Größe 🎉"}
    page = pressed(browser, card, opened(browser, card), "override:p.price.setup_minor")
    page = pressed(browser, card, editor_form(page), "override:p.price.setup_label")
    answer = save(browser, card, changed(editor_form(page), typed))
    assert answer.status_code == 422
    again = editor_form(answer.text)
    assert {name: again[name] for name in typed} == typed
    assert "not an amount" in fault_at(answer, "p.price.setup_minor")


def test_a_name_that_is_too_long_is_said_at_the_name(browser: Any, card: Product) -> None:
    answer = save(browser, card, opened(browser, card, name=LONG))
    assert answer.status_code == 422
    assert "1 to 120 characters" in fault_at(answer, "f-name")
    assert editor_form(answer.text)["name"] == LONG


def test_each_of_several_faults_is_said_at_its_own_input(browser: Any, card: Product) -> None:
    form = opened(browser, card)
    form.setlist("p.ship.weight_g_per_piece", ["-2"])
    form.setlist("p.materials.r0.spoilage_percent", ["-1"])
    answer = save(browser, card, form)
    assert answer.status_code == 422
    assert fault_at(answer, "p.materials.r0.spoilage_percent")
    assert fault_at(answer, "p.ship.weight_g_per_piece")
    form.setlist("p.ship.weight_g_per_piece", ["2"])
    form.setlist("p.materials.r0.spoilage_percent", ["1"])
    form.setlist("p.quantity.default", ["7"])
    again = save(browser, card, form)
    assert again.status_code == 422
    assert "7 can't be ordered" in page_text(again.text)


def test_a_hundred_choices_and_sixty_breaks_fit(browser: Any, card: Product) -> None:
    form = opened(browser, card)
    form.setlist("p.options.n0._", ["1"])
    form.setlist("p.options.n0.label", ["Size"])
    for number in range(100):
        form.setlist(f"p.options.n0.choices.n{number}.label", [f"{number + 1} cm"])
        form.setlist(f"p.options.n0.choices.n{number}.surcharge_minor", [f"{number}.50"])
    for name in [one for one in form if one.startswith("p.price.unit_breaks.")]:
        del form[name]
    for number in range(60):
        row = f"p.price.unit_breaks.n{number}"
        form.setlist(f"{row}.from_quantity", [str(5 + 5 * number)])
        form.setlist(f"{row}.unit_minor", [f"{90 - number / 2:.2f}"])
    answer = save(browser, card, form)
    assert answer.status_code == 302, page_text(answer.text)
    (size,) = card.properties["options"]
    assert len({one["key"] for one in size["choices"]}) == 100
    assert size["choices"][99] == {
        "key": "choice_100_cm",
        "label": "100 cm",
        "surcharge_minor": 9950,
    }
    page = browser.get(address(card), headers=EDITS)
    assert "p.options.r0.choices.r99.label" in editor_form(page.text)


def test_a_rule_that_leaves_nothing_to_order_is_refused(browser: Any, card: Product) -> None:
    form = opened(browser, card)
    rows = {
        "p.constraints.n0._": "1",
        "p.constraints.n0.when.c0.option": "paper",
        "p.constraints.n0.when.c0.choices": ["_set", "smooth", "cotton", "recycled"],
        "p.constraints.n0.option": "paper",
        "p.constraints.n0.rule": "none_of",
        "p.constraints.n0.choices": ["_set", "smooth", "cotton", "recycled"],
    }
    answer = save(browser, card, changed(form, rows))
    assert answer.status_code == 422
    assert "nothing can be ordered" in page_text(answer.text)


def test_an_option_that_a_step_asks_about_is_missed_at_that_step(
    browser: Any, card: Product
) -> None:
    page = pressed(browser, card, opened(browser, card), "drop:p.options.foil")
    page = pressed(browser, card, editor_form(page), "override:p.route.foil")
    answer = save(browser, card, editor_form(page))
    assert answer.status_code == 422
    said = fault_at(answer, "p.route.n0.only_if")
    assert said == "There is no option foil, which “Foil” asks about."


def test_a_fault_below_what_is_inherited_is_said_at_the_right_row(
    browser: Any, card: Product
) -> None:
    form = opened(browser, card)
    rows = {"p.options.n7._": "1", "p.options.n7.label": "Corners", "p.options.n7.choices._": "1"}
    answer = save(browser, card, changed(form, rows))
    assert answer.status_code == 422
    assert fault_at(answer, "p.options.n7.choices") == "Add at least one."


def test_two_people_at_one_product_see_each_others_values(browser: Any, card: Product) -> None:
    mine = opened(browser, card, **{"p.ship.weight_g_per_piece": "9"})
    theirs = dict(card.properties) | {"ship": {"weight_g_per_piece": 8}}
    verbs.change_product(card.id, properties=theirs, actor=system())
    answer = save(browser, card, mine)
    assert answer.status_code == 409
    said = page_text(answer.text)
    assert "Shipping: Weight per piece 8 g 9 g" in said
    assert card.properties["ship"]["weight_g_per_piece"] == 8
    assert save(browser, card, editor_form(answer.text)).status_code == 302
    assert card.properties["ship"]["weight_g_per_piece"] == 9


def test_a_family_without_parent_moves_below_one_and_back(browser: Any, card: Product) -> None:
    top = verbs.create_family(None, slug="paper", name="Paper", properties={}, actor=system())
    family = card.family
    assert save(browser, family, opened(browser, family, parent="paper")).status_code == 302
    assert family.parent == top
    loop = save(browser, top, opened(browser, top, parent=family.slug))
    assert (loop.status_code, "lie below itself" in fault_at(loop, "f-parent")) == (422, True)
    wrong = save(browser, family, opened(browser, family, parent="nowhere"))
    assert "There is no family “nowhere”" in fault_at(wrong, "f-parent")
    assert save(browser, family, opened(browser, family, parent="")).status_code == 302
    assert family.parent is None


def test_each_value_names_the_family_that_it_comes_from(
    browser: Any, session: Any, card: Product
) -> None:
    top = verbs.create_family(
        None, slug="paper", name="Paper", properties={"price": {"min_minor": 500}}, actor=system()
    )
    card.family.parent = top
    session.flush()
    said = page_text(browser.get(address(card), headers=EDITS).text)
    assert re.search("Minimum price .5.00 from Paper", said)
    assert re.search("Set-up .29.00 from Cards", said)


def test_a_new_product_gets_address_and_sku_from_its_name(browser: Any, card: Product) -> None:
    typed = {"name": "300 ml tumbler", "family": card.family.slug, "sku": "", "slug": ""}
    answer = create(browser, typed)
    assert answer.status_code == 302
    made = catalog.find_product("300-ml-tumbler")
    assert (made.sku, made.state, made.family) == ("300-ML-TUMBLER", "draft", card.family)
    assert answer.location.endswith(f"/admin/products/edit/?id={made.id}")
    page = browser.get(answer.location, headers=EDITS)
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("typed", "at", "says"),
    [
        ({"family": "nowhere"}, "f-family", "There is no family"),
        ({"family": ""}, "f-family", "no family"),
        ({"name": ""}, "f-name", "1 to 120 characters"),
        ({"slug": "A b"}, "f-slug", "lower-case letters"),
    ],
)
def test_a_faulty_new_product_is_said_at_the_field(
    browser: Any, card: Product, typed: dict[str, str], at: str, says: str
) -> None:
    right = {"name": "Tumbler", "family": card.family.slug, "sku": "T", "slug": "t"}
    answer = create(browser, right | typed)
    assert answer.status_code == 422
    assert says in fault_at(answer, at)


def test_pickers_find_stock_by_parts_of_its_name(browser: Any, card: Product) -> None:
    where = "/admin/products/references?kind=stock_item&q=cotton+350"
    found = browser.get(where, headers=EDITS).json["found"]
    assert [one["key"] for one in found] == ["PAPER-COTTON-350"]
    assert browser.get(where, headers=LOOKS).status_code == 403
    odd = browser.get("/admin/products/references?kind=nothing&q=%00", headers=EDITS)
    assert odd.json == {"found": []}


def test_who_may_only_look_has_no_form(browser: Any, card: Product) -> None:
    assert browser.get(address(card), headers=LOOKS).status_code == 403
    form = opened(browser, card)
    assert browser.post(address(card), data=form, headers=LOOKS).status_code == 403


def test_the_sample_price_follows_what_is_typed(browser: Any, card: Product) -> None:
    page = pressed(browser, card, opened(browser, card), "override:p.price.setup_minor")
    form = changed(editor_form(page), {"p.price.setup_minor": "129"})
    said = page_text(pressed(browser, card, form, "refresh:p.price"))
    assert "129.00" in said.partition("Sample price:")[2]


def test_more_pieces_that_cost_less_are_warned_of(browser: Any, card: Product) -> None:
    form = opened(browser, card)
    for name in [one for one in form if one.startswith("p.price.unit_breaks.")]:
        del form[name]
    for number, (count, price) in enumerate(((25, "3"), (250, "2"), (300, "1"))):
        form.setlist(f"p.price.unit_breaks.n{number}.from_quantity", [str(count)])
        form.setlist(f"p.price.unit_breaks.n{number}.unit_minor", [price])
    said = page_text(pressed(browser, card, form, "refresh:p.price"))
    assert re.search("250 pieces cost .529.00, and 300 cost only .329.00", said)
    asked = save(browser, card, form)
    assert asked.status_code == 409
    assert card.properties["price"]["unit_breaks"][0]["unit_minor"] != 300
    accept = html.document_fromstring(asked.text).cssselect("[name=accept]")[0].get("value")
    sure = changed(editor_form(asked.text), {"accept": accept})
    assert save(browser, card, sure).status_code == 302
    assert card.properties["price"]["unit_breaks"][0]["unit_minor"] == 300
    assert save(browser, card, opened(browser, card)).status_code == 302  # said once, not for ever


def test_a_line_is_built_by_forms_alone_and_published(
    browser: Any, session: Any, card: Product
) -> None:
    create(browser, {"name": "Glassware", "parent": "", "slug": ""}, "families")
    (family,) = session.scalars(select(ProductFamily).where(ProductFamily.slug == "glassware"))
    glass = {
        "p.options.n0._": "1",
        "p.options.n0.label": "Size",
        "p.options.n0.choices.n0.label": "300 ml",
        "p.options.n0.choices.n1.label": "500 ml",
        "p.options.n0.choices.n1.surcharge_minor": "2.50",
        "p.personalisation.n0.label": "Engraving",
        "p.personalisation.n0.use": "added",
        "p.personalisation.n0.max_length": "30",
        "p.route.n0.name": "Engrave",
        "p.route.n0.work_centre": "laser",
        "p.route.n0.minutes_per_unit": "4",
    }
    form = changed(opened(browser, family), glass)
    refused = save(browser, family, form)
    assert refused.status_code == 422
    assert "There is no work centre “laser”" in fault_at(refused, "p.route.n0.work_centre")
    form = changed(editor_form(refused.text), {"p.route.n0.work_centre": "finishing_bench"})
    assert save(browser, family, form).status_code == 302, family.properties

    typed = {"name": "Tumbler", "family": "glassware", "sku": "", "slug": ""}
    assert create(browser, typed).status_code == 302
    tumbler = catalog.find_product("tumbler")
    page = browser.get(address(tumbler), headers=EDITS)
    assert "There is no price" in page_text(page.text)
    prices = {
        "p.price.setup_minor": "15",
        "p.price.unit_breaks.n0.from_quantity": "1",
        "p.price.unit_breaks.n0.unit_minor": "9.90",
    }
    assert save(browser, tumbler, changed(editor_form(page.text), prices)).status_code == 302
    page = browser.get(address(tumbler), headers=EDITS)
    forms = html.document_fromstring(page.text).forms
    (publish,) = (one for one in forms if (one.get("action") or "").endswith("/publish"))
    answer = browser.post(publish.get("action"), data=dict(publish.form_values()), headers=EDITS)
    assert answer.status_code == 303
    assert tumbler.state == "active"
    terms = catalog.effective_properties(tumbler).properties
    assert [choice.key for choice in terms.options[0].choices] == ["choice_300_ml", "choice_500_ml"]
    assert terms.route[0].work_centre == "finishing_bench"


def test_a_rule_can_name_choices_that_are_not_saved_yet(browser: Any, card: Product) -> None:
    rows = {
        "p.options.n0._": "1",
        "p.options.n0.label": "5 sizes",
        "p.options.n0.choices.n0.label": "10 cm",
        "p.options.n0.choices.n1.label": "20 cm",
        "p.constraints.n0._": "1",
        "p.constraints.n0.when.c0.option": "paper",
        "p.constraints.n0.when.c0.choices": ["_set", "cotton"],
    }
    page = pressed(browser, card, changed(opened(browser, card), rows), "refresh:p.constraints")
    picker = html.document_fromstring(page).get_element_by_id("p.constraints.n0.option")
    offered = {one.text: one.get("value") for one in picker}
    form = changed(editor_form(page), {"p.constraints.n0.option": offered["5 sizes"]})
    page = pressed(browser, card, form, "refresh:p.constraints")
    named = "[name='p.constraints.n0.choices'][type=checkbox]"
    boxes = html.document_fromstring(page).cssselect(named)
    form = changed(editor_form(page), {"p.constraints.n0.choices": ["_set", boxes[1].get("value")]})
    assert save(browser, card, form).status_code == 302
    (rule,) = card.properties["constraints"]
    assert (rule["option"], rule["choices"]) == ("option_5_sizes", ["choice_20_cm"])
