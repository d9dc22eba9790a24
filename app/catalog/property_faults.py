"""Faults of properties in words: where each is, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.core.translations import _
from app.core.web.formats import quantity


def faults_of(
    problem: ValidationError, properties: Mapping[str, Any], but: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Return path → sentence of pydantic's faults in `properties`, without those of the types `but`. Parts of
    lists are named by their keys, where they have one."""
    faults: dict[str, str] = {}
    for fault in problem.errors(include_url=False):
        if fault["type"] not in but:
            faults.setdefault(_path(fault, properties), _sentence(fault))
    return faults


def _path(fault: Any, properties: Mapping[str, Any]) -> str:
    told = getattr(fault.get("ctx", {}).get("error"), "path", "")
    if told:
        return str(told)
    steps, value = [], properties
    for step in fault["loc"]:
        value = _inner(value, step)
        key = value.get("key") if isinstance(step, int) and isinstance(value, Mapping) else None
        steps.append(key if isinstance(key, str) and key else str(step))
    return ".".join(steps)


def _inner(value: Any, step: int | str) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step))
    if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _sentence(fault: Any) -> str:
    said = fault.get("ctx", {})
    match fault["type"]:
        case "missing":
            return _("Fill in this field.")
        case "greater_than_equal":
            return _("Enter %(least)s or more.", least=quantity(said["ge"]))
        case "greater_than":
            return _("Enter more than %(least)s.", least=quantity(said["gt"]))
        case "less_than_equal":
            return _("Enter %(most)s or less.", most=quantity(said["le"]))
        case "string_too_long":
            return _("Shorten this to %(most)s characters.", most=quantity(said["max_length"]))
        case "string_too_short":
            return _("Fill in this field.")
        case "too_short":
            return _("Add at least one.")
        case "too_long":
            return _("There are too many: at most %(most)s fit.", most=quantity(said["max_length"]))
        case "extra_forbidden":
            return _("There is no property with this name.")
    return f"{str(fault['msg']).removeprefix('Value error, ')}."
