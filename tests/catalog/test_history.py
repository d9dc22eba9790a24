"""The version history says who changed what, when, and how it differs, in words."""

from __future__ import annotations

from typing import Any

from app.catalog import verbs
from app.catalog.difference import Line
from app.catalog.history import versions_of
from app.catalog.services.preview import Unconfirmed
from tests.catalog.conftest import EDITOR, PRINTED


def confirmed(family: Any, **values: Any) -> None:
    try:
        verbs.change_family(family.id, actor=EDITOR, **values)
    except Unconfirmed as asked:
        token = asked.preview.token
        verbs.change_family(family.id, actor=EDITOR, confirm=token, **values)


def test_a_change_is_told_in_the_words_of_the_product_page(
    make_family: Any, make_product: Any
) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED), price={"setup_minor": 2500})
    verbs.change_product(
        product.id, name="Fine card", properties={"price": {"setup_minor": 2900}}, actor=EDITOR
    )
    newest = versions_of(product)[0]
    assert newest.lines == [
        Line("Name", "Product CARD", "Fine card"),
        Line("Set-up", "£25.00", "£29.00"),
    ]
    assert (newest.who, newest.of) == ("Editor, back office", None)


def test_amounts_are_told_in_the_currency_that_is_inherited(
    make_family: Any, make_product: Any
) -> None:
    euros = PRINTED | {"price": PRINTED["price"] | {"currency": "EUR"}}
    product = make_product("CARD", make_family("Print", **euros))
    verbs.change_product(product.id, properties={"price": {"min_minor": 500}}, actor=EDITOR)
    assert versions_of(product)[0].lines == [Line("Minimum price", "", "€5.00")]


def test_of_a_list_only_what_differs_is_told(make_family: Any, make_product: Any) -> None:
    family = make_family("Print", **PRINTED)
    make_product("CARD", family)
    (paper,) = PRINTED["options"]
    dearer = [paper["choices"][0], paper["choices"][1] | {"surcharge_minor": 20}]
    confirmed(family, properties=PRINTED | {"options": [paper | {"choices": dearer}]})
    assert versions_of(family)[0].lines == [Line("Paper", "Cotton", "Cotton (+ £0.20 each)")]


def test_what_was_taken_away_and_moved_is_told(make_family: Any, make_product: Any) -> None:
    family = make_family("Print", **PRINTED)
    other = make_family("Sheets", **PRINTED)
    product = make_product("CARD", family)
    verbs.change_product(product.id, properties={"drop": ["options.paper"]}, actor=EDITOR)
    assert versions_of(product)[0].lines == [Line("Paper", "", "removed")]
    token = ""
    try:
        verbs.change_product(product.id, family=other, actor=EDITOR)
    except Unconfirmed as asked:
        token = asked.preview.token
    verbs.change_product(product.id, family=other, confirm=token, actor=EDITOR)
    assert versions_of(product)[0].lines == [Line("Family", "Print", "Sheets")]


def test_a_product_has_the_changes_of_its_families_and_its_life(
    make_family: Any, make_product: Any
) -> None:
    top = make_family("Print", **PRINTED)
    product = make_product("CARD", make_family("Cards", top))
    confirmed(top, properties=PRINTED | {"gates": ["payment"]})
    verbs.archive(product.id, actor=EDITOR)
    archived, changed, *_ = versions_of(product)
    assert archived.lines == [Line("State", "Active", "Archived")]
    assert (changed.of, changed.lines[0].after) == (top, "payment")
    older = versions_of(product, before=archived.event.id, limit=1)
    assert [one.event.id for one in older] == [changed.event.id]
