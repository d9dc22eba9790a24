"""Every kind of event is declared once, by its room, and recorded as it was declared."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from app.core.actor import system
from app.core.db import Model
from app.core.events import KINDS, EventKind, Payload, record
from app.declarations import EVENTS
from tests.core.thing import Thing, say
from tests.test_house import sources

pytestmark = pytest.mark.usefixtures("app")
NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")


@cache
def literals() -> dict[str, set[str]]:
    """Module → every text in it that may be an event's name."""
    return {
        module: {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and NAME.fullmatch(node.value)
        }
        for module, tree in sources().items()
    }


@cache
def declared() -> frozenset[str]:
    return frozenset(name for module in EVENTS for name in literals()[module] if name in KINDS)


def recorded() -> set[str]:
    """The first argument of every call of `record` that is written out."""
    calls = (
        node
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id == "record" and node.args
    )
    return {
        text.value
        for call in calls
        for text in ast.walk(call.args[0])
        if isinstance(text, ast.Constant) and NAME.fullmatch(str(text.value))
    }


def test_every_event_that_is_recorded_is_declared() -> None:
    assert len(recorded()) > 40
    assert recorded() - declared() == set()


def test_every_event_that_something_reacts_to_is_declared(app) -> None:
    assert set(app.extensions["reactions"]) - declared() == set()


def test_every_declared_event_is_recorded_somewhere() -> None:
    elsewhere = {
        name for module, names in literals().items() if module not in EVENTS for name in names
    }
    assert declared() - elsewhere - MADE_OF_PARTS == set()


MADE_OF_PARTS = {"work_centre.created", "work_centre.changed"}
"""Recorded by the generic form, by the name of its table."""


def test_personal_fields_and_numbers_are_fields_that_the_kind_can_have() -> None:
    """A payload is closed, so a misspelt name would never be found by anybody."""
    columns = {column.name for table in Model.metadata.tables.values() for column in table.columns}
    columns |= {"line_1", "line_2", "city", "region", "postcode", "for_whom"}
    for name in declared():
        kind = KINDS[name]
        fields = {field.alias or key for key, field in kind.Payload.model_fields.items()}
        assert {*kind.personal_fields, *kind.number_fields} <= fields | columns, name


def test_an_event_that_no_room_declares_is_refused(session) -> None:
    with pytest.raises(ValueError, match=r"No room declares the event lamp\.lit"):
        record("lamp.lit", Thing(), system())


@pytest.mark.parametrize("data", [None, {"watts": "many"}, {"watts": 40, "colour": "red"}])
def test_a_payload_that_does_not_fit_is_refused(session, data) -> None:
    with pytest.raises(ValueError, match=r"The payload of thing\.lit doesn't fit"):
        say("thing.lit", data=data)
    assert say("thing.lit", data={"watts": 40}).data == {"watts": 40}


class Light(Payload):
    """How bright."""

    watts: int


EventKind("thing.lit", "Thing lit", Light)


def test_an_event_is_declared_once() -> None:
    with pytest.raises(TypeError, match="declared twice"):
        EventKind("thing.lit", "Thing lit")
