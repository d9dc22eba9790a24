"""State charts as tables. `fire` moves the row's `state` after the caller has locked the row, by one machine of
`transitions` per chart: one per row would reset a stored state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.core.errors import AlreadyDone, NotFound, Problem, WrongState
from app.core.translations import _

CHARTS: dict[str, Chart] = {}


@dataclass(frozen=True)
class State:
    """A state: stored name, the staff's word and colour, and the customer's (None: sees nothing)."""

    name: str
    word: str
    colour: str
    customer_word: str | None = None
    customer_colour: str | None = None


@dataclass(frozen=True)
class Move:
    """A transition: trigger, states it may start from, state it ends in."""

    trigger: str
    sources: tuple[str, ...]
    dest: str


class Chart:
    """A named state chart of the rows of `tables`, ``<name>s`` by default; `fire` alone changes a state."""

    def __init__(
        self,
        name: str,
        *,
        initial: str,
        states: Sequence[State],
        moves: Sequence[Move],
        tables: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.tables = tuple(tables) or (f"{name}s",)
        self.initial = initial
        self.table = {state.name: state for state in states}
        self.moves = tuple(moves)
        CHARTS[name] = self

    @property
    def states(self) -> tuple[str, ...]:
        return tuple(self.table)

    @cached_property
    def machine(self) -> Any:
        from transitions import Machine

        moves = [[move.trigger, list(move.sources), move.dest] for move in self.moves]
        return Machine(
            None,
            list(self.table),
            self.initial,
            transitions=moves,
            auto_transitions=False,
            send_event=True,
        )

    def fire(self, row: Any, trigger: str) -> dict[str, Any]:
        """Move `row.state` along `trigger`; return ``{"before": .., "after": ..}`` for the event.

        The caller holds the row's lock. Raises the `problem` where the chart has no such move from here.
        """
        if problem := self.problem(row.state, trigger):
            raise problem
        before: str = row.state
        self.machine.events[trigger].trigger(row)
        return {"before": {"state": before}, "after": {"state": row.state}}

    def problem(self, state: str, trigger: str, label: str = "") -> Problem | None:
        """Return why `trigger` (the button `label`) does not lead out of `state`; None where it
        does. AlreadyDone where it leads to this state, else WrongState."""
        if self.can(state, trigger):
            return None
        if not self.ends(trigger):
            return WrongState(
                _("There is no move “%(trigger)s” for %(name)s.", trigger=trigger, name=self.name)
            )
        label = label or trigger.replace("_", " ").capitalize()
        if state in self.ends(trigger):
            return AlreadyDone(
                _("“%(label)s” was already done. Nothing was changed.", label=label),
                next_step=_("Reload the page to see what can be done."),
            )
        return self.wrong_state(state, label)

    def wrong_state(self, state: str, label: str) -> WrongState:
        """Return the problem that the button `label` isn't for `state`."""
        return WrongState(
            _(
                "“%(label)s” isn't possible now: the state is “%(word)s”.",
                label=label,
                word=self.word(state),
            ),
            next_step=_("Reload the page to see what can be done."),
        )

    def ends(self, trigger: str) -> frozenset[str]:
        """Return the states that `trigger` leads to."""
        return frozenset(move.dest for move in self.moves if move.trigger == trigger)

    def can(self, state: str, trigger: str) -> bool:
        """Return whether `trigger` leads out of `state`."""
        return any(move.trigger == trigger and state in move.sources for move in self.moves)

    def word(self, state: str) -> str:
        """Return the staff's word for `state`."""
        return self.table[state].word

    def colour(self, state: str) -> str:
        """Return the colour name of `state`: waiting, attention, working, good, bad, held or done."""
        return self.table[state].colour

    def badge(self, state: str) -> tuple[str, str]:
        """Return word and colour of `state`, as a badge shows them."""
        return self.word(state), self.colour(state)

    def mermaid(self) -> str:
        """Return the chart as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"  [*] --> {self.initial}"]
        lines += [f"  {state.name}: {state.word}" for state in self.table.values()]
        for move in self.moves:
            lines += [f"  {source} --> {move.dest}: {move.trigger}" for source in move.sources]
        left = {source for move in self.moves for source in move.sources}
        lines += [f"  {name} --> [*]" for name in self.table if name not in left]
        return "\n".join(lines) + "\n"


def chart(name: str) -> Chart:
    """Return the chart called `name`; raise NotFound that lists the names there are."""
    try:
        return CHARTS[name]
    except KeyError:
        raise NotFound(
            _("There is no state chart “%(name)s”.", name=name),
            next_step=_("There are: %(charts)s.", charts=", ".join(sorted(CHARTS))),
        ) from None


def chart_of(table: str) -> Chart | None:
    """Return the chart of the rows of `table`; None where they have no states."""
    return next((chart for chart in CHARTS.values() if table in chart.tables), None)
