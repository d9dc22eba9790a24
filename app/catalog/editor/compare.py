"""Two sets of own properties side by side, shown when another person saved in the meantime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog.editor.shown import describe, describe_part
from app.catalog.editor.specs import Spec, specs
from app.catalog.properties import Properties
from app.core.backoffice.editing import Difference
from app.core.translations import _


@dataclass
class _Words:
    currency: str
    sign: str = ""
    offered: Mapping[str, tuple[str, dict[str, str]]] = field(default_factory=dict)


def differing(now: Mapping[str, Any], typed: Mapping[str, Any], currency: str) -> list[Difference]:
    """Return each property that the two hold differently: what is stored now, what was typed."""
    told = _Words(currency)
    found = []
    for name, spec in specs(Properties).items():
        mine, theirs = typed.get(name), now.get(name)
        if mine == theirs:
            continue
        for label, one, other in _pairs(spec, theirs, mine, told):
            if one != other:
                found.append(Difference(label, one or "–", other or "–"))
    if set(now.get("drop") or []) != set(typed.get("drop") or []):
        texts = [", ".join(sorted(one.get("drop") or [])) or "–" for one in (now, typed)]
        found.append(Difference(_("Removed here"), *texts))
    return found


def _pairs(spec: Spec, now: Any, typed: Any, told: _Words) -> list[tuple[str, str, str]]:
    if spec.is_keyed:
        theirs, mine = _by_key(now), _by_key(typed)
        keys = dict.fromkeys([*theirs, *mine])
        return [
            (
                f"{spec.label}: {key}",
                _part(spec, theirs.get(key), told),
                _part(spec, mine.get(key), told),
            )
            for key in keys
        ]
    if spec.kind == "part" and spec.part is not None:
        theirs, mine = now or {}, typed or {}
        return [
            (
                f"{spec.label}: {inner.label}",
                describe(inner, theirs.get(name), told),
                describe(inner, mine.get(name), told),
            )
            for name, inner in specs(spec.part).items()
        ]
    return [(spec.label, describe(spec, now, told), describe(spec, typed, told))]


def _part(spec: Spec, part: Mapping[str, Any] | None, told: _Words) -> str:
    if part is None:
        return ""
    name = str(part.get("label") or part.get("name") or "")
    return ", ".join(filter(None, [name, describe_part(spec, part, told)]))


def _by_key(parts: Any) -> dict[str, Mapping[str, Any]]:
    listed = parts if isinstance(parts, list) else []
    return {str(part.get("key")): part for part in listed if isinstance(part, Mapping)}
