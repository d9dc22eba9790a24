"""Jobs of items with variants: one job with its breakdown, kept through splits and reprints, made from its material."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from app.core.actor import system
from app.core.db import db
from app.core.errors import BadInput
from app.core.events import Event
from app.orders import verbs as order_verbs
from app.orders.invariants import variants_make_the_line
from app.orders.models import Order
from app.production import invariants, verbs
from app.production.job_tree import lock_job_tree
from app.production.models import Job
from app.production.verbs import ReprintInput, SplitInput
from app.production.work_orders import load_work_order
from app.reactions import making, material
from tests.stock.conftest import make_item, three
from tests.variant_orders import MATRIX, put_on_offer, quoted

BOSS = system("backoffice")
BLANKS = {key: {"stock_sku": f"BLANK-{key[0].upper()}"} for key in ("s-navy", "m-navy", "l-navy")}


def broken() -> list[str]:
    proofs = (
        variants_make_the_line,
        invariants.variants_make_the_whole,
        invariants.parts_have_the_variants_of_the_whole,
        invariants.parts_make_the_whole,
        invariants.jobs_make_what_was_ordered,
    )
    return [sentence for proof in proofs for sentence in proof()]


def placed() -> Order:
    order = quoted()
    order_verbs.accept_quote(order.id, 1, typed_name="Ada Example", actor=BOSS)
    return order


@pytest.fixture(autouse=True)
def shop(preset_products: None, session: Any) -> None:
    """A shop with tax rates."""


@pytest.fixture
def job(shop: None) -> Job:
    """A job of four S, ten M and six L, ready to be made."""
    put_on_offer()
    order = placed()
    event = next(e for e in events_of(order) if e.name == "order.placed")
    making.make_jobs(event)
    return db.session.scalars(select(Job)).one()


def events_of(order: Order) -> list[Any]:
    return list(db.session.scalars(select(Event).where(Event.stream_id == order.id)))


def test_a_line_s_job_has_its_breakdown(job: Job) -> None:
    assert (job.quantity, job.breakdown) == (20, MATRIX)
    assert [step.key for step in job.operations] == ["print", "white"]
    assert broken() == []


def test_the_work_order_shows_the_pieces_of_each_variant(job: Job) -> None:
    work = load_work_order(job.id)
    assert work is not None
    assert "<span>M</span><b>10</b>" in work.html


def test_a_job_is_split_by_its_variants(job: Job) -> None:
    first, second = verbs.split_job(
        job.id, breakdowns=[{"s-navy": 4, "m-navy": 1}, {"m-navy": 9, "l-navy": 6}], actor=BOSS
    )
    assert (first.quantity, first.breakdown) == (5, {"s-navy": 4, "m-navy": 1})
    assert (second.quantity, second.breakdown) == (15, {"m-navy": 9, "l-navy": 6})
    assert broken() == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"quantities": [10, 10]}, "Enter how many pieces of each variant."),
        ({"breakdowns": [{"s-navy": 4}, {"m-navy": 10}]}, "These are in no part yet: L / NAVY 6."),
        ({"breakdowns": [{"s-navy": 5}, {"m-navy": 10}]}, "There are only 4 of “S / NAVY”."),
        ({"breakdowns": [{"xl-navy": 1}, {"m-navy": 10}]}, "There are only 0 of “XL / NAVY”."),
        ({"breakdowns": [MATRIX]}, "Enter two or more quantities that add up to 20."),
    ],
)
def test_a_split_that_loses_or_adds_a_variant_is_refused(
    job: Job, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(BadInput) as problem:
        verbs.split_job(job.id, **given, actor=BOSS)
    assert says in str(problem.value)


def test_a_form_names_the_first_part_and_the_second_has_the_rest(job: Job) -> None:
    typed = {"first.s-navy": "4", "first.m-navy": "", "first.l-navy": "1"}
    assert SplitInput.from_form(typed, lock_job_tree(job.id)) == {
        "breakdowns": [{"s-navy": 4, "l-navy": 1}, {"m-navy": 10, "l-navy": 5}]
    }
    with pytest.raises(BadInput):
        SplitInput.from_form({"first.s-navy": "-1"}, lock_job_tree(job.id))


def test_a_reprint_says_which_variants_are_made_again(job: Job) -> None:
    verbs.start_operation(job.operations[0].id, actor=BOSS)
    typed = {"variant.m-navy": "2", "variant.l-navy": "1", "cause": "Bent"}
    given = ReprintInput.from_form(typed, lock_job_tree(job.id))
    reprint = verbs.reprint_job(job.id, **given, actor=BOSS)
    assert (reprint.quantity, reprint.breakdown) == (3, {"m-navy": 2, "l-navy": 1})
    assert broken() == []
    for breakdown, says in (
        (None, "Enter how many pieces of each variant."),
        ({"l-navy": 6}, "There are only 5 of “L / NAVY”."),
        ({"l-navy": 5}, "The variants add up to 5 pieces, not 6."),
    ):
        with pytest.raises(BadInput) as problem:
            verbs.reprint_job(job.id, 6, "Bent", breakdown or {}, actor=BOSS)
        assert says in str(problem.value)


def test_material_is_reserved_and_used_by_variant(shop: None) -> None:
    items = {key: make_item(row["stock_sku"], 100) for key, row in BLANKS.items()}
    put_on_offer(BLANKS, gates=["material"])
    order = placed()
    making.make_jobs(next(e for e in events_of(order) if e.name == "order.placed"))
    (job,) = db.session.scalars(select(Job)).all()
    material.reserve_for(job)
    assert {key: three(item)[1] for key, item in items.items()} == {
        key: Decimal(count) for key, count in MATRIX.items()
    }
    verbs.start_operation(job.operations[0].id, actor=BOSS)
    material.use_material(next(e for e in events_of(order) if e.name == "job.started"))
    assert three(items["m-navy"])[0] == Decimal(90)
    reprint = verbs.reprint_job(job.id, 2, "Bent", {"l-navy": 2}, actor=BOSS)
    verbs.start_operation(reprint.operations[0].id, actor=BOSS)
    started = [e for e in events_of(order) if e.name == "job.started"]
    material.use_material(started[-1])
    assert three(items["l-navy"])[0] == Decimal(92)
    assert three(items["m-navy"])[0] == Decimal(90)
