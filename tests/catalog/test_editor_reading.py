"""The form of properties, without a page: what is stored, as it stands in the form, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.catalog import presets
from app.catalog.editor.actions import Sheet, act, spec_at
from app.catalog.editor.draft import draft_of, read_draft
from app.catalog.editor.reading import ROOT, Reading, input_of, read_layer
from app.catalog.editor.specs import Spec, specs
from app.catalog.editor.typed import typed_of, value_of
from app.catalog.properties import Properties
from app.core.canonical import plain

PAPER = {
    "key": "paper",
    "label": "Paper",
    "choices": [
        {"key": "smooth", "label": "Smooth", "surcharge_minor": 18},
        {"key": "cotton", "label": "Cotton"},
    ],
}


def sent(node: Any, path: str = ROOT) -> Iterator[tuple[str, str]]:
    """The inputs of a draft as a browser sends them."""
    if isinstance(node, dict):
        if path != ROOT:
            yield f"{path}._", "1"
        for name, inner in node.items():
            if name != "_":
                yield from sent(inner, f"{path}.{name}")
    else:
        yield from ((path, one) for one in node)


def read_back(layer: dict[str, Any], above: dict[str, Any] | None = None) -> Reading:
    own = {name: value for name, value in layer.items() if name != "drop"}
    form: MultiDict[str, str] = MultiDict(sent(draft_of(Properties, own, "GBP")))
    return read_layer(read_draft(form, ROOT), above or {}, layer.get("drop", []), "GBP")


def read(form: dict[str, str], above: dict[str, Any] | None = None, currency: str = "GBP") -> Any:
    return read_layer(read_draft(MultiDict(form), ROOT), above or {}, [], currency)


PRESETS = sorted(file.stem for file in Path(presets.__file__).parent.glob("*.toml"))


def layers() -> Iterator[Any]:
    for name in PRESETS:
        preset = presets.read(name)
        families = {one.slug: one for one in preset.families}
        for family in preset.families:
            yield pytest.param(family.properties, {}, id=family.slug)
        for product in preset.products:
            above = families[product.family].properties
            yield pytest.param(product.properties, above, id=product.slug)


@pytest.mark.parametrize(("layer", "above"), list(layers()))
def test_what_a_preset_has_comes_back_from_the_form_as_it_was(layer: Any, above: Any) -> None:
    found = read_back(plain(layer), plain(above))
    assert found.faults == {}
    assert found.layer == plain(layer)


def all_specs(model: Any) -> Iterator[Spec]:
    for spec in specs(model).values():
        yield spec
        if spec.part is not None:
            yield from all_specs(spec.part)


def test_every_property_has_an_input_and_a_label() -> None:
    found = list(all_specs(Properties))
    assert len(found) > 60
    assert all(spec.label and spec.kind for spec in found)


@given(st.integers(0, 10**9), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_money_is_typed_in_whole_units_of_any_currency(minor: int, currency: str) -> None:
    spec = specs(Properties)["price"].part
    setup = specs(spec)["setup_minor"]  # type: ignore[arg-type]
    assert value_of(setup, typed_of(setup, minor, currency), currency) == minor


def test_amounts_are_stored_in_minor_units() -> None:
    typed = {
        "p.price.setup_minor": "£29.00",
        "p.price.per_cm3_minor": "0.145",
        "p.price.tax_permille": "17.5",
    }
    assert read(typed).layer["price"] == {
        "setup_minor": 2900,
        "per_cm3_minor": "14.5",
        "tax_permille": 175,
    }
    assert read({"p.price.setup_minor": "2900"}, currency="JPY").layer["price"] == {
        "setup_minor": 2900
    }


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("p.price.setup_minor", "much", "not an amount"),
        ("p.price.setup_minor", "1.234", "not an amount in GBP"),
        ("p.quantity.minimum", "1.5", "not a whole number"),
        ("p.quantity.suggestions", "50, some", "not a whole number"),
        ("p.price.valid_until", "soon", "year, month, day"),
        ("p.options.r0.choices.r0.surcharge_minor", "x", "not an amount"),
    ],
)
def test_a_fault_is_found_at_its_input(name: str, typed: str, says: str) -> None:
    assert says in read({name: typed}).faults[name]


def test_rows_are_saved_in_the_order_in_which_they_are_sent() -> None:
    typed = {
        "p.options.b._": "1",
        "p.options.b.label": "Foil",
        "p.options.a._": "1",
        "p.options.a.label": "Paper",
    }
    assert [one["label"] for one in read(typed).layer["options"]] == ["Foil", "Paper"]


def test_keys_are_made_of_labels_and_never_those_that_are_inherited() -> None:
    typed = {"p.options.n0.label": "Paper", "p.options.n0.choices.n0.label": "Cotton 350 g"}
    found = read(typed, {"options": [PAPER]})
    assert [one["key"] for one in found.layer["options"]] == ["paper_2"]
    assert found.layer["options"][0]["choices"][0]["key"] == "cotton_350_g"


def test_what_is_left_empty_is_inherited_or_the_default_and_what_was_inherited_is_overridden() -> (
    None
):
    empty = {"p.price.setup_label": "", "p.price.min_minor": ""}
    assert read(empty).layer == {}
    above = {"price": {"setup_label": "Design", "min_minor": 500}}
    found = read(empty, above)
    assert found.layer == {"price": {"setup_label": ""}}
    assert "inherited" in found.faults["p.price.min_minor"]


def test_a_box_that_shows_its_default_is_not_saved_and_a_changed_one_is() -> None:
    name = "p.artwork.send_when_signed"
    assert (
        read_layer(
            read_draft(MultiDict([(name, "_unset"), (name, "yes")]), ROOT), {}, [], "GBP"
        ).layer
        == {}
    )
    off = read_layer(read_draft(MultiDict([(name, "_unset")]), ROOT), {}, [], "GBP")
    assert off.layer == {"artwork": {"send_when_signed": False}}


def test_conditions_are_read_and_one_without_choices_is_a_fault() -> None:
    row = "p.route.r0.only_if.c0"
    form = MultiDict(
        [(f"{row}.option", "foil"), (f"{row}.choices", "_unset"), (f"{row}.choices", "gold")]
    )
    found = read_layer(read_draft(form, ROOT), {}, [], "GBP")
    assert found.layer["route"][0]["only_if"] == {"foil": ["gold"]}
    assert read({f"{row}.option": "foil"}).faults == {f"{row}.choices": "Tick at least one choice."}


def sheet(layer: dict[str, Any] | None = None, above: dict[str, Any] | None = None) -> Sheet:
    return Sheet(draft_of(Properties, layer or {}, "GBP"), above or {}, "GBP")


def saved(made: Sheet) -> dict[str, Any]:
    return read_layer(made.draft, made.above, made.dropped, made.currency).layer


def test_an_inherited_option_is_overridden_changed_and_given_back() -> None:
    made = sheet(above={"options": [PAPER]})
    act(made, "override:p.options.paper")
    assert saved(made) == {"options": [PAPER]}
    act(made, f"revert:{made.focus}")
    assert saved(made) == {}


def test_an_inherited_option_is_removed_and_brought_back() -> None:
    made = sheet({"options": [PAPER]}, {"options": [PAPER]})
    act(made, "drop:p.options.paper")
    assert saved(made) == {"drop": ["options.paper"]}
    act(made, "restore:p.options.paper")
    assert saved(made) == {}


def test_a_value_is_overridden_and_reverted() -> None:
    made = sheet(
        above={
            "price": {"setup_minor": 2900, "unit_breaks": [{"from_quantity": 1, "unit_minor": 90}]}
        }
    )
    act(made, "override:p.price.setup_minor")
    act(made, "override:p.price.unit_breaks")
    assert saved(made) == {"price": made.above["price"]}
    act(made, "revert:p.price.setup_minor")
    assert list(saved(made)["price"]) == ["unit_breaks"]


def test_rows_move_and_go() -> None:
    made = sheet({"options": [PAPER]})
    act(made, "down:p.options.r0.choices.r0")
    keys = [one["key"] for one in saved(made)["options"][0]["choices"]]
    assert keys == ["cotton", "smooth"]
    act(made, "remove:p.options.r0.choices.r1")
    assert [one["key"] for one in saved(made)["options"][0]["choices"]] == ["smooth"]


def test_an_unknown_button_changes_nothing() -> None:
    made = sheet({"options": [PAPER]})
    for does in (
        "",
        "add",
        "explode:p.options",
        "add:options",
        "up:p.options.zz",
        "override:p.nothing.x",
        "add:p.nothing",
    ):
        act(made, does)
    assert saved(made) == {"options": [PAPER]}


def test_a_fault_of_the_service_finds_its_input() -> None:
    found = read_back({"options": [PAPER]})
    draft = draft_of(Properties, {"options": [PAPER]}, "GBP")
    cotton = "p.options.r0.choices.r1"
    assert input_of("options.paper.choices.cotton.label", found, draft) == f"{cotton}.label"
    assert input_of("options.0.choices.1.key", found, draft) == f"{cotton}.key"
    assert input_of("options.foil.choices.1.key", found, draft) == "p.options.foil"
    assert input_of("price.setup_minor", found, draft) == "p.price.setup_minor"


def test_a_spec_is_found_through_rows_of_any_name() -> None:
    found = spec_at("p.options.n7.choices.r2.surcharge_minor")
    assert found is not None and found.kind == "money"
    assert spec_at("p.options.n7.nothing") is None
