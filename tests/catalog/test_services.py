from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.catalog import services as catalog
from app.catalog import verbs
from app.catalog.models import Product, ProductFamily
from app.catalog.presets import WorkCentre
from app.catalog.services.preview import Unconfirmed
from app.core.actor import Actor, system
from app.core.errors import BadInput, NotAllowed, NotFound, Stale
from app.core.events import Event, timeline
from app.production import services as production

EDITOR = Actor("staff", uuid.UUID(int=1), "Editor", "backoffice", frozenset({"catalog.edit"}))
VIEWER = Actor("staff", uuid.UUID(int=2), "Viewer", "backoffice", frozenset({"catalog.view"}))
ROUTE = [{"key": "print", "name": "Print", "work_centre": "press"}]
CARDS = {
    "route": ROUTE,
    "price": {"setup_minor": 2900, "unit_breaks": [{"from_quantity": 1, "unit_minor": 142}]},
    "options": [{"key": "paper", "label": "Paper", "choices": [{"key": "a", "label": "A"}]}],
}


@pytest.fixture
def press(session) -> None:
    production.load_preset([WorkCentre(key="press", name="Press")])


@pytest.fixture
def family(session, press) -> ProductFamily:
    return verbs.create_family(
        None, slug="test-cards", name="Cards", properties=CARDS, actor=EDITOR
    )


@pytest.fixture
def product(session, family) -> Product:
    made = verbs.create_product(
        None,
        slug="test-card",
        sku="T-1",
        name="Card",
        family=family,
        properties={"price": {"setup_minor": 100}},
        actor=EDITOR,
    )
    return verbs.publish(made.id, actor=EDITOR)


def names(row) -> list[str]:
    return [event.name for event in timeline(row.id)]


def test_a_new_product_takes_over_its_familys_properties(product) -> None:
    found = catalog.effective_properties(catalog.find_product("test-card"))
    assert found.properties.price.setup_minor == 100
    assert found.properties.price.unit_breaks[0].unit_minor == 142
    owner = found.origin["options.paper"]
    assert (owner.kind, owner.id, owner.name) == ("family", product.family_id, "Cards")
    assert names(product) == ["product.published", "product.created"]


def test_a_change_is_kept_with_before_and_after(product) -> None:
    verbs.change_product(product.id, name="Better card", summary="Thicker.", actor=EDITOR)
    event = timeline(product.id)[0]
    assert event.name == "product.changed"
    assert event.before == {"name": "Card", "summary": ""}
    assert event.after == {"name": "Better card", "summary": "Thicker."}
    assert event.actor_label == "Editor"


def test_a_change_that_changes_nothing_leaves_no_event(product) -> None:
    verbs.change_product(product.id, name="Card", actor=EDITOR)
    assert names(product) == ["product.published", "product.created"]


def test_an_archived_product_is_not_shown_to_customers(product) -> None:
    assert catalog.find_product("test-card", only_active=True) is product
    verbs.archive(product.id, actor=EDITOR)
    assert catalog.find_product("test-card") is product
    with pytest.raises(NotFound):
        catalog.find_product("test-card", only_active=True)
    verbs.restore(product.id, actor=EDITOR)
    assert catalog.find_product("test-card", only_active=True) is product


def test_the_second_of_two_editors_is_told(product) -> None:
    seen = product.version_id
    verbs.change_product(product.id, name="First", seen_version=seen, actor=EDITOR)
    with pytest.raises(Stale, match="Someone else changed this"):
        verbs.change_product(product.id, name="Second", seen_version=seen, actor=EDITOR)
    assert product.name == "First"


def test_a_family_can_not_be_changed_so_that_a_product_breaks(session, family, product) -> None:
    own = {"route": [dict(ROUTE[0], only_if={"paper": ["a"]})]}
    verbs.change_product(product.id, properties=own, actor=EDITOR)
    with pytest.raises(BadInput, match="“Card” would become invalid"):
        verbs.change_family(family.id, properties={"price": CARDS["price"]}, actor=EDITOR)
    changed = CARDS | {"price": CARDS["price"] | {"min_minor": 1}}
    with pytest.raises(Unconfirmed) as asked:
        verbs.change_family(family.id, properties=changed, actor=EDITOR)
    token = asked.value.preview.token
    verbs.change_family(family.id, properties=changed, confirm=token, actor=EDITOR)
    assert names(family) == ["family.changed", "family.created"]


@pytest.mark.parametrize("actor", [VIEWER, Actor("customer", None, "Somebody", "portal")])
def test_only_who_may_edit_the_catalogue_changes_it(session, family, product, actor) -> None:
    before = session.scalar(sa.select(sa.func.count(Event.id)))
    for change in (
        lambda: verbs.create_family(None, slug="x", name="X", properties={}, actor=actor),
        lambda: verbs.create_product(
            None, slug="x", sku="X", name="X", family=family, properties={}, actor=actor
        ),
        lambda: verbs.change_family(family.id, name="X", actor=actor),
        lambda: verbs.change_product(product.id, name="X", actor=actor),
        lambda: verbs.load_preset(None, "print", actor=actor),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert session.scalar(sa.select(sa.func.count(Event.id))) == before


def test_a_slug_or_sku_that_is_taken_is_refused_and_the_rest_goes_on(
    session, family, product
) -> None:
    with pytest.raises(BadInput, match="is taken"):
        verbs.create_family(None, slug="test-cards", name="Again", properties={}, actor=EDITOR)
    with pytest.raises(BadInput, match="is taken"):
        verbs.create_product(
            None, slug="other", sku="T-1", name="O", family=family, properties={}, actor=EDITOR
        )
    assert session.scalar(sa.select(sa.func.count(Product.id)).where(Product.sku == "T-1")) == 1


@pytest.mark.parametrize("slug", ["", "Über", "a--b", "a b", "-a", "x" * 81])
def test_a_malformed_slug_is_refused(session, slug) -> None:
    with pytest.raises(BadInput) as caught:
        verbs.create_family(None, slug=slug, name="X", properties={}, actor=EDITOR)
    assert caught.value.field == "slug"


def test_the_database_refuses_a_malformed_slug_by_itself(session) -> None:
    session.add(ProductFamily(slug="No Slug", name="X", properties={}))
    with pytest.raises(IntegrityError, match="ck_product_families_slug"):
        session.flush()


def test_faulty_properties_make_no_product(session, family) -> None:
    with pytest.raises(BadInput) as caught:
        verbs.create_product(
            None,
            slug="bad",
            sku="BAD",
            name="Bad",
            family=family,
            properties={"price": {"currency": "pounds"}},
            actor=EDITOR,
        )
    assert caught.value.field == "properties.price.currency"
    assert session.scalar(sa.select(Product.id).where(Product.slug == "bad")) is None


@pytest.mark.parametrize("name", ["print", "threed", "jewellery"])
def test_a_preset_is_loaded_once_and_a_second_time_changes_nothing(session, name) -> None:
    made = verbs.load_preset(None, name, actor=system())
    assert made
    for product in made:
        catalog.effective_properties(product)
    verbs.change_product(made[0].id, name="The shop's own name", actor=EDITOR)
    count = session.scalar(sa.select(sa.func.count(Event.id)))
    assert verbs.load_preset(None, name, actor=system()) == []
    assert made[0].name == "The shop's own name"
    assert session.scalar(sa.select(sa.func.count(Event.id))) == count


def test_words_that_papers_cannot_show_are_refused_with_their_place(session, product) -> None:
    option = {"key": "ink", "label": "Ink", "choices": [{"key": "a", "label": "Gold \U00012000"}]}
    with pytest.raises(BadInput) as caught:
        verbs.change_product(product.id, properties={"options": [option]}, actor=EDITOR)
    assert caught.value.field == "properties.options.0.choices.0.label"
    assert "cuneiform sign a" in caught.value.sentence
