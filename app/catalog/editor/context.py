"""What the form is drawn from beside what was typed: the options as they are, who set what, names of references."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from app.catalog.editor.actions import Sheet
from app.catalog.editor.draft import Draft, rows_of, text_of
from app.catalog.editor.nodes import Context
from app.catalog.inheritance import Layer, merge
from app.catalog.properties import Choice, Option, Personalisation
from app.catalog.properties.part import Part
from app.core.keys import free_key
from app.core.web.formats import locale


def context_of(
    sheet: Sheet, layers: Sequence[Layer], stored: Mapping[str, Any], faults: Mapping[str, str]
) -> Context:
    """Return the context of a sheet; `layers` end with the row's own."""
    _merged, origin = merge(layers[:-1])
    return Context(
        above=sheet.above,
        owners={path: owner.name for path, owner in origin.items()},
        currency=sheet.currency,
        sign=currency_sign(sheet.currency),
        dropped=sheet.dropped,
        faults=faults,
        focus=sheet.focus,
        offered=offered_options(sheet),
        fields=_labels(sheet, "personalisation"),
        stored_keys=_keys_in({"": [sheet.above, stored]}),
    )


def _keys_in(value: Any) -> dict[str, set[str]]:
    """Return name of a list → the keys of its parts, however deep the list is."""
    found: dict[str, set[str]] = {}
    for name, inner in value.items() if isinstance(value, Mapping) else ():
        parts = inner if isinstance(inner, list) else [inner]
        for part in parts:
            if isinstance(part, Mapping):
                if isinstance(part.get("key"), str):
                    found.setdefault(name, set()).add(part["key"])
                for deeper, keys in _keys_in(part).items():
                    found.setdefault(deeper, set()).update(keys)
    return found


def currency_sign(currency: str) -> str:
    """Return the sign of a currency, as it is beside an input."""
    from babel.numbers import get_currency_symbol

    return str(get_currency_symbol(currency, locale=locale()))


def offered_options(sheet: Sheet) -> dict[str, tuple[str, dict[str, str]]]:
    """Return key → (label, choice → label) of all options, as they would be if the form were saved now."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for part in _above(sheet, "options"):
        choices = [one for one in part.get("choices") or [] if isinstance(one, Mapping)]
        labels = {str(one.get("key")): str(one.get("label") or one.get("key")) for one in choices}
        key = str(part.get("key"))
        found[key] = (str(part.get("label") or key), labels)
    for row in rows_of(sheet.draft.get("options")).values():
        label = text_of(row.get("label")).strip()
        key = _key_of(row, found, Option)
        labels = {}
        for choice in rows_of(row.get("choices")).values():
            name = text_of(choice.get("label")).strip()
            if name or text_of(choice.get("key")):
                labels[_key_of(choice, labels, Choice)] = name or text_of(choice.get("key"))
        if label or text_of(row.get("key")):
            found[key] = (label or key, labels)
    return found


def _labels(sheet: Sheet, facet: str) -> dict[str, str]:
    found = {
        str(part.get("key")): str(part.get("label") or part.get("key"))
        for part in _above(sheet, facet)
    }
    for row in rows_of(sheet.draft.get(facet)).values():
        if label := text_of(row.get("label")).strip():
            found[_key_of(row, found, Personalisation)] = label
    return found


def _above(sheet: Sheet, facet: str) -> list[Mapping[str, Any]]:
    parts: Any = sheet.above.get(facet) or []
    return [part for part in parts if f"{facet}.{part.get('key')}" not in sheet.dropped]


def _key_of(row: Draft, taken: Collection[str], part: type[Part]) -> str:
    """Return the row's key, or the one that saving would give it."""
    return text_of(row.get("key")).strip() or free_key(
        text_of(row.get("label")), taken, otherwise=part.__name__.lower()
    )
