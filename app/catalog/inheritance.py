"""How properties come down the tree of families to a product, and which of them set each one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from pydantic import JsonValue, TypeAdapter, ValidationError

from app.catalog.properties import Properties
from app.catalog.properties.part import Part
from app.catalog.property_faults import faults_of
from app.core.errors import BadInput
from app.core.text_input import unprintable
from app.core.translations import _

#: The own properties of a family or a product: JSON in the shape of `Properties`, any part left out.
RawProperties = Mapping[str, JsonValue]
#: Faults of something that is not finished yet, as against something that can't be meant.
UNFINISHED = frozenset({"missing", "too_short", "value_error"})


def _parts_in(annotation: Any) -> list[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return [annotation]
    return [part for inner in get_args(annotation) for part in _parts_in(inner)]


def _is_keyed_list(annotation: Any) -> bool:
    return any("key" in part.model_fields for part in _parts_in(annotation)) and "list[" in str(
        annotation
    )


KEYED_LISTS = tuple(n for n, f in Properties.model_fields.items() if _is_keyed_list(f.annotation))
OBJECTS = tuple(
    name
    for name, info in Properties.model_fields.items()
    if name not in KEYED_LISTS and _parts_in(info.annotation)
)


@dataclass(frozen=True)
class Owner:
    """The family or product whose properties a layer holds."""

    kind: Literal["family", "product"]
    id: uuid.UUID | None = None
    name: str = ""


@dataclass(frozen=True)
class Layer:
    """The own properties of one owner. What comes first is inherited by what follows."""

    owner: Owner
    properties: RawProperties


@dataclass(frozen=True)
class Effective:
    """The properties with those inherited. `origin` maps each path (``price.setup_minor``,
    ``options.paper``) to the owner that set it; defaults are missing from it. `faults` says by path what
    is not finished: of a draft alone, and its faulty parts are left out of `properties`."""

    properties: Properties
    origin: dict[str, Owner]
    faults: dict[str, str] = field(default_factory=dict)


def inherit(layers: Sequence[Layer]) -> Effective:
    """Return what comes of the layers, from the top of the tree down.

    Objects merge field by field; lists of keyed parts merge by key, the lower layer's replacing the
    upper's in its place and new ones following; ``drop = ["options.foil"]`` takes a keyed part away from
    there down; everything else is replaced as a whole. Raises BadInput that names the path.
    """
    merged, origin = merge(layers)
    return Effective(parse(merged), origin)


def inherit_draft(layers: Sequence[Layer]) -> Effective:
    """Return what comes of the layers, without what is not finished or faulty: `faults` names that."""
    faults: dict[str, str] = {}
    try:
        merged, origin = merge(layers)
    except BadInput as fault:
        own = {key: value for key, value in layers[-1].properties.items() if key != "drop"}
        merged, origin = merge([*layers[:-1], Layer(layers[-1].owner, own)])
        faults["drop"] = fault.sentence
    try:
        return Effective(Properties.model_validate(merged), origin, faults)
    except ValidationError as problem:
        faults |= faults_of(problem, merged)
    whole = {}
    for name, value in merged.items():
        found, is_whole = _what_fits(name, value)
        if is_whole:
            whole[name] = found
    return Effective(Properties.model_construct(**whole), origin, faults)


Merged = tuple[dict[str, JsonValue], dict[str, Owner]]


def merge(layers: Sequence[Layer], onto: Merged | None = None) -> Merged:
    """Return the merged properties, unchecked, and path → owner. `onto` is what the layers above came to
    already; it is not changed. Raises BadInput for a wrong ``drop``."""
    merged: dict[str, Any] = dict(onto[0]) if onto else {}
    origin: dict[str, Owner] = dict(onto[1]) if onto else {}
    for layer in layers:
        owner, own = layer.owner, dict(layer.properties)
        dropped = _dropped(own.pop("drop", []))
        for name, value in own.items():
            if name in OBJECTS and isinstance(value, Mapping):
                merged[name] = {**(merged.get(name) or {}), **value}
                origin |= {f"{name}.{key}": owner for key in value}
            elif name in KEYED_LISTS and _is_keyed(value):
                parts = {part.get("key"): part for part in [*merged.get(name, []), *value]}  # type: ignore[union-attr,misc]
                merged[name] = list(parts.values())
                origin |= {f"{name}.{part.get('key')}": owner for part in value}  # type: ignore[union-attr]
            else:
                merged[name] = value
                origin = {p: w for p, w in origin.items() if not p.startswith(f"{name}.")}
                origin[name] = owner
        _take_away(dropped, merged, origin)
    return merged, origin


def _take_away(dropped: set[str], merged: dict[str, Any], origin: dict[str, Owner]) -> None:
    for path in sorted(dropped):
        name, _dot, key = path.partition(".")
        if name not in KEYED_LISTS or path not in origin:
            raise BadInput(
                _("There is no “%(path)s” to remove.", path=path), field="properties.drop"
            )
        merged[name] = [part for part in merged[name] if part.get("key") != key]
        del origin[path]


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(part, Mapping) and isinstance(part.get("key"), str) for part in value
    )


def _dropped(given: Any) -> set[str]:
    if not isinstance(given, list) or not all(isinstance(path, str) for path in given):
        raise BadInput(
            _("“drop” is a list of names, such as options.foil."), field="properties.drop"
        )
    return set(given)


@cache
def _type_of(name: str, *, of_one: bool = False) -> TypeAdapter[Any]:
    annotation: Any = Properties.model_fields[name].annotation
    return TypeAdapter(_parts_in(annotation)[0] if of_one else annotation)


def _what_fits(name: str, value: Any) -> tuple[Any, bool]:
    """Return what of one facet can be read, and whether anything can."""
    if name not in Properties.model_fields:
        return None, False
    try:
        if name not in KEYED_LISTS or not isinstance(value, list):
            return _type_of(name).validate_python(value), True
    except ValidationError:
        return None, False
    found = []
    for part in value:
        try:
            found.append(_type_of(name, of_one=True).validate_python(part))
        except ValidationError:
            continue
    return found, True


def check_letters(properties: RawProperties) -> None:
    """Raise BadInput, with the path, for a text that papers can't show."""
    for path, text in _texts(properties, "properties"):
        if fault := next(filter(None, map(unprintable, text.splitlines())), None):
            raise BadInput(fault, field=path)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Walk over every text of nested properties, with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from _texts(part, f"{path}.{place}")


def check_shape(properties: RawProperties) -> None:
    """Raise BadInput with every path that can't be meant: a misspelt name, a text for a number. What
    is only unfinished passes: a draft may hold it."""
    own = {key: value for key, value in properties.items() if key != "drop"}
    _dropped(properties.get("drop", []))
    try:
        Properties.model_validate(own)
    except ValidationError as problem:
        raise_faults(faults_of(problem, own, but=UNFINISHED))


def parse(properties: RawProperties) -> Properties:
    """Return `properties` checked and typed; raise BadInput with the first fault, `faults` by path."""
    try:
        return Properties.model_validate(dict(properties))
    except ValidationError as problem:
        raise_faults(faults_of(problem, properties))
        raise


def raise_faults(faults: Mapping[str, str]) -> None:
    """Raise BadInput with these faults, path → sentence, below the field ``properties``."""
    if faults:
        path, sentence = next(iter(faults.items()))
        by_field = {field_of(path): sentence for path, sentence in faults.items()}
        says = f"{path}: {sentence}" if path else sentence
        raise BadInput(says, field=field_of(path), faults=by_field)


def field_of(path: str) -> str:
    """Return the field of a fault at `path`; an empty path is that of the properties as a whole."""
    return f"properties.{path}" if path else "properties"
