"""What an event changed on a row, in the words of the row's own list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.backoffice import cells
from app.core.events import Event
from app.core.web import formats

LONG = 80


@dataclass(frozen=True)
class Change:
    """One field: its heading, what it was and what it is; both empty where it is too big to show."""

    label: str
    before: str
    after: str


def changes_of(view: Any, event: Event) -> list[Change]:
    """Return what `event` changed, field by field; what did not change, or is a key, is left out."""
    before, after = event.before or {}, event.after or {}
    found = []
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old == new or (_is_empty(old) and _is_empty(new)) or key.endswith("_id"):
            continue
        label = view.get_column_name(key)
        if _is_big(old) or _is_big(new):
            found.append(Change(label, "", ""))
        else:
            found.append(Change(label, said(view, key, old), said(view, key, new)))
    return found


def said(view: Any, key: str, value: Any) -> str:
    """Return the value of a field as the list says it: a state's word, a choice's, a number grouped."""
    if _is_empty(value):
        return ""
    if key == "state" and view.chart is not None and value in view.chart.table:
        return str(view.chart.word(value))
    choices = dict((view.form_choices or {}).get(key, ()))
    if isinstance(value, str) and value in choices:
        return str(choices[value])
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key.endswith("_minor") and isinstance(value, int):
        return formats.money(value, view.currency())
    if isinstance(value, (int, float)) or _is_counted(view, key):
        try:
            return formats.quantity(Decimal(str(value)))
        except InvalidOperation:
            pass
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    text = str(value)
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def _is_counted(view: Any, key: str) -> bool:
    """Numbers with decimals stand in events as text; the list knows them by their column."""
    named = (name for name in view.number_columns if name.rpartition(".")[2] == key)
    return next(named, None) is not None or cells.is_number(view, key)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _is_big(value: Any) -> bool:
    """Whether it is data inside data: its page shows it, a line can't."""
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(part, (dict, list)) for part in value)
    )
