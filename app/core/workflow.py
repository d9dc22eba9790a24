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
    """A transition: trigger, states it may start from, state it ends in, permission and button label."""

    trigger: str
    sources: tuple[str, ...]
    dest: str
    permission: str = ""
    label: str = ""


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

        machine = Machine(
            model=None,
            states=list(self.table),
            initial=self.initial,
            auto_transitions=False,
            send_event=True,
        )
        for move in self.moves:
            machine.add_transition(move.trigger, list(move.sources), move.dest)
        return machine

    @cached_property
    def _by_state(self) -> dict[str, tuple[Move, ...]]:
        return {
            name: tuple(move for move in self.moves if name in move.sources) for name in self.table
        }

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
        """Return why `trigger` (the button `label`) does not lead out of `state`; None where it does.

        AlreadyDone where it leads to this state, else WrongState.
        """
        moves = [move for move in self.moves if move.trigger == trigger]
        if not moves:
            return WrongState(
                _("There is no move “%(trigger)s” for %(name)s.", trigger=trigger, name=self.name)
            )
        if any(state in move.sources for move in moves):
            return None
        label = label or moves[0].label or trigger.replace("_", " ").capitalize()
        if state in self.ends(trigger):
            return AlreadyDone(
                _("“%(label)s” was already done. Nothing was changed.", label=label),
                next_step=_("Reload the page to see what can be done."),
            )
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

    def allowed(self, state: str, actor: Any = None, *, stream_id: Any = None) -> tuple[Move, ...]:
        """Return the moves that lead out of `state`, only those `actor` may make if one is given."""
        moves = self._by_state[state]
        if actor is None:
            return moves
        return tuple(
            move
            for move in moves
            if move.permission and actor.may(move.permission, stream_id=stream_id)
        )

    def can(self, state: str, trigger: str) -> bool:
        """Return whether `trigger` leads out of `state`."""
        return any(move.trigger == trigger for move in self._by_state[state])

    def word(self, state: str) -> str:
        """Return the staff's word for `state`."""
        return self.table[state].word

    def colour(self, state: str) -> str:
        """Return the colour name of `state`: waiting, attention, working, good, bad, held or done."""
        return self.table[state].colour

    def mermaid(self) -> str:
        """Return the chart as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"  [*] --> {self.initial}"]
        lines += [f"  {state.name}: {state.word}" for state in self.table.values()]
        for move in self.moves:
            lines += [f"  {source} --> {move.dest}: {move.trigger}" for source in move.sources]
        left = {name for name in self.table if not self._by_state[name]}
        lines += [f"  {name} --> [*]" for name in self.table if name in left]
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
