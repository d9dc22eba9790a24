"""An event in words: title, who, detail and its changes, the same on every page."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import g, has_app_context

from app.core.backoffice.forms import label_of
from app.core.events.kinds import KINDS, EventKind
from app.core.events.log import Event
from app.core.shop.region import region
from app.core.translations import _, _l
from app.core.web import formats
from app.core.workflow import Chart, chart_of

# The ways in, as staff read them.
DOORS = {
    "backoffice": _l("back office"),
    "link": "link",
    "portal": "portal",
    "job": "automatic",
    "clock": "schedule",
    "cli": _l("command line"),
    "api": "API",
}
ACTORS = {
    "staff": _l("Staff"),
    "customer": _l("Customer"),
    "system": _l("Makeready"),
    "api": "API client",
}
# each is known from the title, or stands beside the event already
NOT_IN_LINES = frozenset({"paid_at", "number", "placed_at", "expires_at"})
REFERENCES = frozenset({"number", "position", "version"})
NUMBER = re.compile(r"−?[\d,]+(\.\d+)?")
KEY = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
LONGEST_LINE = 160
EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Change:
    """One field that an event names. `is_data`: it holds fields itself, as JSON; no line shows it."""

    key: str
    label: str
    before: str
    after: str
    is_changed: bool
    is_data: bool
    is_flag: bool


@dataclass(frozen=True)
class Entry:
    """An event in words. `changes` holds every field that it names."""

    event: Event
    title: str
    who: str
    detail: str
    tone: str
    changes: tuple[Change, ...]

    @property
    def differing(self) -> list[Change]:
        """What changed, without ids."""
        return [one for one in self.changes if one.is_changed and not one.key.endswith("_id")]

    @property
    def before(self) -> str:
        """What was, in one line."""
        return self._line("before")

    @property
    def after(self) -> str:
        """What is, in one line."""
        return self._line("after")

    @property
    def is_only_state(self) -> bool:
        """Whether nothing but the state moved, which the title says already."""
        return {one.key for one in self.changes} - NOT_IN_LINES <= {"state"}

    def _line(self, side: str) -> str:
        """Return the values of one side; numbers beside each other with their labels."""
        changed = [one for one in self.changes if one.is_changed and one.key not in NOT_IN_LINES]
        words = []
        for one in changed:
            text = getattr(one, side)
            if not text or one.is_data or one.is_flag:
                continue
            if one.key == "state":
                text = text[0].lower() + text[1:]
            elif one.key.endswith("sha256"):
                text = _("file %(text)s", text=text[:6])
            elif len(changed) > 1 and NUMBER.fullmatch(text):
                text = f"{one.label[0].lower()}{one.label[1:]} {text}"
            words.append(text)
        return ", ".join(words)[:LONGEST_LINE]


def describe(
    event: Event,
    *,
    label: Callable[[str], str] = label_of,
    choices: Mapping[str, Any] | None = None,
) -> Entry:
    """Return the event in words; reads nothing. `label` gives a field's label, `choices` what its values
    are called."""
    kind = KINDS.get(event.name)
    words = _Words(kind, chart_of(event.subject_kind), choices or {}, hidden_fields(kind))

    def change(key: str, before: Any, after: Any) -> Change:
        is_same = before == after or (before in EMPTY and after in EMPTY)
        sides = (words.text(key, before), words.text(key, after))
        is_flag = isinstance(before, bool) or isinstance(after, bool)
        holds_fields = is_data(before) or is_data(after)
        return Change(key, label(key), *sides, not is_same, holds_fields, is_flag)

    before, after = event.before or {}, event.after or {}
    return Entry(
        event,
        title=title_of(event.name),
        who=f"{who_of(event)}, {DOORS.get(event.door, event.door)}",
        detail=kind.say(event.data) if kind else "",
        tone=kind.tone if kind else "",
        changes=tuple(change(key, before.get(key), after.get(key)) for key in before | after),
    )


def payload_of(event: Event) -> list[tuple[str, str]]:
    """Return (label, value) for each field of the event's payload; empty ones are left out."""
    kind = KINDS.get(event.name)
    words = _Words(kind, None, {}, hidden_fields(kind))
    rows = [(label_of(key), words.text(key, value)) for key, value in (event.data or {}).items()]
    return [row for row in rows if row[1]]


def hidden_fields(kind: EventKind | None) -> frozenset[str]:
    """Return the fields of a kind of event that the person of this request may not read; none outside of
    requests, and none for customers, who read their own."""
    person = g.get("actor") if has_app_context() else None
    if kind is None or person is None or person.kind == "customer":
        return frozenset()
    return frozenset(key for key, needed in kind.guarded.items() if not person.may(needed))


def title_of(name: str) -> str:
    """Return an event's title, also of one that no room declares any more."""
    kind = KINDS.get(name)
    return kind.staff_label if kind else name.replace(".", " ").replace("_", " ").capitalize()


def titles() -> dict[str, str]:
    """Return name → title of every event there is."""
    return {name: kind.staff_label for name, kind in KINDS.items()}


def who_of(event: Event) -> str:
    """Return the name of who caused it."""
    return _("Makeready") if event.actor_kind == "system" else event.actor_label


def is_data(value: Any) -> bool:
    """Return whether the value holds fields itself, more than a line can show."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(part, (dict, list)) for part in parts)


@dataclass(frozen=True)
class _Words:
    """The words for the values of one event."""

    kind: EventKind | None
    chart: Chart | None
    choices: Mapping[str, Any]
    hidden: frozenset[str] = frozenset()

    def text(self, key: str, value: Any) -> str:
        if value in EMPTY:
            return ""
        if key in self.hidden:
            return _("hidden")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if is_data(value):
            return json.dumps(value, ensure_ascii=False, indent=1)
        if isinstance(value, dict):
            return ", ".join(f"{name}: {self.text(name, part)}" for name, part in value.items())
        if isinstance(value, list):
            return ", ".join(self.text(key, part) for part in value)
        if key.endswith("_minor") and isinstance(value, int):
            return formats.money(value, region().currency)
        is_number = isinstance(value, (int, float))
        if key not in REFERENCES and (is_number or (self.kind and key in self.kind.number_fields)):
            return formats.quantity(Decimal(str(value)))
        text = str(value)
        if key == "state" and self.chart is not None and text in self.chart.table:
            return self.chart.word(text)
        label = text.replace("_", " ") if KEY.fullmatch(text) else text
        return str(dict(self.choices.get(key, ())).get(text, label))
