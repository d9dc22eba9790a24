"""An event in words: its changes, field by field and in a line."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.core.backoffice.forms import label_of
from app.core.events.describe import Entry, describe, payload_of, title_of

pytestmark = pytest.mark.usefixtures("app")
CHOICES = {"terms": [("prepaid", "Paid before we start")], "roles": {"sales": "Sales"}}


def said(before: dict[str, Any] | None, after: dict[str, Any] | None, **about: Any) -> Entry:
    event: Any = SimpleNamespace(
        name="stock.moved", subject_kind="messages", actor_kind="staff", actor_label="Wren",
        door="backoffice", before=before, after=after, **{"data": None, **about},
    )  # fmt: skip
    return describe(event, choices=CHOICES)


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        ("state", "sending", "unknown", ("Sending", "Unconfirmed")),
        ("terms", None, "prepaid", ("", "Paid before we start")),
        ("roles", ["sales"], ["sales", "owner"], ("Sales", "Sales, owner")),
        ("active", True, False, ("Yes", "No")),
        ("on_hand", "25000", "24990.800", ("25,000", "24,990.8")),
        ("quantity", 1200, 900, ("1,200", "900")),
        ("price_minor", 2900, 3100, ("£29.00", "£31.00")),
        ("number", "10428", "10429", ("10428", "10429")),
        ("phone", "07700900123", "", ("07700900123", "")),
        ("gates", ["artwork"], ["artwork", "payment"], ("artwork", "artwork, payment")),
        ("file_name", "a_b.pdf", "left_over", ("a_b.pdf", "left over")),
        ("parts", {}, {"12-1": 40}, ("", "12-1: 40")),
    ],
)
def test_a_value_is_said_by_its_kind(key: str, before: Any, after: Any, words: Any) -> None:
    (change,) = said({key: before}, {key: after}).changes
    assert (change.label, change.before, change.after) == (label_of(key), *words)
    assert change.is_changed


def test_data_inside_data_is_shown_whole_and_only_named_in_lines() -> None:
    entry = said({"properties": {"price": {}}}, {"properties": {"price": {"setup": 2}}})
    assert entry.changes[0].is_data
    assert '"setup": 2' in entry.changes[0].after
    assert (entry.before, entry.after) == ("", "")


@pytest.mark.parametrize(
    ("before", "after"),
    [({"name": "A"}, {"name": "A"}), ({"phone": None}, {"phone": ""}), ({}, {"family_id": "7f"})],
)
def test_what_did_not_change_and_keys_are_left_out(before: Any, after: Any) -> None:
    assert said(before, after).differing == []


def test_a_line_says_states_in_small_letters_and_names_numbers_beside_each_other() -> None:
    entry = said({"state": "sending"}, {"state": "unknown"})
    assert (entry.before, entry.after, entry.is_only_state) == ("sending", "unconfirmed", True)
    entry = said({"on_hand": "25000", "reserved": "9.200"}, {"on_hand": "9", "reserved": "0"})
    assert (entry.before, entry.after) == ("on hand 25,000, reserved 9.2", "on hand 9, reserved 0")
    assert not entry.is_only_state
    entry = said({"approved_sha256": "ab12cd34" * 8}, {"approved_sha256": None})
    assert entry.before == "file ab12cd"


def test_title_detail_and_who_come_from_the_declared_kind() -> None:
    entry = said(None, None, data={"reason": "consumption"})
    assert (entry.title, entry.detail, entry.who) == ("Stock movement", "Used", "Wren, back office")
    assert payload_of(entry.event) == [("Reason", "consumption")]


def test_an_event_that_no_room_declares_any_more_is_named_by_its_name() -> None:
    assert title_of("lamp.switched_on") == "Lamp switched on"
    event = SimpleNamespace(
        name="lamp.switched_on", subject_kind="lamps", actor_kind="system", actor_label="x",
        door="unheard of", before=None, after=None, data={"watts": 40},
    )  # fmt: skip
    entry: Any = describe(event)  # type: ignore[arg-type]
    assert (entry.who, entry.detail, entry.tone) == ("Makeready, unheard of", "", "")
