from __future__ import annotations

from datetime import date

import pytest

from app.catalog.configuration import validate_configuration
from app.catalog.demand import material_demand
from app.catalog.facts import Facts
from app.catalog.inheritance import Effective, inherit
from app.catalog.presets import NAMES, Preset, layers_of, read
from app.catalog.pricing import price_line
from app.core.errors import NotFound
from app.inspection.file_facts import FileFacts

CUBE = Facts.of(
    FileFacts.model_validate({"volume_mm3": 7900, "bbox_mm": [20, 20, 20], "watertight": True})
)
ACCEPTED = {
    "print": {"pdf", "png", "jpeg", "tiff", "psd", "svg"},
    "threed": {"stl", "3mf"},
    "jewellery": {"stl", "3mf", "pdf", "png", "jpeg", "svg"},
}


def products(preset: Preset) -> dict[str, Effective]:
    return {p.slug: inherit(layers_of(preset, p)) for p in preset.products}


@pytest.mark.parametrize("name", NAMES)
def test_every_product_of_a_preset_is_complete(name: str) -> None:
    preset = read(name)
    centres = {centre.key for centre in preset.work_centres}
    skus = {item.sku for item in preset.stock.items}
    places = {place.key for place in preset.stock.locations}
    assert {item.location for item in preset.stock.items} <= places
    for slug, product in products(preset).items():
        properties = product.properties
        assert properties.artwork is not None, slug
        assert set(properties.artwork.accept) == ACCEPTED[name], slug
        assert {step.work_centre for step in properties.route} <= centres, slug
        assert any(step.quality_check for step in properties.route), slug
        asked = {material.sku for material in properties.materials if material.sku}
        for option in properties.options:
            asked |= {choice.material_sku for choice in option.choices if choice.material_sku}
        assert asked, slug
        assert asked <= skus, slug


@pytest.mark.parametrize("name", NAMES)
def test_every_combination_of_choices_has_a_price_that_explains_itself(name: str) -> None:
    for product in products(read(name)).values():
        properties = product.properties
        for option in properties.options:
            for choice in option.choices:
                options = {o.key: o.choices[0].key for o in properties.options}
                options[option.key] = choice.key
                quantity = properties.quantity.default
                price = price_line(properties, options, quantity, CUBE, on=date(2027, 1, 15))
                assert price.net_minor > 0
                assert price.needs_person == (name == "jewellery")


@pytest.mark.parametrize("name", NAMES)
def test_the_sample_order_of_a_preset_can_be_placed_and_its_material_is_there(name: str) -> None:
    preset = read(name)
    product = products(preset)[preset.sample.product].properties
    order, quantity = validate_configuration(
        product, preset.sample.options, preset.sample.personalisation, preset.sample.quantity
    )
    assert quantity == preset.sample.quantity
    opening = {item.sku: item.opening for item in preset.stock.items}
    for facts in (None, CUBE):
        demand = material_demand(product, order.options, quantity, facts)
        assert demand
        for sku, amount in demand.items():
            assert 0 < amount <= opening[sku] / 20


def test_the_invitation_card_is_what_a_newcomer_orders() -> None:
    card = products(read("print"))["invitation-card-a6"].properties
    assert card.quantity.default == 250
    assert [option.key for option in card.options] == ["paper", "foil"]
    assert [field.key for field in card.personalisation] == ["names", "date"]
    assert card.artwork is not None
    assert (card.artwork.trim_width_mm, card.artwork.trim_height_mm) == (148, 105)


def test_only_jewellery_has_its_design_signed_instead_of_a_proof() -> None:
    signed = {
        name: {p.properties.artwork.approval for p in products(read(name)).values()}
        for name in NAMES
    }
    assert signed == {"print": {"proof"}, "threed": {"proof"}, "jewellery": {"design"}}


def test_no_sku_or_slug_is_used_by_two_presets() -> None:
    presets = [read(name) for name in NAMES]
    for values in (
        [product.slug for preset in presets for product in preset.products],
        [product.sku for preset in presets for product in preset.products],
        [item.sku for preset in presets for item in preset.stock.items],
        [family.slug for preset in presets for family in preset.families],
    ):
        assert len(values) == len(set(values))


def test_an_unknown_preset_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NotFound, match="print, threed, jewellery"):
        read("../print")
