"""A change that takes effect on a day is applied once, whole or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.catalog import verbs
from app.catalog.difference import Line, difference_of_change
from app.catalog.models import CatalogChange, Product
from app.catalog.path_changes import apply_changes, changes_between
from app.catalog.presets import WorkCentre
from app.catalog.services.preview import Unconfirmed
from app.catalog.services.scheduling import due_changes, planned_changes
from app.core.clock import today
from app.core.db import db
from app.core.errors import BadInput, WrongState
from app.core.events import Event, timeline
from app.production import services as production
from jobs import clock
from tests.catalog.conftest import EDITOR, PRINTED

DEARER = {"price": {"setup_minor": 3900}}


def in_days(number: int) -> date:
    return today("Europe/London") + timedelta(days=number)


def is_due(change: CatalogChange) -> None:
    """Let the change's day come."""
    change.effective_on = in_days(0)
    db.session.flush()


def schedule(product: Product, **properties: Any) -> CatalogChange:
    return verbs.schedule_product_change(
        product.id, properties=properties, effective_on=in_days(30), actor=EDITOR
    )


@pytest.fixture
def product(make_family: Any, make_product: Any) -> Product:
    return make_product("CARD", make_family("Print", **PRINTED))


def run_clock() -> None:
    for task in clock.TASKS:
        if task.name == "apply_catalog_changes":
            task.run()


def test_a_change_is_made_on_its_day_and_not_before(product: Any) -> None:
    change = schedule(product, **DEARER)
    assert due_changes() == []
    run_clock()
    assert product.properties == {}
    is_due(change)
    run_clock()
    assert (product.properties, change.state) == (DEARER, "applied")
    run_clock()
    names = [event.name for event in timeline(product.id)]
    assert names[:3] == ["catalog.change_applied", "product.changed", "catalog.change_scheduled"]
    assert timeline(product.id)[1].door == "clock"


def test_what_others_changed_meanwhile_stays(product: Any) -> None:
    change = schedule(product, **DEARER)
    verbs.change_product(product.id, properties={"price": {"min_minor": 700}}, actor=EDITOR)
    is_due(change)
    run_clock()
    assert product.properties == {"price": {"setup_minor": 3900, "min_minor": 700}}


def test_a_change_that_no_longer_fits_is_not_made_by_half(product: Any) -> None:
    change = schedule(product, gates=["payment"], **DEARER)
    own = {"price": {"setup_minor": 100}}
    verbs.change_product(product.id, properties=own, actor=EDITOR)
    is_due(change)
    run_clock()
    assert (product.properties, change.state) == (own, "failed")
    assert change.reason == "“price.setup_minor” was changed since this was scheduled."
    assert planned_changes(product) == [change]
    run_clock()
    failed = sa.select(sa.func.count()).where(Event.name == "catalog.change_failed")
    assert db.session.scalar(failed) == 1
    verbs.cancel_change(change.id, actor=EDITOR)
    assert planned_changes(product) == []


def test_a_cancelled_change_is_never_made(product: Any) -> None:
    change = schedule(product, **DEARER)
    verbs.cancel_change(change.id, actor=EDITOR)
    is_due(change)
    run_clock()
    assert product.properties == {}
    with pytest.raises(WrongState):
        verbs.apply_change(change.id, actor=EDITOR)


def test_a_familys_change_is_confirmed_when_it_is_scheduled(product: Any) -> None:
    family = product.family
    new = PRINTED | {"price": PRINTED["price"] | {"setup_minor": 100}}
    values = {"properties": new, "effective_on": in_days(2), "actor": EDITOR}
    with pytest.raises(Unconfirmed) as asked:
        verbs.schedule_family_change(family.id, **values)
    assert asked.value.preview.shown[0].product is product
    change = verbs.schedule_family_change(
        family.id, confirm=asked.value.preview.token, note="New year", **values
    )
    assert planned_changes(product) == planned_changes(family) == [change]
    is_due(change)
    run_clock()
    assert family.properties["price"]["setup_minor"] == 100


@pytest.mark.parametrize("days", [0, -1])
def test_a_day_that_is_not_to_come_is_refused(product: Any, days: int) -> None:
    with pytest.raises(BadInput) as caught:
        verbs.schedule_product_change(
            product.id, properties=DEARER, effective_on=in_days(days), actor=EDITOR
        )
    assert caught.value.field == "effective_on"


def test_a_change_of_nothing_and_a_faulty_one_are_refused(product: Any) -> None:
    with pytest.raises(BadInput, match="changes nothing"):
        schedule(product)
    with pytest.raises(BadInput, match="no work centre"):
        schedule(product, route=[{"key": "a", "name": "A", "work_centre": "nowhere"}])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, DEARER),
        (DEARER, {}),
        ({"gates": ["payment"]}, {"gates": []}),
        (PRINTED, PRINTED | {"options": []}),
        (PRINTED, {"drop": ["options.paper"]}),
        ({"artwork": None}, {"artwork": None, "gates": []}),
        ({"artwork": {"trim_width_mm": None}}, {"artwork": {"trim_width_mm": None, "min_dpi": 9}}),
        ({"artwork": {"bleed_mm": 3}}, {"artwork": {"bleed_mm": 2, "min_dpi": 300}}),
    ],
)
def test_a_noted_change_leads_where_it_was_noted_for(before: Any, after: Any) -> None:
    found = apply_changes(before, changes_between(before, after))
    assert changes_between(found, after) == []


def test_two_clocks_apply_a_change_once(committed: Any) -> None:
    with committed.app.app_context():
        production.load_preset([WorkCentre(key="press", name="Press")])
        family = verbs.create_family(
            None, slug="print", name="Print", properties=PRINTED, actor=EDITOR
        )
        values = {"slug": "card", "sku": "CARD", "name": "Card", "family": family}
        product = verbs.create_product(None, **values, properties={}, actor=EDITOR)
        is_due(schedule(product, **DEARER))
        db.session.commit()
    together = threading.Barrier(2)

    def tick(_number: int) -> None:
        with committed.app.app_context():
            together.wait(timeout=20)
            run_clock()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tick, range(2)))
    with committed.app.app_context():
        applied = sa.select(sa.func.count()).where(Event.name == "catalog.change_applied")
        assert db.session.scalar(applied) == 1
        assert db.session.scalars(sa.select(Product)).one().properties == DEARER


def test_what_is_scheduled_is_told_in_words(product: Any) -> None:
    own = {"quantity": {"minimum": 25, "default": 100}}
    verbs.change_product(product.id, properties=own, actor=EDITOR)
    change = schedule(product, quantity={"minimum": 50, "default": 100}, **DEARER)
    assert difference_of_change(product, change.changes) == [
        Line("Set-up", "", "£39.00"),
        Line("Minimum", "25", "50"),
    ]
