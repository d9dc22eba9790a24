"""What is recorded comes back from the database with the hash it was written with."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import chain
from app.core.actor import Actor
from app.core.events import Event, digest, record
from tests.core.thing import Thing, say

LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(),
    st.text(st.characters(exclude_categories=())),  # NUL and lone surrogates are among them
    st.decimals(),
    st.uuids(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.frozensets(st.text(max_size=3), max_size=3),
)
NAMES = st.text(st.characters(exclude_categories=()), max_size=8)
FACTS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(value=FACTS)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_facts_keep_their_hash_on_the_way_through_the_database(session, value):
    event = say(data={"value": value}, before={"value": value})
    session.commit()
    session.expire_all()
    assert digest(session.get_one(Event, event.id)) == event.hash


@pytest.mark.parametrize("label", ["Ada\x00Example", "half \ud83d a sign", "Ada " * 200])
def test_whoever_calls_themselves_strangely_is_recorded_all_the_same(session, label):
    actor = Actor("customer", None, label, "portal")
    event = record("thing.done", Thing(), actor)
    session.commit()
    assert len(session.get_one(Event, event.id).actor_label) <= 200
    assert chain.verify(event.stream_id) is None


def test_the_order_of_keys_and_the_zone_of_times_make_no_difference(session):
    one = say(data={"a": 1, "b": Decimal("1.10")}, after={"at": datetime(2027, 1, 1, tzinfo=UTC)})
    session.commit()
    session.expire_all()
    row = session.get_one(Event, one.id)
    row.sealed_data = dict(reversed(row.sealed_data.items()))
    assert digest(row) == row.hash
    session.rollback()


def test_half_a_megabyte_of_facts_is_recorded(session):
    event = say(data={"lines": ["x" * 1000] * 500})
    session.commit()
    assert chain.verify(event.stream_id) is None
