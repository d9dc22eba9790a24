"""References: texts in a product's properties that name records elsewhere (a SKU, a work centre).

A field says what it names by its type, ``Annotated[str, Ref("stock_item")]``; the room that has the
records registers how they are found. So nothing can be saved that names what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, get_args

from app.catalog.properties import Properties
from app.catalog.properties.part import Part, Ref
from app.core.errors import BadInput
from app.core.translations import _

KINDS: dict[str, ReferenceKind] = {}
MOST_FOUND = 20


@dataclass(frozen=True)
class ReferenceKind:
    """What properties may name. `label` is its name in a sentence (“stock item”), `exists` returns
    those of the keys that there are, `search` up to `MOST_FOUND` pairs (key, label) for words typed, and
    `labels` the names of keys, by key, for a form that shows what was picked."""

    key: str
    label: str
    exists: Callable[[Collection[str]], set[str]]
    search: Callable[[str], list[tuple[str, str]]]
    labels: Callable[[Collection[str]], dict[str, str]] = lambda keys: {}

    def __post_init__(self) -> None:
        if self.key in KINDS:
            raise TypeError(f"The kind of reference {self.key} is declared twice.")
        KINDS[self.key] = self


class Named(NamedTuple):
    """One reference: the kind, the key that it names, and where (``options.0.choices.1.material_sku``)."""

    kind: str
    key: str
    path: str


def references_in(properties: Mapping[str, Any]) -> list[Named]:
    """Return every reference in raw properties, in their order; what has another shape is left out."""
    return list(_in_model(Properties, properties, ""))


def check_references(
    properties: Mapping[str, Any], *, coming: Mapping[str, Collection[str]] | None = None
) -> None:
    """Raise BadInput with each field that names what does not exist. `coming`: kind → keys that the same
    transaction brings along. One query for each kind."""
    coming, faults = coming or {}, {}
    found = references_in(properties)
    for kind in dict.fromkeys(one.kind for one in found):
        asked = {one.key for one in found if one.kind == kind} - set(coming.get(kind, ()))
        missing = asked - existing(kind, asked) if asked else set()
        for one in found:
            if one.kind == kind and one.key in missing:
                faults[f"properties.{one.path}"] = missing_sentence(kind, one.key)
    for field, sentence in faults.items():
        raise BadInput(sentence, field=field, faults=faults)


def existing(kind: str, keys: Collection[str]) -> set[str]:
    """Return those of the keys that there are."""
    return KINDS[kind].exists(keys)


def missing_sentence(kind: str, key: str) -> str:
    """Return the sentence that a key names nothing."""
    return _(
        "There is no %(kind)s “%(key)s”. Choose an existing one or create it first.",
        kind=KINDS[kind].label,
        key=key,
    )


def _in_model(model: type[Part], value: Any, path: str) -> Iterator[Named]:
    if not isinstance(value, Mapping):
        return
    for name, kind, part in _plan(model):
        yield from _in_value(value.get(name), kind, part, f"{path}{name}")


def _in_value(value: Any, kind: str, part: type[Part] | None, path: str) -> Iterator[Named]:
    if isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _in_value(inner, kind, part, f"{path}.{place}")
    elif part is not None:
        yield from _in_model(part, value, f"{path}.")
    elif isinstance(value, str) and value:
        yield Named(kind, value, path)


@cache
def _plan(model: type[Part]) -> list[tuple[str, str, type[Part] | None]]:
    """Return (field, kind of reference, type of its parts) for the fields that can hold references."""
    plan: list[tuple[str, str, type[Part] | None]] = []
    for name, field in model.model_fields.items():
        kinds = [one.kind for one in (*field.metadata, *_metadata(field.annotation)) if _is(one)]
        part = _part(field.annotation)
        if kinds or (part is not None and part is not model and _plan(part)):
            plan.append((name, kinds[0] if kinds else "", part))
    return plan


def _is(one: Any) -> bool:
    return isinstance(one, Ref)


def _metadata(annotation: Any) -> Iterator[Any]:
    for inner in get_args(annotation):
        yield inner
        yield from _metadata(inner)


def _part(annotation: Any) -> type[Part] | None:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    found = (_part(inner) for inner in get_args(annotation))
    return next((part for part in found if part is not None), None)
