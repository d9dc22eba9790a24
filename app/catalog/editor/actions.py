"""What the form's small buttons do to what is in it. Nothing is saved: the page is drawn anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from app.catalog.editor.draft import (
    IS_THERE,
    NONE,
    Draft,
    at,
    new_name,
    node_of,
    rows_of,
    text_of,
)
from app.catalog.editor.reading import ROOT
from app.catalog.editor.specs import Spec, specs
from app.catalog.editor.variants import fill_down, generate_rows
from app.catalog.properties import Properties


@dataclass
class Sheet:
    """The form as it is: the `draft`, what is `above` it, the paths it takes away (`dropped`)."""

    draft: Draft
    above: Mapping[str, Any]
    currency: str
    dropped: set[str] = field(default_factory=set)
    #: The name of the input or row to go on at.
    focus: str = ""


def act(sheet: Sheet, done: str) -> None:
    """Change the sheet as the button ``what:path`` says; an unknown one changes nothing. Raises BadInput, by
    the path of the properties, where variants can't be generated."""
    what, _colon, path = done.partition(":")
    if what in ACTIONS and path.startswith(f"{ROOT}."):
        sheet.focus = path
        ACTIONS[what](sheet, path)


def _parent(sheet: Sheet, path: str) -> tuple[Draft, str]:
    """Return what holds the thing at `path`, made where it is missing, and the thing's name in it."""
    *steps, last = path.split(".")[1:]
    node = sheet.draft
    for step in steps:
        inner = node.get(step)
        if not isinstance(inner, dict):
            inner = node[step] = {}
        node = inner
    return node, last


def spec_at(path: str) -> Spec | None:
    """Return the spec of the field at a form's path, whose rows go by names of their own."""
    model: type[BaseModel] | None = Properties
    found: Spec | None = None
    steps = iter(path.split(".")[1:])
    for step in steps:
        if model is None or step not in specs(model):
            return None
        found = specs(model)[step]
        model = found.part
        if found.kind in ("rows", "conditions"):
            next(steps, None)
    return found


def _add(sheet: Sheet, path: str) -> None:
    node, name = _parent(sheet, path)
    spec = spec_at(path)
    if spec is None:
        return
    held = node.get(name)
    if not isinstance(held, dict) or NONE in (held.get(IS_THERE) or []):
        held = node[name] = {}
    held.setdefault(IS_THERE, ["1"])
    if spec.kind in ("rows", "conditions"):
        row = new_name(held)
        held[row] = {IS_THERE: ["1"]}
        sheet.focus = f"{path}.{row}"
        if spec.part is not None and specs(spec.part).get("choices") and spec.name == "options":
            held[row]["choices"] = {IS_THERE: ["1"], "n0": {IS_THERE: ["1"]}}


def _remove(sheet: Sheet, path: str) -> None:
    node, name = _parent(sheet, path)
    node.pop(name, None)
    sheet.focus = path.rpartition(".")[0]


def _clear(sheet: Sheet, path: str) -> None:
    """Set an optional part to nothing, against what is inherited."""
    node, name = _parent(sheet, path)
    node[name] = {IS_THERE: [NONE]}


def _move(by: int) -> Any:
    def move(sheet: Sheet, path: str) -> None:
        node, name = _parent(sheet, path)
        names = list(rows_of(node))
        if name not in names:
            return
        place = names.index(name)
        other = min(max(place + by, 0), len(names) - 1)
        names.insert(other, names.pop(place))
        rows = {one: node[one] for one in names}
        for one in names:
            del node[one]
        node.update(rows)

    return move


def _override(sheet: Sheet, path: str) -> None:
    """Take the inherited value or part over into the own ones, to be changed."""
    steps = path.split(".")[1:]
    spec = specs(Properties).get(steps[0])
    inherited: Any = sheet.above.get(steps[0])
    if spec is None or inherited is None:
        return
    if spec.is_keyed and len(steps) == 2:
        part = next((one for one in inherited if one.get("key") == steps[1]), None)
        if part is None or spec.part is None:
            return
        rows = sheet.draft.setdefault(spec.name, {})
        row = new_name(rows)
        only = {"r": node_of(spec, [part], sheet.currency)["r0"]}
        rows[row] = only["r"]
        sheet.focus = f"{ROOT}.{spec.name}.{row}"
    elif len(steps) == 2 and spec.part is not None and steps[1] in (inherited or {}):
        inner = specs(spec.part)[steps[1]]
        facet = sheet.draft.setdefault(spec.name, {})
        facet[steps[1]] = node_of(inner, inherited[steps[1]], sheet.currency) or [""]
        if isinstance(facet[steps[1]], dict):
            facet[steps[1]].setdefault(IS_THERE, ["1"])
    elif len(steps) == 1:
        sheet.draft[spec.name] = node_of(spec, inherited, sheet.currency) or [""]


def _drop(sheet: Sheet, path: str) -> None:
    """Take an inherited part away, and what overrides it."""
    facet, _dot, key = path.split(".", 1)[1].partition(".")
    rows = rows_of(at(sheet.draft, facet))
    for name, row in rows.items():
        if text_of(row.get("key")) == key:
            del sheet.draft[facet][name]
    sheet.dropped.add(f"{facet}.{key}")


def _restore(sheet: Sheet, path: str) -> None:
    sheet.dropped.discard(path.split(".", 1)[1])


def _stay(sheet: Sheet, path: str) -> None:
    """Draw the page anew, as another choice offers other inputs."""


def _generate(sheet: Sheet, path: str) -> None:
    generate_rows(sheet.draft, sheet.above, sheet.dropped, sheet.currency)


def _fill(sheet: Sheet, path: str) -> None:
    fill_down(sheet.draft)


ACTIONS = {
    "generate": _generate,
    "fill": _fill,
    "add": _add,
    "remove": _remove,
    "revert": _remove,
    "clear": _clear,
    "up": _move(-1),
    "down": _move(1),
    "override": _override,
    "drop": _drop,
    "restore": _restore,
    "refresh": _stay,
}
