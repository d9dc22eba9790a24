from __future__ import annotations

import pytest

from app.catalog.inheritance import parse
from app.core.errors import BadInput
from tests.catalog.layers import inherit_properties

FAMILY = {
    "price": {"setup_minor": 2900, "tax_permille": 200},
    "artwork": {"bleed_mm": 3, "accept": ["pdf"]},
    "gates": ["artwork", "material"],
    "options": [
        {"key": "paper", "label": "Paper", "choices": [{"key": "smooth", "label": "Smooth"}]},
        {"key": "foil", "label": "Foil", "choices": [{"key": "none", "label": "None"}]},
    ],
    "route": [
        {"key": "print", "name": "Print", "work_centre": "press"},
        {"key": "foil", "name": "Foil", "work_centre": "foil", "only_if": {"foil": ["none"]}},
    ],
}


def test_a_product_takes_over_what_it_does_not_say_itself() -> None:
    found = inherit_properties(
        FAMILY, {"price": {"setup_minor": 900}, "artwork": {"trim_width_mm": 148}}
    )
    assert found.properties.price.setup_minor == 900
    assert found.properties.price.tax_permille == 200
    assert found.properties.artwork is not None
    assert (found.properties.artwork.bleed_mm, found.properties.artwork.trim_width_mm) == (3, 148)


def test_each_path_names_the_layer_that_set_it() -> None:
    found = inherit_properties(FAMILY, {"price": {"setup_minor": 900}})
    assert found.origin["price.setup_minor"].kind == "product"
    assert found.origin["price.tax_permille"].kind == "family"
    assert "price.min_minor" not in found.origin
    assert found.origin["options.paper"].kind == "family"


def test_a_part_of_a_list_is_replaced_in_its_place_and_new_ones_follow() -> None:
    own = [
        {"key": "paper", "label": "Card", "choices": [{"key": "thick", "label": "Thick"}]},
        {"key": "corners", "label": "Corners", "choices": [{"key": "round", "label": "Round"}]},
    ]
    found = inherit_properties(FAMILY, {"options": own})
    labels = [option.label for option in found.properties.options]
    assert labels == ["Card", "Foil", "Corners"]
    assert found.origin["options.paper"].kind == "product"


def test_a_product_can_take_a_part_away() -> None:
    found = inherit_properties(FAMILY, {"drop": ["options.foil", "route.foil"]})
    assert [option.key for option in found.properties.options] == ["paper"]
    assert [step.key for step in found.properties.route] == ["print"]
    assert "options.foil" not in found.origin


def test_taking_away_what_is_not_there_is_refused() -> None:
    with pytest.raises(BadInput, match=r"no “options\.glitter” to remove"):
        inherit_properties(FAMILY, {"drop": ["options.glitter"]})


def test_taking_away_an_option_that_a_step_asks_about_is_refused() -> None:
    with pytest.raises(BadInput, match="there is no option foil"):
        inherit_properties(FAMILY, {"drop": ["options.foil"]})


def test_gates_are_replaced_as_a_whole() -> None:
    assert inherit_properties(FAMILY, {"gates": ["payment"]}).properties.gates == ["payment"]


def test_neither_dictionary_is_changed_by_merging() -> None:
    product = {"price": {"setup_minor": 1}, "drop": ["gates"]}
    before = repr((FAMILY, product))
    with pytest.raises(BadInput):
        inherit_properties(FAMILY, product)
    inherit_properties(FAMILY, product | {"drop": ["options.paper"]})
    assert repr((FAMILY, product)) == before


@pytest.mark.parametrize(
    ("properties", "says"),
    [
        ({"pirce": {}}, "pirce: There is no property with this name."),
        ({"price": {"setup_minor": -1}}, "price.setup_minor: Enter 0 or more."),
        (
            {"price": {"unit_breaks": [{"from_quantity": 5, "unit_minor": 1}] * 2}},
            "quantity breaks must rise",
        ),
        ({"quantity": {"minimum": 10, "default": 3}}, "3 can't be ordered"),
        ({"options": ["paper"]}, "options.0: Input should be a valid dictionary"),
        ({"options": {"paper": 1}}, "options: Input should be a valid list"),
        ({"materials": [{"key": "a"}]}, "name either a sku or the option"),
        ({"materials": [{"key": "a", "from_option": "paper"}]}, "there is no option paper"),
        ({"personalisation": [{"key": "a", "label": "A", "kind": "choice"}]}, "needs choices"),
        (
            {"personalisation": [{"key": "a", "label": "A", "pattern": "["}]},
            "pattern can't be read",
        ),
    ],
)
def test_faulty_properties_are_refused_with_the_path(properties: dict, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse(properties)
    assert says in caught.value.sentence
