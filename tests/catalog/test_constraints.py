from __future__ import annotations

from typing import Any

import pytest

from app.catalog.configuration import validate_configuration
from app.catalog.inheritance import parse
from app.catalog.product_summary import sections
from app.catalog.properties import Properties
from app.catalog.properties.constraints import clashing
from app.core.errors import BadInput
from tests.catalog.layers import inherit_properties

PAPER = {
    "key": "paper",
    "label": "Paper",
    "choices": [
        {"key": "smooth", "label": "Smooth 300 g"},
        {"key": "cotton", "label": "Cotton 350 g"},
        {"key": "board", "label": "Board 600 g"},
    ],
}
FOIL = {
    "key": "foil",
    "label": "Foil",
    "required": False,
    "choices": [{"key": "gold", "label": "Gold foil"}, {"key": "silver", "label": "Silver foil"}],
}
HEAVY = {"key": "heavy", "when": {"foil": ["gold"]}, "option": "paper", "choices": ["cotton"]}


def product(*constraints: dict[str, Any], options: Any = (PAPER, FOIL)) -> Properties:
    return parse({"options": list(options), "constraints": list(constraints)})


def faults_of(terms: Properties, options: dict[str, str]) -> dict[str, str]:
    try:
        validate_configuration(terms, options, {}, 1)
    except BadInput as fault:
        return fault.faults
    return {}


def test_a_broken_rule_names_both_sides_at_both_options() -> None:
    found = faults_of(product(HEAVY), {"paper": "smooth", "foil": "gold"})
    said = "Gold foil is only offered on Cotton 350 g. Choose another paper or no foil."
    assert found == {"options.foil": said, "options.paper": said}


def test_choices_that_keep_the_rule_are_taken() -> None:
    terms = product(HEAVY)
    assert faults_of(terms, {"paper": "cotton", "foil": "gold"}) == {}
    assert faults_of(terms, {"paper": "smooth", "foil": "silver"}) == {}
    assert faults_of(terms, {"paper": "smooth"}) == {}


def test_a_rule_can_exclude_choices() -> None:
    size = {"key": "size", "label": "Size", "choices": [{"key": "s60", "label": "Size 60"}]}
    metal = {
        "key": "metal",
        "label": "Metal",
        "choices": [{"key": "ti", "label": "Titanium"}, {"key": "ag", "label": "Silver"}],
    }
    rule = {
        "key": "a",
        "when": {"size": ["s60"]},
        "option": "metal",
        "rule": "none_of",
        "choices": ["ti"],
    }
    terms = product(rule, options=(size, metal))
    found = faults_of(terms, {"size": "s60", "metal": "ti"})
    said = "Size 60 is not offered on Titanium. Choose another metal or another size."
    assert found["options.metal"] == said


def test_the_shops_own_sentence_comes_in_place_of_ours() -> None:
    terms = product(HEAVY | {"message": "Foil cracks thin paper."})
    found = faults_of(terms, {"paper": "smooth", "foil": "gold"})
    assert found["options.paper"] == "Foil cracks thin paper. Choose another paper or no foil."


def test_an_unanswered_option_is_said_before_its_rules() -> None:
    found = faults_of(product(HEAVY), {"foil": "gold"})
    assert found == {"options.paper": "Choose the paper: Smooth 300 g, Cotton 350 g, Board 600 g."}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (HEAVY | {"option": "weight"}, "there is no option weight"),
        (HEAVY | {"choices": ["vellum"]}, "option paper has no choice vellum"),
        (HEAVY | {"when": {"foil": ["red"]}}, "option foil has no choice red"),
        (HEAVY | {"when": {}}, "Add at least one"),
        (HEAVY | {"choices": []}, "Add at least one"),
        (
            {"key": "a", "when": {"paper": ["smooth", "cotton", "board"]}, "option": "paper", "rule": "none_of",
             "choices": ["smooth", "cotton", "board"]},
            "nothing can be ordered",
        ),
    ],
)  # fmt: skip
def test_a_faulty_rule_is_refused_when_it_is_saved(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        product(rule)


def test_rules_that_exclude_each_other_only_together_are_refused() -> None:
    choices = ["smooth", "cotton", "board"]
    each = [
        {"key": f"r{n}", "when": {"paper": [one]}, "option": "foil", "choices": ["gold"]}
        for n, one in enumerate(choices)
    ]
    back = {
        "key": "z",
        "when": {"foil": ["gold"]},
        "option": "paper",
        "rule": "none_of",
        "choices": choices,
    }
    product(*each)
    with pytest.raises(BadInput, match="nothing can be ordered"):
        product(*each, back)


def test_choices_that_the_others_rule_out_are_known() -> None:
    terms = product(HEAVY)
    found = clashing(terms.options, terms.constraints, {"foil": "gold", "paper": "cotton"})
    assert found == {("paper", "smooth"): "Gold foil", ("paper", "board"): "Gold foil"}
    found = clashing(terms.options, terms.constraints, {"foil": "", "paper": "smooth"})
    assert found == {("foil", "gold"): "Smooth 300 g"}


def test_a_rule_is_inherited_and_can_be_dropped() -> None:
    family = {"options": [PAPER, FOIL], "constraints": [HEAVY]}
    found = inherit_properties(family, {})
    assert [
        row.value for row in sections(found.properties, found.origin)["Rules between options"]
    ] == ["with Foil: Gold foil only Paper: Cotton 350 g"]
    dropped = inherit_properties(family, {"drop": ["constraints.heavy"]})
    assert dropped.properties.constraints == []
