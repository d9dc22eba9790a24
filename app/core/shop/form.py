"""The form of a section: what is drawn of its fields, and what a sent form says about them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from app.core.inputs import Limit
from app.core.shop.section import Section

#: Kinds of fields by their type; a model is a group, a list of models is rows, one of choices is checks.
KINDS: dict[Any, str] = {
    str: "text",
    bool: "check",
    int: "number",
    Decimal: "text",
    date: "date",
    time: "time",
}
MOST_ROWS = 100
#: The kind of a field that the page of its section draws by itself; left empty it stays as it is.
NOT_DRAWN = "none"


@dataclass(frozen=True)
class Drawn:
    """One field as the page draws it: its value as text, what is wrong with it, why it can't be changed; of a group
    and of each row the fields within."""

    name: str
    label: str
    kind: str
    help: str = ""
    value: Any = ""
    fault: str = ""
    locked: str = ""
    is_required: bool = False
    options: Mapping[str, str] | None = None
    limit: Limit = field(default_factory=Limit)
    parts: list[Drawn] = field(default_factory=list)
    rows: list[list[Drawn]] = field(default_factory=list)
    empty_row: list[Drawn] = field(default_factory=list)

    @property
    def attributes(self) -> dict[str, Any]:
        """The limits as attributes of the input in HTML."""
        if self.kind == "number":
            return {"min": self.limit.least} | (
                {"max": self.limit.most} if self.limit.most != 500 else {}
            )
        if self.kind in ("date", "time"):
            return {}
        return {"maxlength": self.limit.most} | (
            {"rows": self.limit.rows} if self.limit.rows else {}
        )


def drawn(
    section: type[Section],
    values: Mapping[str, Any],
    *,
    faults: Mapping[str, str] | None = None,
) -> list[Drawn]:
    """Return the fields of a section filled with `values` (as JSON, or as entered) and the `faults` of them."""
    found = {one.name: one for one in _fields(section, values, faults or {}, "", section.locked())}
    return [found[name] for name in section.field_order() if name in found]


def _fields(
    model: type[BaseModel],
    values: Mapping[str, Any],
    faults: Mapping[str, str],
    within: str,
    locked: Mapping[str, str],
) -> list[Drawn]:
    found = []
    for name, declared in model.model_fields.items():
        kind, part, limit = _kind_of(declared)
        if kind == NOT_DRAWN:
            continue
        place, value = f"{within}{name}", values.get(name)
        shown = Drawn(
            name=place,
            label=str(declared.title or name.replace("_", " ").capitalize()),
            kind=kind,
            help=str(declared.description or ""),
            value=_as_text(value) if kind not in ("check", "checks") else value,
            fault=faults.get(place, ""),
            locked=locked.get(name, ""),
            is_required=limit.least > 0 and kind in ("text", "textarea"),
            options=limit.options,
            limit=limit,
        )
        if kind == "group":
            parts = _fields(part, value or {}, faults, f"{place}.", {})
            shown = _with(shown, parts=parts)
        elif kind == "rows":
            given = value or []
            rows = [
                _fields(part, row, faults, f"{place}.{at}.", {}) for at, row in enumerate(given)
            ]
            empty = _fields(part, {}, {}, f"{place}.ROW.", {})
            shown = _with(shown, rows=rows, empty_row=empty)
        found.append(shown)
    return found


def _with(shown: Drawn, **more: Any) -> Drawn:
    return Drawn(**{**shown.__dict__, **more})


def _as_text(value: Any) -> Any:
    if value is None:
        return ""
    return value[:5] if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d:\d\d", value) else value


def read(model: type[BaseModel], form: Mapping[str, Any], within: str = "") -> dict[str, Any]:
    """Return the raw values that a sent form gives for `model`. A box that is not ticked is False; a row of a list
    in which nothing was entered is left out; what has no field in the form is not in it."""
    found: dict[str, Any] = {}
    for name, declared in model.model_fields.items():
        kind, part, _limit = _kind_of(declared)
        place = f"{within}{name}"
        if kind == "check":
            found[name] = bool(form.get(place))
        elif kind == "checks":
            found[name] = form.getlist(place) if hasattr(form, "getlist") else form.get(place, [])
        elif kind == "group":
            found[name] = read(part, form, f"{place}.")
        elif kind == "rows":
            found[name] = _read_rows(part, form, f"{place}.")
        elif kind == NOT_DRAWN:
            found |= {name: form[place]} if form.get(place) else {}
        elif place in form:
            value = str(form[place]).strip()
            found[name] = None if value == "" and _may_be_none(declared.annotation) else value
    return found


def _read_rows(part: type[BaseModel], form: Mapping[str, Any], within: str) -> list[dict[str, Any]]:
    numbers = {
        int(rest[0])
        for name in form
        if name.startswith(within) and (rest := name[len(within) :].split("."))[0].isdecimal()
    }
    rows = [read(part, form, f"{within}{at}.") for at in sorted(numbers)[:MOST_ROWS]]
    return [row for row in rows if _is_filled(part, row)]


def _is_filled(part: type[BaseModel], row: Mapping[str, Any]) -> bool:
    """Return whether anything was entered in a row, besides what identifies it."""
    hidden = {
        name for name, declared in part.model_fields.items() if _kind_of(declared)[0] == "hidden"
    }
    return any(_is_filled_value(value) for name, value in row.items() if name not in hidden)


def _is_filled_value(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_is_filled_value, value.values()))
    return value not in ("", None, False, [])


def _kind_of(declared: Any) -> tuple[str, Any, Limit]:
    """Return how a field is drawn, the model of its group or rows, and its limit."""
    limit = next((part for part in _metadata(declared) if isinstance(part, Limit)), Limit())
    extra = declared.json_schema_extra or {}
    inner = _inner(declared.annotation)
    if extra.get("kind"):
        return str(extra["kind"]), None, limit
    if get_origin(inner) is list:
        (item,) = get_args(inner)
        item = _inner(item)
        if isinstance(item, type) and issubclass(item, BaseModel):
            return "rows", item, limit
        return "checks", None, limit
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return "group", inner, limit
    if limit.options is not None:
        return "select", None, limit
    kind = KINDS.get(inner, "text")
    return ("textarea" if limit.rows else kind), None, limit


def _metadata(declared: Any) -> list[Any]:
    """Return what annotates a field, also where it may be None and within an annotated type."""
    found = list(declared.metadata)
    pending = [declared.annotation]
    while pending:
        one = pending.pop()
        if get_origin(one) is Annotated:
            found += get_args(one)[1:]
        if get_origin(one) in (Annotated, Union, UnionType):
            pending += [part for part in get_args(one) if not isinstance(part, Limit)]
    return found


def _inner(annotation: Any) -> Any:
    """Return the type itself, without what annotates it and without None."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return _inner(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _may_be_none(annotation: Any) -> bool:
    return type(None) in get_args(annotation)
