"""What happened to a row, said in the words of its own list."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.core.backoffice.forms import label_of
from app.core.backoffice.history import Change, changes_of
from app.core.events import Event
from app.notify.states import MESSAGE

VIEW = SimpleNamespace(
    chart=MESSAGE,
    form_choices={"terms": [("prepaid", "Paid before we start")]},
    number_columns=("level.on_hand",),
    reference_columns=("number",),
    model=object,
    get_column_name=label_of,
    currency=lambda: "GBP",
)


def said(before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[Change]:
    return changes_of(VIEW, Event(name="thing.changed", before=before, after=after))


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        ("state", "sending", "unknown", ("Sending", "Unconfirmed")),
        ("terms", None, "prepaid", ("", "Paid before we start")),
        ("active", True, False, ("Yes", "No")),
        ("on_hand", "25000", "24990.800", ("25,000", "24,990.8")),
        ("price_minor", 2900, 3100, ("£29.00", "£31.00")),
        ("number", "10428", "10429", ("10428", "10429")),
        ("gates", ["artwork"], ["artwork", "payment"], ("artwork", "artwork, payment")),
        ("name", "x" * 90, "", ("x" * 79 + "…", "")),
    ],
)
def test_a_value_is_said_as_the_list_says_it(key, before, after, words) -> None:
    assert said({key: before}, {key: after}) == [Change(label_of(key), *words)]


def test_data_inside_data_is_only_named() -> None:
    found = said({"properties": {"price": 1}}, {"properties": {"price": {"setup": 2}}})
    assert found == [Change("Properties", "", "")]


@pytest.mark.parametrize(
    ("before", "after"),
    [({"name": "A"}, {"name": "A"}), ({"phone": None}, {"phone": ""}), ({}, {"family_id": "7f"})],
)
def test_what_did_not_change_and_keys_are_left_out(before, after) -> None:
    assert said(before, after) == []
