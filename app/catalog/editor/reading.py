"""From what is in the form to the properties that are saved, with what is wrong by the input's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from app.catalog.editor.draft import IS_THERE, NONE, Draft, rows_of, text_of
from app.catalog.editor.specs import CONTAINERS, SEVERAL, Spec, specs
from app.catalog.editor.typed import is_empty, value_of
from app.catalog.properties import Properties
from app.core.keys import free_key
from app.core.translations import _

#: What the hidden input before tick boxes holds where they show a default that nobody set.
UNSET = "_unset"
SET = "_set"
ROOT = "p"
NAMED_BY = ("label", "name", "sku", "from_option", "option")


@dataclass
class Reading:
    """What was read: the own `layer`, `faults` by the name of the input, and `keys` by the name of the row."""

    layer: dict[str, Any]
    faults: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


def read_layer(
    draft: Draft, above: Mapping[str, Any], dropped: Collection[str], currency: str
) -> Reading:
    """Return the own properties that the form holds. `above` is what is inherited: what the form does not
    hold stays inherited, and an empty input overrides it."""
    reader = _Reader(currency)
    layer = reader.part(Properties, draft, ROOT, above)
    if dropped:
        layer["drop"] = sorted(dropped)
    return Reading(layer, reader.faults, reader.keys)


class _Reader:
    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.faults: dict[str, str] = {}
        self.keys: dict[str, str] = {}

    def part(
        self, model: type[BaseModel], draft: Draft, path: str, above: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        """Return the values of one part. `above` are its inherited ones; None where it inherits none."""
        found: dict[str, Any] = {}
        for name, spec in specs(model).items():
            if name not in draft:
                continue
            inherited = (above or {}).get(name)
            is_inherited = above is not None and name in above
            node, where = draft[name], f"{path}.{name}"
            if above is not None and path == ROOT and spec.kind in ("part", "rows"):
                self._facet(found, spec, node, inherited)
            elif spec.kind in CONTAINERS:
                value = self._container(spec, node, where)
                is_asked = spec.is_required and isinstance(node, dict)  # an empty one is a fault
                if value or is_inherited or spec.kind == "part" or is_asked:
                    found[name] = value
            else:
                self._leaf(found, spec, node, where, is_inherited=is_inherited)
        return found

    def _facet(self, found: dict[str, Any], spec: Spec, node: Any, inherited: Any) -> None:
        """Read a whole section: objects are inherited field by field, keyed lists part by part."""
        if not isinstance(node, dict) or spec.part is None:
            return
        path = f"{ROOT}.{spec.name}"
        if spec.kind == "rows":
            taken = {str(one.get("key")) for one in inherited or [] if isinstance(one, Mapping)}
            if rows := self._rows(spec, node, path, taken):
                found[spec.name] = rows
        elif text_of(node.get(IS_THERE)) == NONE:
            found[spec.name] = None
        else:
            value = self.part(
                spec.part, node, path, inherited if isinstance(inherited, Mapping) else {}
            )
            if value or (spec.is_nullable and not inherited and IS_THERE in node):
                found[spec.name] = value

    def _container(self, spec: Spec, node: Any, path: str) -> Any:
        if not isinstance(node, dict):
            return {"part": None, "rows": []}.get(spec.kind, {})
        if spec.kind == "pairs":
            return {key: text_of(one) for key, one in node.items() if key != IS_THERE}
        if spec.kind == "conditions":
            return self._conditions(node, path)
        if spec.kind == "rows":
            return self._rows(spec, node, path, set())
        if text_of(node.get(IS_THERE)) == NONE or spec.part is None:
            return None
        return self.part(spec.part, node, path, None)

    def _rows(self, spec: Spec, node: Draft, path: str, taken: set[str]) -> list[dict[str, Any]]:
        assert spec.part is not None
        rows = rows_of(node)
        kept = {text_of(row.get("key")).strip() for row in rows.values()}
        found = []
        for name, row in rows.items():
            where = f"{path}.{name}"
            value = self.part(spec.part, row, where, None)
            if spec.is_keyed:
                if not value.get("key"):
                    value["key"] = free_key(
                        _named(value), taken | kept, otherwise=spec.part.__name__.lower()
                    )
                kept.add(value["key"])
                self.keys[where] = value["key"]
            found.append(value)
        return found

    def _conditions(self, node: Draft, path: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, row in rows_of(node).items():
            option = text_of(row.get("option"))
            choices = [one for one in row.get("choices") or [] if one not in ("", SET, UNSET)]
            if option and not choices:
                self.faults[f"{path}.{name}.choices"] = _("Tick at least one choice.")
            if option:
                found[option] = [*found.get(option, []), *choices]
        return found

    def _leaf(
        self, found: dict[str, Any], spec: Spec, node: Any, path: str, *, is_inherited: bool
    ) -> None:
        if not isinstance(node, list):
            return
        is_set = not node or node[0] != UNSET
        typed = [one for one in node if one not in (SET, UNSET)]
        if spec.kind in ("bool", *SEVERAL):
            value = value_of(spec, typed, self.currency)
            if is_set or value != spec.default:
                found[spec.name] = value
        elif is_empty(spec, typed):
            self._empty(found, spec, path, is_inherited=is_inherited)
        else:
            try:
                found[spec.name] = value_of(spec, typed, self.currency)
            except ValueError as fault:
                self.faults[path] = str(fault)

    def _empty(self, found: dict[str, Any], spec: Spec, path: str, *, is_inherited: bool) -> None:
        if not is_inherited:
            return
        if spec.is_nullable:
            found[spec.name] = None
        elif spec.kind in ("lines", "numbers", "size"):
            found[spec.name] = []
        elif isinstance(spec.default, str) and spec.kind != "select":
            found[spec.name] = ""
        else:
            self.faults[path] = _("Enter a value, or revert to the inherited one.")


def _named(value: Mapping[str, Any]) -> str:
    return next((str(value[name]) for name in NAMED_BY if value.get(name)), "")


def input_of(path: str, reading: Reading, draft: Draft) -> str:
    """Return the name of the input, row or section that a service's path is about.

    Lists are entered by the key of a part or by its place: ``options.paper.choices.1.label``. Of a part that is
    not in the form, as it is inherited, its row is named, and of a section where nothing was entered its input.
    """
    where, node = ROOT, draft
    steps = path.split(".")
    for place, step in enumerate(steps):
        rows = list(rows_of(node))
        by_key = next((one for one in rows if reading.keys.get(f"{where}.{one}") == step), None)
        if by_key is None and step.isdigit() and int(step) < len(rows):
            by_key = rows[int(step)]
        name = by_key or step
        if not isinstance(node, dict) or name not in node:
            return ".".join([where, *steps[place : place + 2 if where == ROOT else place + 1]])
        where, node = f"{where}.{name}", node[name]
    return where
