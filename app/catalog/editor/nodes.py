"""The form as a page draws it: each input with what was typed, its fault, and where its value comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from app.catalog.editor import words
from app.catalog.editor.draft import IS_THERE, NONE, Draft, rows_of, text_of
from app.catalog.editor.reading import ROOT, SET, UNSET
from app.catalog.editor.shown import describe, describe_part
from app.catalog.editor.specs import CONTAINERS, SEVERAL, Spec, specs
from app.catalog.editor.typed import typed_of
from app.catalog.properties import Properties
from app.core.translations import _

#: Lists of more rows than this are folded when the page opens.
OPEN_UP_TO = 1


@dataclass
class Node:
    """One input, or one field that holds rows or inputs of its own.

    `state`: "own" (set here), "open" (set nowhere, can be filled in), "inherited" from `origin`, then `shown`
    is the value in words, or "fixed" (a key that was saved). `beneath` is what an own value overrides, in
    words. Of a section `more` are the fields that are folded away.
    """

    spec: Spec
    path: str
    typed: list[str] = field(default_factory=list)
    fault: str = ""
    state: str = "own"
    origin: str = ""
    shown: str = ""
    beneath: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    fields: list[Node] = field(default_factory=list)
    more: list[Node] = field(default_factory=list)
    has_focus: bool = False
    unit: str = ""

    @property
    def text(self) -> str:
        """What is in an input of one value."""
        return self.typed[-1] if self.typed else ""

    @property
    def mark(self) -> str:
        """What the hidden input before tick boxes sends."""
        return SET if self.typed and self.typed[0] != UNSET else UNSET

    def has(self, value: str) -> bool:
        """Return whether a box is ticked: as typed, else as the default."""
        if not self.typed:
            default = self.spec.default
            return default is True if self.spec.kind == "bool" else value in (default or [])
        return value in self.typed


@dataclass
class Row:
    """One part of a list. `state`: "own", "inherited" or "dropped"; `overrides` whether an own one replaces
    an inherited one. `main` is seen at once, `more` folded; `holds` is in `more` what is filled, in words."""

    path: str
    key: str
    title: str
    summary: str = ""
    state: str = "own"
    origin: str = ""
    overrides: bool = False
    main: list[Node] = field(default_factory=list)
    more: list[Node] = field(default_factory=list)
    holds: str = ""
    fault: str = ""
    is_new: bool = False
    is_open: bool = False
    has_focus: bool = False


@dataclass
class Context:
    """What the form is drawn from beside the draft. `offered`: option → (label, choice → label), as the
    draft has them now; `fields`: key → label of the personalisation; `owners`: path → who set it above."""

    above: Mapping[str, Any]
    owners: Mapping[str, str]
    currency: str
    sign: str
    dropped: set[str]
    faults: Mapping[str, str]
    focus: str
    offered: Mapping[str, tuple[str, dict[str, str]]]
    fields: Mapping[str, str]
    stored_keys: Mapping[str, set[str]]


def sections(draft: Draft, context: Context) -> list[Node]:
    """Return a node for each facet of the properties, in their order."""
    return [_section(spec, draft.get(name), context) for name, spec in specs(Properties).items()]


def _section(spec: Spec, node: Any, context: Context) -> Node:
    path, above = f"{ROOT}.{spec.name}", context.above.get(spec.name)
    if spec.is_keyed:
        made = Node(spec, path, fault=context.faults.get(path, ""))
        made.rows = _keyed_rows(spec, node, above or [], context)
        return made
    if spec.kind != "part" or spec.part is None:
        return _field(spec, node, path, context.above, context, spec.name)
    made = Node(spec, path, fault=context.faults.get(path, ""))
    held = node if isinstance(node, dict) else {}
    inherits = isinstance(above, Mapping)
    if NONE in (held.get(IS_THERE) or []):
        made.state, made.typed = "none", [NONE]
    elif spec.is_nullable and not inherits and not isinstance(node, dict):
        made.state = "absent"
    else:
        values = above if isinstance(above, Mapping) else {}
        made.fields = [
            _field(inner, held.get(name), f"{path}.{name}", values, context, f"{spec.name}.{name}")
            for name, inner in specs(spec.part).items()
        ]
        made.more = [one for one in made.fields if _is_folded(one, spec.part.__name__)]
        made.fields = [one for one in made.fields if one not in made.more]
    if inherits:
        made.origin = context.owners.get(spec.name, "") or next(
            (who for at, who in context.owners.items() if at.startswith(f"{spec.name}.")), ""
        )
    return made


def _is_folded(node: Node, model: str) -> bool:
    """Return whether a field that is rarely used, and not here, is folded away."""
    is_rare = model in words.MAIN and node.spec.name not in words.MAIN[model]
    is_empty = not (node.text.strip() or node.rows or node.fields)
    return is_rare and is_empty and node.state in ("open", "absent") and not node.fault


def _field(
    spec: Spec, node: Any, path: str, above: Mapping[str, Any], context: Context, origin_path: str
) -> Node:
    """Return one field of an object, which may be inherited."""
    is_inherited = spec.name in above
    facet = origin_path.partition(".")[0]
    owner = context.owners.get(origin_path) or context.owners.get(facet, "")
    words_above = describe(spec, above[spec.name], context) if is_inherited else ""
    if node is None and is_inherited:
        fault = context.faults.get(path, "")
        return Node(spec, path, fault=fault, state="inherited", origin=owner, shown=words_above)
    made = _input(spec, node, path, context)
    if made.state != "absent":
        made.state = "own" if is_inherited else "open"
    made.origin, made.beneath = owner if is_inherited else "", words_above
    return made


def _input(spec: Spec, node: Any, path: str, context: Context) -> Node:
    """Return an input with what was typed, or the rows and inputs that a field holds."""
    made = Node(spec, path, fault=context.faults.get(path, ""), has_focus=context.focus == path)
    made.unit = f"{context.sign}" if spec.kind in ("money", "rate") else spec.unit
    if isinstance(node, list):
        made.typed = [str(one) for one in node]
    if spec.kind == "conditions":
        made.rows = [_condition(name, row, path, context) for name, row in rows_of(node).items()]
        if not made.rows and spec.is_required:
            made.rows = [_condition("c0", {}, path, context)]
    elif spec.kind == "pairs" and isinstance(node, dict):
        made.options = [(key, text_of(one)) for key, one in node.items() if key != IS_THERE]
        made.shown = ", ".join(
            context.offered.get(key, ("", {}))[1].get(one, one) for key, one in made.options
        )
    elif spec.kind == "rows" and spec.part is not None:
        made.rows = [
            _row(spec, name, row, path, context, siblings=len(rows_of(node)))
            for name, row in rows_of(node).items()
        ]
    elif spec.kind == "part" and spec.part is not None:
        held = node if isinstance(node, dict) else None
        if held is None or NONE in (held.get(IS_THERE) or []):
            made.state = "absent"
        else:
            made.fields = _inputs(spec.part, held, path, context)
    else:
        made.options = _options(spec, context, made.text)
    if spec.kind in (
        "checks",
        "option_keys",
    ):  # those ticked stay in their order, which is that of the stored list
        ticked = made.typed
        made.options.sort(key=lambda one: ticked.index(one[0]) if one[0] in ticked else len(ticked))
    return made


def _inputs(model: type[BaseModel], held: Draft, path: str, context: Context) -> list[Node]:
    made = [
        _input(spec, held.get(name), f"{path}.{name}", context)
        for name, spec in specs(model).items()
    ]
    chosen = text_of(held.get("option"))
    for one in made:
        if one.spec.kind == "choice_keys":
            one.options = _choices(chosen, one.typed, context)
    return made


def _condition(name: str, row: Draft, path: str, context: Context) -> Row:
    """Return one line of “only if”: an option and its choices."""
    option = text_of(row.get("option"))
    at = f"{path}.{name}"
    pick = Node(OPTION, f"{at}.option", typed=[option], options=_options(OPTION, context))
    pick.has_focus = context.focus == at
    tick = Node(
        CHOICES, f"{at}.choices", typed=[UNSET, *(row.get("choices") or [])],
        fault=context.faults.get(f"{at}.choices", ""),
        options=_choices(option, row.get("choices"), context),
    )  # fmt: skip
    return Row(at, "", context.offered.get(option, (option, {}))[0], main=[pick, tick])


def _choices(option: str, ticked: Any, context: Context) -> list[tuple[str, str]]:
    """Return (key, label) of an option's choices, and of those ticked that are no more."""
    found = dict(context.offered.get(option, ("", {}))[1])
    gone = [one for one in ticked or [] if one not in (SET, UNSET, *found)]
    return [*found.items(), *((one, one) for one in gone)]


def _row(spec: Spec, name: str, held: Draft, path: str, context: Context, *, siblings: int) -> Row:
    assert spec.part is not None
    at = f"{path}.{name}"
    inputs = _inputs(spec.part, held, at, context)
    main_names = words.MAIN.get(spec.part.__name__)
    is_main = {one.path: main_names is None or one.spec.name in main_names for one in inputs}
    main = [one for one in inputs if is_main[one.path] and one.spec.kind != "key"]
    more = [one for one in inputs if one not in main]
    key = text_of(held.get("key")) if spec.is_keyed else ""
    faults = [one for one in context.faults if one == at or one.startswith(f"{at}.")]
    row = Row(at, key, _title(held, spec), main=main, more=more, fault=context.faults.get(at, ""))
    row.is_new = key not in context.stored_keys.get(spec.name, set())
    for one in more:
        if one.spec.kind == "key" and not row.is_new:
            one.state = "fixed"
    row.has_focus = context.focus == at
    row.is_open = bool(faults) or context.focus.startswith(at) or siblings <= OPEN_UP_TO
    row.holds = ", ".join(_filled(more))
    if row.has_focus:
        _focus_first(main or more)
    return row


def _focus_first(inputs: Iterable[Node]) -> None:
    for one in inputs:
        if one.spec.kind == "conditions" and one.rows:
            one.rows[0].main[0].has_focus = True
            return
        if one.spec.kind not in CONTAINERS:
            one.has_focus = True
            return


def _filled(inputs: Iterable[Node]) -> Iterable[str]:
    for one in inputs:
        if one.spec.kind != "key" and one.text.strip() and one.spec.kind not in ("bool", *SEVERAL):
            unit = f" {one.unit}" if one.unit else ""
            yield f"{one.spec.label}: {one.text.strip()[:40]}{unit}"


def _title(held: Draft, spec: Spec) -> str:
    for name in ("label", "name", "sku", "from_option", "message", "key"):
        if text := text_of(held.get(name)).strip():
            return text[:120]
    return _("New") if spec.is_keyed else ""


def _keyed_rows(
    spec: Spec, node: Any, above: list[Mapping[str, Any]], context: Context
) -> list[Row]:
    """Return inherited parts in their places, own ones in place of those that they override, then new ones."""
    assert spec.part is not None
    path, own = f"{ROOT}.{spec.name}", rows_of(node)
    by_key = {text_of(row.get("key")): name for name, row in own.items() if text_of(row.get("key"))}
    found, placed = [], set()
    for part in above:
        key = str(part.get("key"))
        dropped = f"{spec.name}.{key}" in context.dropped
        owner = context.owners.get(f"{spec.name}.{key}", "")
        if key in by_key and not dropped:
            row = _row(spec, by_key[key], own[by_key[key]], path, context, siblings=len(own))
            row.overrides, row.origin = True, owner
            placed.add(by_key[key])
        else:
            title = next((str(part[n]) for n in ("label", "name", "sku") if part.get(n)), key)
            row = Row(f"{path}.{key}", key, title, origin=owner)
            row.state = "dropped" if dropped else "inherited"
            row.fault = context.faults.get(row.path, "")
            row.has_focus = context.focus == row.path
        row.summary = row.summary or describe_part(spec, part, context)
        found.append(row)
    for name, held in own.items():
        if name not in placed:
            found.append(_row(spec, name, held, path, context, siblings=len(own)))
    return found


def _options(spec: Spec, context: Context, typed: str = "") -> list[tuple[str, str]]:
    """Return (value, label) of what an input offers."""
    if spec.kind in ("option", "option_keys"):
        return [(key, label) for key, (label, _choices) in context.offered.items()]
    if spec.kind == "field":
        return list(context.fields.items())
    if spec.kind == "select" and not spec.is_required:
        usual = spec.label_of(str(spec.default)) if spec.default not in (None, "") else "–"
        kept = {"", None if typed == spec.default else spec.default}
        return [
            ("", usual),
            *((one, spec.label_of(one)) for one in spec.choices if one not in kept),
        ]
    return [(one, spec.label_of(one)) for one in spec.choices]


def default_text(spec: Spec, currency: str) -> str:
    """Return the default of an input as its placeholder."""
    if spec.default in (None, "", [], 0) or spec.kind in ("bool", "select", *SEVERAL):
        return ""
    return " ".join(typed_of(spec, spec.default, currency))


OPTION = Spec("option", "option", _("Option"), "", "", None, True, False, {}, None, "")
CHOICES = Spec("choices", "choice_keys", _("Choices"), "", "", None, True, False, {}, None, "")
