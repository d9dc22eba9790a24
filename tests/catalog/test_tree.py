"""Families form a tree; a product inherits along its path, and no family is below itself."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.catalog import services as catalog
from app.catalog import verbs
from app.catalog.models import Product, ProductFamily
from app.catalog.services.preview import Unconfirmed
from app.core.db import db
from app.core.errors import BadInput, Problem, WrongState
from tests.catalog.conftest import EDITOR, PRINTED


def test_a_product_inherits_along_the_whole_path(make_family: Any, make_product: Any) -> None:
    top = make_family("Print", **PRINTED)
    middle = make_family("Cards", top, price={"setup_minor": 1900}, wording={"piece": "card"})
    lowest = make_family("Wedding cards", middle, wording={"pieces": "cards"})
    product = make_product("WED", lowest, price={"min_minor": 500})
    found = catalog.effective_properties(product)
    price = found.properties.price
    assert (price.setup_minor, price.min_minor, price.unit_breaks[0].unit_minor) == (1900, 500, 142)
    owners = {path: (owner.kind, owner.id) for path, owner in found.origin.items()}
    assert owners["price.unit_breaks"] == ("family", top.id)
    assert owners["price.setup_minor"] == ("family", middle.id)
    assert owners["wording.pieces"] == ("family", lowest.id)
    assert owners["price.min_minor"] == ("product", product.id)


def test_what_a_family_takes_away_is_gone_below_it_and_may_come_back(
    make_family: Any, make_product: Any
) -> None:
    top = make_family("Print", **PRINTED)
    plain = make_family("Plain", top, drop=["options.paper"])
    product = make_product("PLAIN", plain)
    assert catalog.effective_properties(product).properties.options == []
    again = make_product("AGAIN", plain, options=PRINTED["options"])
    assert catalog.effective_properties(again).origin["options.paper"].id == again.id


def test_a_family_below_itself_is_refused_at_the_field(make_family: Any) -> None:
    top = make_family("Print")
    middle = make_family("Cards", top)
    lowest = make_family("Wedding cards", middle)
    for target in (top, middle, lowest):
        with pytest.raises(BadInput, match="can't lie below itself") as caught:
            verbs.change_family(top.id, parent=target, actor=EDITOR)
        assert caught.value.field == "parent"
    assert top.parent_id is None


def test_the_database_refuses_a_cycle_by_itself(session: Any, make_family: Any) -> None:
    top = make_family("Print")
    lowest = make_family("Cards", make_family("Flat", top))
    with pytest.raises(IntegrityError, match="below itself"), session.begin_nested():
        session.execute(sa.update(ProductFamily).filter_by(id=top.id).values(parent_id=lowest.id))
    with pytest.raises(IntegrityError, match="below itself"), session.begin_nested():
        session.execute(sa.update(ProductFamily).filter_by(id=top.id).values(parent_id=top.id))


def test_two_moves_at_once_that_would_make_a_cycle(committed: Any) -> None:
    with committed.app.app_context():
        ids = [
            verbs.create_family(None, slug=name, name=name, properties={}, actor=EDITOR).id
            for name in ("one", "two")
        ]
        db.session.commit()
    together = threading.Barrier(2)

    def move(child: Any, parent: Any) -> str:
        with committed.app.app_context():
            above = db.session.get(ProductFamily, parent)
            together.wait(timeout=20)
            try:
                verbs.change_family(child, parent=above, actor=EDITOR)
                db.session.commit()
            except Problem as problem:
                db.session.rollback()
                return problem.sentence
            return "moved"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(move, ids, reversed(ids)))
    assert sorted(answer == "moved" for answer in answers) == [False, True]
    assert any("can't lie below itself" in answer for answer in answers)


def test_a_list_of_products_reads_each_level_of_families_once(
    session: Any, make_family: Any, make_product: Any
) -> None:
    top = make_family("Print", **PRINTED)
    families = [make_family(f"Cards {n}", make_family(f"Flat {n}", top)) for n in range(5)]
    for n in range(20):
        make_product(f"P-{n}", families[n % 5])
    session.commit()
    session.expunge_all()
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        for product in db.session.scalars(sa.select(Product).order_by(Product.sku)):
            catalog.effective_properties(product)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "SELECT" in one]) <= 5


def test_a_family_with_something_below_it_is_not_deleted(
    make_family: Any, make_product: Any
) -> None:
    top = make_family("Print", **PRINTED)
    with_product = make_family("Cards", top)
    product = make_product("CARD", with_product, is_draft=True)
    for family in (top, with_product):
        with pytest.raises(WrongState, match="has products or families below it"):
            verbs.delete_family(family.id, actor=EDITOR)
    verbs.delete_draft(product.id, actor=EDITOR)
    verbs.delete_family(with_product.id, actor=EDITOR)
    assert db.session.get(ProductFamily, with_product.id) is None


def test_moving_a_product_on_offer_first_shows_its_prices(
    make_family: Any, make_product: Any
) -> None:
    product = make_product("CARD", make_family("Print", **PRINTED), price={"min_minor": 100})
    dearer = make_family("Fine", **PRINTED | {"price": PRINTED["price"] | {"setup_minor": 9900}})
    with pytest.raises(Unconfirmed) as asked:
        verbs.change_product(product.id, family=dearer, actor=EDITOR)
    (shown,) = asked.value.preview.shown
    assert shown.before is not None and shown.after is not None
    assert (shown.before.net_minor, shown.after.net_minor) == (3042, 10042)
    token = asked.value.preview.token
    verbs.change_product(product.id, family=dearer, confirm=token, actor=EDITOR)
    assert catalog.effective_properties(product).properties.price.min_minor == 100


def test_a_product_is_not_moved_where_it_would_become_invalid(
    make_family: Any, make_product: Any
) -> None:
    asks = {"route": [PRINTED["route"][0] | {"only_if": {"paper": ["cotton"]}}]}
    product = make_product("CARD", make_family("Print", **PRINTED), **asks)
    plain = make_family("Plain", price=PRINTED["price"], route=PRINTED["route"])
    with pytest.raises(BadInput, match="would become invalid"):
        verbs.change_product(product.id, family=plain, actor=EDITOR)
    assert product.family is not plain


def test_a_change_that_breaks_a_family_below_is_refused(make_family: Any) -> None:
    top = make_family("Print", **PRINTED)
    asks = {"route": [PRINTED["route"][0] | {"only_if": {"paper": ["cotton"]}}]}
    make_family("Cotton cards", top, **asks)
    with pytest.raises(BadInput, match="“Cotton cards” would become invalid"):
        verbs.change_family(top.id, properties=PRINTED | {"options": []}, actor=EDITOR)


def test_a_change_that_breaks_a_formula_below_is_refused(
    make_family: Any, make_product: Any
) -> None:
    top = make_family("Print", **PRINTED)
    formula = {"key": "glue", "label": "Glue", "expression": "minutes.press * 2"}
    make_product("CARD", top, price={"formulas": [formula]})
    with pytest.raises(BadInput, match="“Product CARD” would become invalid"):
        verbs.change_family(top.id, properties=PRINTED | {"route": []}, actor=EDITOR)
