from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.core import workflow
from app.core.errors import AlreadyDone, NotFound, WrongState
from app.core.workflow import Chart, Move, State


@dataclass
class Lamp:
    state: str


@pytest.fixture
def lamp():
    known = dict(workflow.CHARTS)
    yield Chart(
        "lamp",
        initial="off",
        states=[
            State("off", "Off", "waiting"),
            State("on", "Lit", "good"),
            State("broken", "Broken", "bad"),
        ],
        moves=[
            Move("light", ("off",), "on"),
            Move("quench", ("on",), "off"),
            Move("break_it", ("on", "off"), "broken"),
        ],
    )
    workflow.CHARTS.clear()
    workflow.CHARTS.update(known)


def test_a_move_changes_the_state_and_tells_before_and_after(lamp):
    row = Lamp("off")
    assert lamp.fire(row, "light") == {"before": {"state": "off"}, "after": {"state": "on"}}
    assert row.state == "on"


def test_rows_are_independent_and_a_stored_state_is_never_reset(lamp):
    stored, other = Lamp("on"), Lamp("off")
    lamp.fire(other, "light")
    lamp.fire(stored, "quench")
    assert (stored.state, other.state) == ("off", "on")


def test_the_second_click_is_told_that_it_was_done_before(lamp):
    with pytest.raises(AlreadyDone, match="“Light” was already done"):
        lamp.fire(Lamp("on"), "light")


def test_a_move_from_the_wrong_state_is_refused_with_the_states_word(lamp):
    row = Lamp("broken")
    with pytest.raises(WrongState, match="the state is “Broken”") as caught:
        lamp.fire(row, "light")
    assert not isinstance(caught.value, AlreadyDone)
    assert row.state == "broken"


def test_a_trigger_that_is_not_in_the_table_is_refused(lamp):
    with pytest.raises(WrongState, match="no move “to_on”"):
        lamp.fire(Lamp("off"), "to_on")


def test_the_diagram_shows_every_move_and_where_it_ends(lamp):
    drawn = lamp.mermaid()
    assert drawn.startswith("stateDiagram-v2\n  [*] --> off\n")
    assert "  off --> on: light\n" in drawn
    assert "  on --> broken: break_it\n" in drawn
    assert "  broken --> [*]\n" in drawn
    assert "  on --> [*]" not in drawn


def test_an_unknown_chart_is_answered_with_the_names_there_are(lamp):
    assert workflow.chart("lamp") is lamp
    with pytest.raises(NotFound, match="lamp"):
        workflow.chart("lantern")


def test_every_chart_of_the_shop_is_sound(app):
    colours = {"waiting", "attention", "working", "good", "bad", "held", "done"}
    for chart in workflow.CHARTS.values():
        assert chart.initial in chart.states, chart.name
        assert {state.colour for state in chart.table.values()} <= colours, chart.name
        reached = {chart.initial} | {move.dest for move in chart.moves}
        assert reached == set(chart.states), f"{chart.name}: a state that nothing leads to"
        for move in chart.moves:
            assert set(move.sources) <= set(chart.states), (chart.name, move.trigger)
        keys = [(source, move.trigger) for move in chart.moves for source in move.sources]
        assert len(keys) == len(set(keys)), f"{chart.name}: one trigger leads two ways"
