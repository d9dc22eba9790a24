"""What is in the form: a tree of what was typed, whether from stored properties or from a request.

A part is a dictionary by field, a list a dictionary by row (rows have names of their own, so that they
keep them when they are moved), and an input the list of texts it was sent with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from app.catalog.editor.specs import Spec, specs
from app.catalog.editor.typed import typed_of

Draft: TypeAlias = dict[str, Any]
#: The name of the hidden input that says a part or list is there, though nothing in it may be filled.
IS_THERE = "_"
#: What that input holds for an optional part that was set to nothing.
NONE = "none"
STEP = re.compile(r"[a-z0-9_]{1,60}")
DEEPEST = 9


def draft_of(model: type[BaseModel], data: Mapping[str, Any], currency: str) -> Draft:
    """Return the draft of stored properties; what they leave out is left out."""
    return {
        name: node_of(spec, data[name], currency)
        for name, spec in specs(model).items()
        if name in data
    }


def node_of(spec: Spec, value: Any, currency: str) -> Any:
    """Return the draft of one field's stored value."""
    if spec.kind == "conditions":
        return {
            f"c{place}": {"option": [key], "choices": list(choices)}
            for place, (key, choices) in enumerate((value or {}).items())
        }
    if spec.kind == "pairs":
        return {key: [str(one)] for key, one in (value or {}).items()}
    if spec.part is not None and value is None:
        return {IS_THERE: [NONE]}
    if spec.kind == "part" and spec.part is not None:
        return draft_of(spec.part, value, currency)
    if spec.kind == "rows" and spec.part is not None:
        return {f"r{place}": draft_of(spec.part, row, currency) for place, row in enumerate(value)}
    return typed_of(spec, value, currency)


def read_draft(form: MultiDict[str, str], within: str) -> Draft:
    """Return the draft that was sent under names that begin with ``within.``, rows in their order on the page.

    Names that no form of ours has are left out.
    """
    root: Draft = {}
    for name in form:
        steps = name.split(".")
        if (
            steps[0] != within
            or not 1 < len(steps) <= DEEPEST
            or not all(map(STEP.fullmatch, steps))
        ):
            continue
        node = root
        for step in steps[1:-1]:
            inner = node.setdefault(step, {})
            if not isinstance(inner, dict):
                break
            node = inner
        else:
            node.setdefault(steps[-1], form.getlist(name))
    return root


def rows_of(node: Any) -> dict[str, Draft]:
    """Return name → row of a list in a draft."""
    if not isinstance(node, dict):
        return {}
    return {name: row for name, row in node.items() if isinstance(row, dict)}


def text_of(node: Any) -> str:
    """Return the text of an input in a draft; "" where there is none."""
    return str(node[-1]) if isinstance(node, list) and node else ""


def at(draft: Draft, path: str) -> Any:
    """Return what is at a dotted path; None where nothing is."""
    node: Any = draft
    for step in path.split("."):
        if not isinstance(node, dict):
            return None
        node = node.get(step)
    return node


def new_name(rows: Mapping[str, Any]) -> str:
    """Return a name for a further row."""
    number = len(rows_of(rows))
    while f"n{number}" in rows:
        number += 1
    return f"n{number}"
