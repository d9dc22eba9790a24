"""How an event is said: title, who, detail and its changes, the same on every page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.core.backoffice.forms import label_of
from app.core.events.kinds import KINDS, EventKind, kind_of
from app.core.events.log import Event
from app.core.settings import current
from app.core.web import formats
from app.core.workflow import Chart, chart_of

DOORS = {
    "backoffice": "back office",
    "link": "link",
    "portal": "portal",
    "job": "automatic",
    "clock": "schedule",
    "cli": "command line",
    "api": "API",
}
"""The ways in, as staff read them."""
ACTORS = {"staff": "Staff", "customer": "Customer", "system": "Makeready", "api": "API client"}
# each is known from the title, or stands beside the event already
NOT_IN_LINES = frozenset({"paid_at", "number", "placed_at", "expires_at"})
REFERENCES = frozenset({"number", "position", "version"})
NUMBER = re.compile(r"−?[\d,]+(\.\d+)?")
KEY = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")
LONGEST_LINE = 160


@dataclass(frozen=True)
class Change:
    """One field that an event names: its label, what it was and is, and whether that differs.

    `is_data`: it holds fields itself, as JSON; a line only names it.
    """

    key: str
    label: str
    before: str
    after: str
    is_changed: bool
    is_data: bool = False


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
    def at(self) -> datetime:
        """When it happened."""
        return self.event.at

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

    @cached_property
    def _told(self) -> list[Change]:
        return [one for one in self.changes if one.is_changed and one.key not in NOT_IN_LINES]

    def _line(self, side: str) -> str:
        """Return the values of one side; numbers beside each other with their labels."""
        words = []
        for one in self._told:
            text = getattr(one, side)
            if not text or one.is_data or text in ("Yes", "No"):
                continue
            if one.key == "state":
                text = text[0].lower() + text[1:]
            elif one.key.endswith("sha256"):
                text = f"file {text[:6]}"
            elif len(self._told) > 1 and NUMBER.fullmatch(text):
                text = f"{one.label[0].lower()}{one.label[1:]} {text}"
            words.append(text)
        return ", ".join(words)[:LONGEST_LINE]


def describe(
    event: Event,
    *,
    label: Callable[[str], str] = label_of,
    choices: Mapping[str, Any] | None = None,
) -> Entry:
    """Return the event in words.

    `label` gives a field's label; `choices` for fields with choices what each value is called, as a
    mapping or as pairs. Reads nothing.
    """
    kind = kind_of(event.name)
    before, after = event.before or {}, event.after or {}
    words = _Words(kind, chart_of(event.subject_kind), choices or {})
    changes = tuple(
        Change(
            key,
            label(key),
            words.text(key, before.get(key)),
            words.text(key, after.get(key)),
            not _is_same(before.get(key), after.get(key)),
            is_data(before.get(key)) or is_data(after.get(key)),
        )
        for key in {**before, **after}
    )
    return Entry(
        event,
        title=title_of(event.name),
        who=f"{who_of(event)}, {DOORS.get(event.door, event.door)}",
        detail=kind.say(event.data) if kind else "",
        tone=kind.tone if kind else "",
        changes=changes,
    )


def payload_of(event: Event) -> list[tuple[str, str]]:
    """Return (label, value) for each field of the event's payload; empty ones are left out."""
    words = _Words(kind_of(event.name), None, {})
    said = ((label_of(key), words.text(key, value)) for key, value in (event.data or {}).items())
    return [(label, text) for label, text in said if text]


def title_of(name: str) -> str:
    """Return an event's title, also of one that no room declares any more."""
    kind = kind_of(name)
    return kind.staff_label if kind else name.replace(".", " ").replace("_", " ").capitalize()


def titles() -> dict[str, str]:
    """Return name → title of every event there is."""
    return {name: kind.staff_label for name, kind in KINDS.items()}


def who_of(event: Event) -> str:
    """Return the name of who caused it."""
    return "Makeready" if event.actor_kind == "system" else event.actor_label


def is_data(value: Any) -> bool:
    """Return whether the value holds fields itself, more than a line can show."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(isinstance(part, (dict, list)) for part in parts)


@dataclass(frozen=True)
class _Words:
    """How the values of one event are said."""

    kind: EventKind | None
    chart: Chart | None
    choices: Mapping[str, Any]

    def text(self, key: str, value: Any) -> str:
        if _is_empty(value):
            return ""
        if isinstance(value, bool):
            return "Yes" if value else "No"
        if is_data(value):
            return json.dumps(value, ensure_ascii=False, indent=1)
        if isinstance(value, dict):
            return ", ".join(f"{name}: {self.text(name, part)}" for name, part in value.items())
        if isinstance(value, list):
            return ", ".join(self.text(key, part) for part in value)
        if key.endswith("_minor") and isinstance(value, int):
            return formats.money(value, current().currency)
        if key not in REFERENCES and (
            isinstance(value, (int, float)) or key in (self.kind.number_fields if self.kind else ())
        ):
            return formats.quantity(Decimal(str(value)))
        return self._word(key, str(value))

    def _word(self, key: str, text: str) -> str:
        if key == "state" and self.chart is not None and text in self.chart.table:
            return self.chart.word(text)
        called = dict(self.choices.get(key, ())).get(text)
        if called is not None:
            return str(called)
        return text.replace("_", " ") if KEY.fullmatch(text) else text


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _is_same(before: Any, after: Any) -> bool:
    return before == after or (_is_empty(before) and _is_empty(after))
