"""The life of a product: draft, on offer, archived; copies; SKUs that one product alone has."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.catalog import services as catalog
from app.catalog import verbs
from app.catalog.models import CatalogSku, Product
from app.core.db import db
from app.core.errors import AlreadyDone, BadInput, NotFound, WrongState
from app.core.events import timeline
from tests.catalog.conftest import EDITOR, PRINTED

VARIANTS = {"rows": [{"sku": "CUP-S"}, {"sku": "CUP-M"}]}


def test_publishing_names_everything_that_is_missing(make_family: Any, make_product: Any) -> None:
    family = make_family("Glass")
    material = {"key": "glass", "from_option": "size"}
    draft = make_product("GLASS", family, is_draft=True, materials=[material])
    with pytest.raises(BadInput) as caught:
        verbs.publish(draft.id, actor=EDITOR)
    faults = caught.value.faults
    source = "properties.materials.glass.from_option"
    assert set(faults) == {source, "properties.route", "properties.price"}
    assert "size" in faults[source]
    assert "no price" in faults["properties.price"]
    assert draft.state == "draft"


def test_a_draft_may_be_unfinished_but_not_nonsense(make_family: Any, make_product: Any) -> None:
    family = make_family("Glass", **PRINTED)
    draft = make_product("GLASS", family, is_draft=True)
    half = {"options": [{"key": "size", "label": "Size", "choices": []}]}
    verbs.change_product(draft.id, properties=half, actor=EDITOR)
    found = catalog.draft_properties(draft)
    assert list(found.faults) == ["options.size.choices"]
    assert [option.key for option in found.properties.options] == ["paper"]
    with pytest.raises(BadInput) as caught:
        verbs.change_product(draft.id, properties={"price": {"setup_minor": "x"}}, actor=EDITOR)
    assert caught.value.field == "properties.price.setup_minor"


def test_what_is_on_offer_stays_whole(make_family: Any, make_product: Any) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED))
    half = {"options": [{"key": "size", "label": "Size", "choices": []}]}
    with pytest.raises(BadInput, match="Add at least one"):
        verbs.change_product(product.id, properties=half, actor=EDITOR)


def test_the_life_of_a_product(make_family: Any, make_product: Any) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED), is_draft=True)
    with pytest.raises(NotFound):
        catalog.find_product("card", only_active=True)
    with pytest.raises(WrongState):
        verbs.archive(product.id, actor=EDITOR)
    verbs.publish(product.id, actor=EDITOR)
    with pytest.raises(AlreadyDone):
        verbs.publish(product.id, actor=EDITOR)
    with pytest.raises(WrongState):
        verbs.delete_draft(product.id, actor=EDITOR)
    verbs.archive(product.id, actor=EDITOR)
    verbs.restore(product.id, actor=EDITOR)
    assert [event.name for event in timeline(product.id)][:3] == [
        "product.restored",
        "product.archived",
        "product.published",
    ]


def test_a_copy_is_a_draft_of_its_own(make_family: Any, make_product: Any) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED), price={"min_minor": 5})
    copied = verbs.copy_product(
        product.id, slug="card-2", sku="CARD-2", name="Second card", actor=EDITOR
    )
    assert (copied.state, copied.properties) == ("draft", product.properties)
    assert timeline(copied.id)[0].data == {"copy_of": "Product CARD"}
    with pytest.raises(BadInput, match="The SKU “CARD” is taken by “Product CARD”") as caught:
        verbs.copy_product(product.id, slug="card-3", sku="CARD", name="Third", actor=EDITOR)
    assert caught.value.field == "sku"
    with pytest.raises(BadInput, match="address “card-2” is taken") as caught:
        verbs.copy_product(product.id, slug="card-2", sku="CARD-3", name="Third", actor=EDITOR)
    assert caught.value.field == "slug"


def test_a_sku_has_one_holder_among_products_and_variants(
    session: Any, make_family: Any, make_product: Any
) -> None:
    family = make_family("Print", **PRINTED)
    cup = make_product("CUP", family, is_draft=True)
    insert = sa.update(Product).filter_by(id=cup.id).values(properties={"variants": VARIANTS})
    session.execute(insert)
    assert set(session.scalars(sa.select(CatalogSku.sku).filter_by(product_id=cup.id))) == {
        "CUP",
        "CUP-S",
        "CUP-M",
    }
    with pytest.raises(BadInput, match="The SKU “CUP-M” is taken by “Product CUP” \\(CUP\\)"):
        make_product("CUP-M", family, is_draft=True)
    session.refresh(cup)
    verbs.change_product(cup.id, sku="MUG", actor=EDITOR)
    values = {"slug": "cup-2", "sku": "CUP", "name": "Cup", "family": family}
    assert verbs.create_product(None, **values, properties={}, actor=EDITOR)


def test_a_name_is_kept_as_typed_or_refused_with_a_sentence(
    make_family: Any, make_product: Any
) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED))
    for name in ("כרטיס הזמנה", "Party card 🎉"):
        verbs.change_product(product.id, name=name, actor=EDITOR)
        assert product.name == name
    for name, says in (
        ("x" * 2000, "1 to 120 characters"),
        ("Card \u202e", "can't be printed"),
        ("", "1 to"),
    ):
        with pytest.raises(BadInput, match=says) as caught:
            verbs.change_product(product.id, name=name, actor=EDITOR)
        assert caught.value.field == "name"


def test_an_override_copies_the_inherited_value_and_a_revert_takes_it_back(
    make_family: Any, make_product: Any
) -> None:
    family = make_family("Print", **PRINTED)
    product = make_product("CARD", family)
    for path in ("price.setup_minor", "options.paper", "route.print"):
        verbs.override_property(product.id, path=path, actor=EDITOR)
        assert catalog.effective_properties(product).origin[path].id == product.id
    assert product.properties["price"] == {"setup_minor": 2900}
    for path in ("price.setup_minor", "options.paper", "route.print"):
        verbs.revert_property(product.id, path=path, actor=EDITOR)
        assert catalog.effective_properties(product).origin[path].id == family.id
    assert product.properties == {}
    verbs.change_product(product.id, properties={"drop": ["options.paper"]}, actor=EDITOR)
    verbs.revert_property(product.id, path="options.paper", actor=EDITOR)
    assert product.properties == {}
    for verb, path in ((verbs.override_property, "ship.service"), (verbs.revert_property, "gates")):
        with pytest.raises(BadInput) as caught:
            verb(product.id, path=path, actor=EDITOR)
        assert caught.value.field == "path"
    assert db.session.get(Product, product.id) is product
