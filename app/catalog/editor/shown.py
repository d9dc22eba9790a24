"""Values in words, for what is inherited and for comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from app.catalog.editor.specs import Spec, specs
from app.catalog.editor.typed import typed_of
from app.core.translations import _

MOST_SHOWN = 8


class Words(Protocol):
    """What values are told with: the currency, and the options with their choices."""

    currency: str
    sign: str
    offered: Mapping[str, tuple[str, dict[str, str]]]


def describe(spec: Spec, value: Any, words: Words) -> str:
    """Return a stored value in words; a dash for nothing."""
    if value is None or value in ("", [], {}):
        return "–"
    if spec.kind == "bool":
        return _("Yes") if value else _("No")
    if spec.kind == "select":
        return spec.label_of(str(value))
    if spec.kind == "checks":
        return ", ".join(spec.label_of(str(one)) for one in value)
    if spec.kind == "pairs":
        return ", ".join(words.offered.get(k, ("", {}))[1].get(v, v) for k, v in value.items())
    if spec.kind == "option_keys":
        return ", ".join(words.offered.get(one, (one, {}))[0] for one in value)
    if spec.kind == "conditions":
        return "; ".join(_condition(key, choices, words) for key, choices in value.items())
    if spec.kind == "option":
        return words.offered.get(str(value), (str(value), {}))[0]
    if spec.kind == "rows":
        return _several([describe_part(spec, row, words) for row in value])
    if spec.kind == "part":
        return describe_part(spec, value, words)
    if spec.kind == "size":
        return f"{' × '.join(typed_of(spec, value, words.currency))} {spec.unit}".strip()
    text = ", ".join(" ".join(typed_of(spec, value, words.currency)).splitlines())
    if spec.kind in ("money", "rate"):
        return f"{words.sign}{text}"
    return f"{text} {spec.unit}".strip()


def describe_part(spec: Spec, part: Mapping[str, Any], words: Words) -> str:
    """Return what is set of a part, field by field; its name is left to who shows it."""
    if spec.part is None or not isinstance(part, Mapping):
        return ""
    return ", ".join(_fields(spec, part, words))


def _fields(spec: Spec, part: Mapping[str, Any], words: Words) -> Iterable[str]:
    assert spec.part is not None
    for name, inner in specs(spec.part).items():
        value = part.get(name)
        if value in (None, "", [], {}, False) or inner.kind == "key":
            continue
        if name in ("label", "name") and spec.is_keyed:
            continue
        if inner.kind == "rows":
            yield _several([str(row.get("label") or row.get("key") or "") for row in value])
        elif inner.kind == "bool":
            yield inner.label
        else:
            yield f"{inner.label}: {describe(inner, value, words)}"


def _several(texts: list[str]) -> str:
    shown = "; ".join(text for text in texts[:MOST_SHOWN] if text)
    if len(texts) > MOST_SHOWN:
        more = _("%(count)s more", count=len(texts) - MOST_SHOWN)
        return f"{shown}; {more}"
    return shown


def _condition(key: str, choices: Iterable[str], words: Words) -> str:
    label, names = words.offered.get(key, (key, {}))
    return _(
        "%(option)s is %(choices)s",
        option=label,
        choices=_(" or ").join(names.get(one, one) for one in choices),
    )
