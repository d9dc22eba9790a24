"""The search index follows every change of what it is made of, at once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from app import declarations
from app.core.search import SEARCHABLES, SearchEntry, finding, found_by
from app.core.search.triggers import entries_follow, statements
from app.customers.models import Contact, Customer
from app.orders.models import Order, OrderLine
from tests.order_rows import placed_order

declarations.load(declarations.SEARCH)


@pytest.fixture
def order(session: Any) -> Order:
    return placed_order([5], customer_name="Quillfeather & Sons")


def is_found(session: Any, order: Order, words: str) -> bool:
    session.flush()
    return order.id in set(session.scalars(found_by("order", words)))


def test_an_order_is_found_by_customer_contact_product_and_note(session, order):
    order.note = "With the blue ribbon"
    words = ("quillfeather", order.contact.email, order.lines[0].sku, "invitation a6", "BLUE rib")
    assert all(is_found(session, order, one) for one in words)
    assert not is_found(session, order, "xylophone")
    assert list(entries_follow()) == []


def test_a_renamed_customer_is_found_by_the_new_name_alone(session, order):
    order.customer.name = "Thistledown Ltd"
    assert is_found(session, order, "thistledown")
    assert not is_found(session, order, "quillfeather")


def test_words_of_a_contact_leave_the_index_with_them(session, order):
    """What is erased from a person's row is in no entry afterwards."""
    session.execute(
        sa.update(Contact).values(name="Erased", email="erased@example.invalid", phone="")
    )
    left = sa.text("SELECT count(*) FROM search_entries WHERE words ILIKE '%juno%'")
    assert session.scalar(left) == 0
    assert list(entries_follow()) == []


def test_a_new_line_and_one_that_is_gone_change_their_order(session, order):
    line = order.lines[0]
    session.execute(sa.update(OrderLine).where(OrderLine.id == line.id).values(sku="ZEBRA-9"))
    assert is_found(session, order, "zebra-9")
    session.execute(sa.delete(OrderLine).where(OrderLine.id == line.id))
    assert not is_found(session, order, "zebra-9")


def test_a_record_that_is_removed_has_no_entry(session):
    customer = Customer(name="Soon Gone")
    session.add(customer)
    session.flush()
    assert customer.id in set(session.scalars(found_by("customer", "soon gone")))
    session.delete(customer)
    session.flush()
    assert not set(session.scalars(found_by("customer", "soon gone")))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE search_entries SET words = 'other' WHERE kind = 'order'",
        "UPDATE search_entries SET number = number + 1 WHERE kind = 'order'",
        "DELETE FROM search_entries WHERE kind = 'order'",
        "UPDATE search_entries SET record_id = gen_random_uuid() WHERE kind = 'order'",
    ],
)
def test_an_entry_that_is_not_what_its_record_says_is_named(session, order, damage):
    session.flush()
    assert list(entries_follow()) == []
    session.execute(sa.text(damage))
    assert any(f"order {order.id}" in said for said in entries_follow())


def test_every_word_of_every_kind_is_in_the_sql_that_keeps_it():
    made = "\n".join(statements())
    for kind in SEARCHABLES.values():
        assert f"search_source_{kind.kind}" in made
        for word in kind.words:
            assert f"ON {word.column.class_.__tablename__} FOR EACH ROW" in made
            assert f".{word.column.key}" in made


def plan_of(session: Any, query: Any, *without: str) -> str:
    """Return the plan of a query `without` some ways: a few rows are read whole and sorted else."""
    for way in ("seqscan", *without):
        session.execute(sa.text(f"SET LOCAL enable_{way} = off"))
    sql = query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    plan = session.connection().exec_driver_sql(f"EXPLAIN {sql}")
    return "\n".join(plan.scalars())


def test_whole_words_are_found_by_their_index_among_entries_of_their_kind_alone(session, order):
    query = finding.by_words("customer", "quillfeather & sons")
    _kind, is_word, _text = query.whereclause.clauses  # few rows are found by any index
    plan = plan_of(session, sa.select(SearchEntry.at).where(is_word), "indexscan", "indexonlyscan")
    assert "ix_search_entries_tokens" in plan
    assert "''customerquillfeather'' & ''customersons''" in plan
    others = plan_of(session, query)
    assert "ix_search_entries_words" not in others  # read for each three letters that were typed


def test_the_newest_entries_are_read_in_their_order_and_no_others(session, order):
    plan = plan_of(session, finding.newest("order", "quillfeather"), "sort", "bitmapscan")
    assert "Index Scan Backward using ix_search_entries_newest" in plan
    assert "Limit" in plan


@pytest.mark.parametrize("often", [1, 10**9])
@pytest.mark.parametrize(
    "words", [("quillfeather",), ("sons", "a6"), ("illfeath",), ("A6", "nvit")]
)
def test_a_list_finds_the_same_whether_words_are_common_or_rare(
    session, order, monkeypatch, often, words
):
    placed_order([5], customer_name="Somebody Else")
    session.flush()
    monkeypatch.setattr(finding, "OFTEN", often)
    for condition in finding.narrowed_to("order", Order.id, *words):
        found = session.scalars(sa.select(Order.id).where(condition)).all()
        expected = {order.id} if "A6" not in words else set(session.scalars(sa.select(Order.id)))
        assert set(found) == expected


def test_what_is_common_is_looked_for_along_the_list(session, order, monkeypatch):
    """The page of a list ends with its rows: what many orders have is never gathered first."""
    monkeypatch.setattr(finding, "OFTEN", 1)
    condition, _ = finding.narrowed_to("order", Order.id, "quillfeather")
    query = sa.select(Order.id).where(condition).order_by(Order.created_at.desc(), Order.id.desc())
    plan = plan_of(session, query.limit(51), "sort", "bitmapscan")
    assert "using ix_orders_created_at_id" in plan
    assert "SubPlan" in plan
    assert "ix_search_entries_words" not in plan
