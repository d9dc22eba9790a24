"""Verbs: declared once, checked the same way at every entry point."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import Field

from app.core import verbs, workflow
from app.core.actor import Actor, system
from app.core.errors import AlreadyDone, BadInput, NotAllowed, Stale, WrongState
from app.core.inputs import Day, Input, Text, WholeNumber, form_fields
from app.core.verbs import Subject, Verb, offers
from app.core.workflow import Chart, Move, State


@dataclass
class Lamp:
    state: str = "off"
    version_id: int = 1
    watts: int = 0
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class LightInput(Input):
    watts: WholeNumber
    reason: Annotated[str, Text("Enter a reason.", most=10), Field(title="Reason")]
    until: Day | None = None


def _light(lamp: Lamp, actor: Actor, watts: int, reason: str, until: date | None = None) -> Lamp:
    lamp.state, lamp.watts = "on", watts
    return lamp


def _not_broken(lamp: Lamp, actor: Actor) -> WrongState | None:
    return WrongState("The lamp has no bulb.") if lamp.watts < 0 else None


@pytest.fixture
def lamp() -> Iterator[tuple[Lamp, Verb[Any, Any, Any]]]:
    charts, known = dict(workflow.CHARTS), dict(verbs.VERBS)
    row = Lamp()
    chart = Chart(
        "lamp",
        initial="off",
        states=[State("off", "Off", "waiting"), State("on", "Lit", "good")],
        moves=[Move("light", ("off",), "on")],
    )
    subject: Subject[Lamp] = Subject("lamp", find=lambda ref: row, lock=lambda id: row, chart=chart)
    yield (
        row,
        Verb(
            "light", subject, _light, "Light", "lamp.light", LightInput,
            trigger="light", can=_not_broken,
        ),
    )  # fmt: skip
    for registry, before in ((workflow.CHARTS, charts), (verbs.VERBS, known)):
        registry.clear()
        registry.update(before)  # type: ignore[call-overload]


def test_calling_a_verb_runs_its_service_with_the_checked_input(lamp: Any) -> None:
    row, light = lamp
    assert light(row.id, "1,200", reason="  Dark. ", actor=system()) is row
    assert (row.state, row.watts) == ("on", 1200)


def test_a_second_time_is_told_that_it_was_done_even_from_an_old_page(lamp: Any) -> None:
    row, light = lamp
    light(row.id, 40, "Dark.", actor=system())
    row.version_id = 2
    with pytest.raises(AlreadyDone, match="already done"):
        light(row.id, 40, "Dark.", actor=system(), seen_version=1)


def test_a_record_that_changed_since_the_page_was_shown_is_refused(lamp: Any) -> None:
    row, light = lamp
    row.version_id = 2
    with pytest.raises(Stale):
        light(row.id, 40, "Dark.", actor=system(), seen_version=1)
    assert row.state == "off"


def test_without_the_permission_nothing_else_is_said(lamp: Any) -> None:
    row, light = lamp
    row.state = "on"
    nobody = Actor("staff", None, "Nobody", "backoffice")
    with pytest.raises(NotAllowed) as refused:
        light(row.id, "nonsense", actor=nobody)
    assert refused.value.field == "lamp.light"


def test_every_field_that_is_wrong_is_named_with_its_sentence(lamp: Any) -> None:
    row, light = lamp
    with pytest.raises(BadInput) as refused:
        light(row.id, watts="many", reason=" ", until="soon", actor=system())
    assert refused.value.faults == {
        "watts": "Enter a whole number.",
        "reason": "Enter a reason.",
        "until": "Enter the date as year, month, day: 2027-02-14.",
    }
    with pytest.raises(BadInput, match="Shorten this to 10 characters; it has 11 now"):
        light(row.id, 1, "x" * 11, actor=system())
    assert row.state == "off"


def test_a_page_offers_what_the_state_takes_and_says_why_the_rest_is_not_possible(
    lamp: Any,
) -> None:
    row, light = lamp
    assert offers("lamp", row, system())["light"].is_open
    row.watts = -1
    offer = offers("lamp", row, system())["light"]
    assert str(offer.problem) == "The lamp has no bulb."
    row.watts, row.state = 0, "on"
    assert offers("lamp", row, system()) == {}
    row.state = "off"
    assert offers("lamp", row, Actor("staff", None, "Nobody", "backoffice")) == {}
    light.add_rule(lambda lamp, actor: WrongState("The mains are off."))
    assert str(offers("lamp", row, system())["light"].problem) == "The mains are off."
    with pytest.raises(WrongState, match="mains"):
        light(row.id, 1, "Dark.", actor=system())


def test_a_customer_is_offered_verbs_on_their_own_order_only(lamp: Any) -> None:
    own, other = Lamp(), Lamp()
    customer = Actor(
        "customer", None, "c", "link", frozenset({"lamp.sign"}), streams=frozenset({own.id})
    )
    subject: Subject[Lamp] = Subject(
        "lamp", find=lambda ref: own, lock=lambda id: own, stream_id=lambda lamp: lamp.id
    )
    Verb("sign", subject, lambda lamp, actor: lamp, "Sign", "lamp.sign")
    assert [set(offers("lamp", row, customer)) for row in (own, other)] == [{"sign"}, set()]


def test_two_verbs_of_one_name_stop_the_start(lamp: Any) -> None:
    _, light = lamp
    with pytest.raises(TypeError, match="declared twice"):
        Verb("light", light.on, _light, "Again", "lamp.light")


def test_a_form_shows_the_fields_of_the_input() -> None:
    shown = [(one.name, one.label, one.kind, one.is_required) for one in form_fields(LightInput)]
    assert shown == [
        ("watts", "Watts", "number", True),
        ("reason", "Reason", "text", True),
        ("until", "Until", "date", False),
    ]


def test_a_verb_that_creates_a_record_is_called_with_none(lamp: Any) -> None:
    def create(none: None, actor: Actor, watts: int, reason: str, until: Any = None) -> Lamp:
        return Lamp(watts=watts)

    made = Verb(
        "create", verbs.new_record("lamp"), create, "Create lamp", "lamp.create", LightInput
    )
    assert made(None, "60", "Dark.", actor=system()).watts == 60
    with pytest.raises(NotAllowed):
        made(None, "60", "Dark.", actor=Actor("staff", None, "Nobody", "backoffice"))


def test_whose_own_record_it_is_needs_no_permission_for_it(lamp: Any) -> None:
    row, _ = lamp
    clean = Verb(
        "clean", verbs.Subject("lamp", find=lambda ref: row, lock=lambda id: row),
        lambda lamp, actor: lamp, "Clean", "lamp.clean",
        is_own=lambda lamp, actor: actor.id == lamp.id,
    )  # fmt: skip
    assert clean(row.id, actor=Actor("staff", row.id, "Ada", "backoffice")) is row
    with pytest.raises(NotAllowed):
        clean(row.id, actor=Actor("staff", uuid.uuid4(), "Bo", "backoffice"))
