"""Verbs: what a person or a program can do to a record, each declared once in its room's verbs.py.
Pages, buttons, bulk actions, the API, permission checks and tests loop over these declarations."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from app.core.actor import Actor, not_allowed
from app.core.db import Row, find, locked
from app.core.errors import AlreadyDone, NotFound, Problem, Stale
from app.core.inputs import Input, parse
from app.core.translations import _
from app.core.workflow import Chart

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
Rule = Callable[[Any, Actor], Problem | None]

VERBS: dict[tuple[str, str], Verb[Any, Any, Any]] = {}


@dataclass(frozen=True, eq=False)
class Subject(Generic[S]):
    """What verbs are about. `S` is what services work on: a row, or a row with what hangs on it.

    `find` takes the reference of an address (``MR-10428``) and raises NotFound; `lock` takes the id and
    returns the record under FOR UPDATE, freshly read. `row` returns the record's own row; `stream_id` the
    order and `customer_id` the customer that a customer's right hangs on.
    """

    kind: str
    find: Callable[[str], S]
    lock: Callable[[uuid.UUID], S]
    chart: Chart | None = None
    row: Callable[[S], Any] = lambda record: record
    stream_id: Callable[[S], uuid.UUID | None] = lambda record: None
    customer_id: Callable[[S], uuid.UUID | None] = lambda record: None

    def verb(
        self,
        run: Callable[Concatenate[S, Actor, P], R],
        label: str,
        permission: str | Callable[[S], str],
        Input: type[Input] = Input,
        **options: Any,
    ) -> Verb[S, P, R]:
        """Declare the verb that the service `run` does, under its name. It makes the chart's move
        of that name, unless `options` name a trigger or states."""
        key = run.__name__
        if self.chart is not None and "states" not in options and self.chart.ends(key):
            options.setdefault("trigger", key)
        return Verb(key, self, run, label, permission, Input, **options)


def rows_of(kind: str, model: type[Row], **more: Any) -> Subject[Row]:
    """Return the subject of a table's rows, which addresses name by their ids."""
    return Subject(kind, find=partial(find, model), lock=partial(locked, model), **more)


def new_record(kind: str) -> Subject[None]:
    """Return the subject of verbs that create a record of `kind`; they are called with the id None."""
    none_yet = SimpleNamespace(id=None)
    return Subject(
        kind, find=lambda ref: None, lock=lambda record_id: None, row=lambda record: none_yet
    )


@dataclass(frozen=True, eq=False)
class Verb(Generic[S, P, R]):
    """One thing to do.

    `run(record, actor, **fields of Input)` is the service: the record is locked, everything was
    checked. `permission` may depend on the record; whoever `is_own` says it belongs to needs none.
    `trigger` names the chart's move that the verb makes; without one, `states` may name those in which
    it can be done. `can` is its own rule besides. `done` is said afterwards, `done_customer` to a
    customer; `explain` before, in a dialog. `is_done` tells a second click from a change by someone
    else, where there is no trigger. `needs_key`: a page's form must carry its idempotency key, as no
    state tells a second click. `entry`: where it is offered ("staff", "station", "portal", "api").
    """

    key: str
    on: Subject[S]
    run: Callable[Concatenate[S, Actor, P], R]
    label: str
    permission: str | Callable[[S], str]
    Input: type[Input] = Input
    trigger: str = ""
    states: frozenset[str] | None = None
    can: Callable[[S, Actor], Problem | None] | None = None
    is_done: Callable[[S], bool] | None = None
    is_own: Callable[[S, Actor], bool] | None = None
    done: str = ""
    done_customer: str = ""
    explain: str = ""
    icon: str | None = None
    danger: bool = False
    needs_key: bool = False
    entry: frozenset[str] = frozenset({"staff", "api"})
    rules: list[Rule] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = (self.on.kind, self.key)
        if place in VERBS:
            raise TypeError(f"The verb {self.key} of {self.on.kind} is declared twice.")
        # so that what `Input` checked fits the service, whatever calls the verb
        if unknown := set(self.Input.model_fields) - set(self._names):
            raise TypeError(f"{self.run.__name__} takes no {', '.join(sorted(unknown))}.")
        VERBS[place] = self

    def add_rule(self, rule: Rule) -> None:
        """Let a room above refuse the verb: `rule(record, actor)` returns the problem or None."""
        self.rules.append(rule)

    def permission_for(self, record: S) -> str:
        """Return the permission that the verb takes on this record."""
        return self.permission if isinstance(self.permission, str) else self.permission(record)

    def is_permitted(self, record: S, actor: Actor) -> bool:
        """Return whether `actor` has the permission, for a customer on this very order."""
        if self.is_own is not None and self.is_own(record, actor):
            return True
        return actor.may(
            self.permission_for(record),
            stream_id=self.on.stream_id(record),
            customer_id=self.on.customer_id(record),
        )

    def refusal(self, record: S, actor: Actor) -> Problem | None:
        """Return why its rule, the chart or rooms above refuse the verb now; None where nothing
        does. The permission is asked apart: without it a page shows no button."""
        for rule in (self.can, self.misfit, *self.rules):
            if rule is not None and (problem := rule(record, actor)):
                return problem
        return None

    def misfit(self, record: S, actor: Actor | None = None) -> Problem | None:
        """Return why the record's state does not take the verb; None where it does."""
        chart = self.on.chart
        if chart is None:
            return None
        state: str = self.on.row(record).state
        if self.trigger:
            return chart.problem(state, self.trigger, self.label)
        if self.states is not None and state not in self.states:
            return chart.wrong_state(state, self.label)
        return None

    def __call__(
        self,
        record_id: Any,
        *args: Any,
        actor: Actor,
        seen_version: int | None = None,
        **kwargs: Any,
    ) -> R:
        """Lock, check, run; the caller commits. Arguments are the service's own, and checked by `Input`.

        Raises NotFound, NotAllowed, Stale where the row changed since `seen_version` was shown (unless by
        this very verb), the problem of `refusal`, and BadInput.
        """
        given = dict(zip(self._names, args, strict=False)) | kwargs
        record = self.on.lock(record_id)
        row = self.on.row(record)
        changed = seen_version is not None and row.version_id != seen_version
        if changed and not self._was_done(record):
            raise Stale(
                _("Someone else changed this since you opened the page. Nothing was saved."),
                next_step=_("Reload the page, then do it again if it's still needed."),
            )
        self.require(record, actor)
        if problem := self.refusal(record, actor):
            raise problem
        # that the names fit was checked when the verb was declared
        return self.run(record, actor, **parse(self.Input, given))  # type: ignore[call-arg]

    def require(self, record: S, actor: Actor) -> None:
        """Raise NotAllowed unless `actor` has the permission."""
        if not self.is_permitted(record, actor):
            raise not_allowed(self.permission_for(record))

    def _was_done(self, record: S) -> bool:
        if self.is_done is not None:
            return self.is_done(record)
        row, chart = self.on.row(record), self.on.chart
        return bool(self.trigger and chart and row.state in chart.ends(self.trigger))

    @cached_property
    def _names(self) -> list[str]:
        return list(inspect.signature(self.run).parameters)[2:]


@dataclass(frozen=True)
class Offer:
    """A verb that somebody may do, and what hinders it now (None: nothing)."""

    verb: Verb[Any, Any, Any]
    problem: Problem | None

    @property
    def is_open(self) -> bool:
        """Whether it can be done now."""
        return self.problem is None


def verbs_of(kind: str, entry: str | None = None) -> tuple[Verb[Any, Any, Any], ...]:
    """Return the verbs of a kind of record as declared, only those offered at `entry` if given."""
    found = (verb for (on, _), verb in VERBS.items() if on == kind)
    return tuple(verb for verb in found if entry is None or entry in verb.entry)


def find_verb(kind: str, key: str) -> Verb[Any, Any, Any]:
    """Return the verb; raise NotFound where the room declares none of that name."""
    try:
        return VERBS[kind, key]
    except KeyError:
        raise NotFound(_("There is no such action.")) from None


def offers(kind: str, record: Any, actor: Actor, entry: str = "staff") -> dict[str, Offer]:
    """Return key → offer for the verbs that `actor` may do with the record, in declared order. Left
    out is what its state does not take and what was already done."""
    found = {}
    for verb in verbs_of(kind, entry):
        if verb.is_permitted(record, actor) and verb.misfit(record) is None:
            problem = verb.refusal(record, actor)
            if not isinstance(problem, AlreadyDone):
                found[verb.key] = Offer(verb, problem)
    return found
