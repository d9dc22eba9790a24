"""How a product inherits its family's properties, and which of the two set each one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue, ValidationError

from app.catalog.properties import Properties
from app.core.errors import BadInput
from app.core.text_input import unprintable
from app.core.translations import _

#: The own properties of a family or a product: JSON in the shape of `Properties`, any part left out.
Layer = Mapping[str, JsonValue]
OBJECTS = ("artwork", "price", "quantity", "ship", "wording")
KEYED_LISTS = ("options", "constraints", "personalisation", "materials", "route")


@dataclass(frozen=True)
class Effective:
    """The properties with those inherited. `origin` maps each path (``price.setup_minor``,
    ``options.paper``) to what set it: "product" or "family"; defaults are missing from it."""

    properties: Properties
    origin: dict[str, str]


def inherit_properties(family: Layer, product: Layer) -> Effective:
    """Merge the properties of a family and its product.

    Objects merge field by field; lists of keyed parts merge by key, the product's replacing the
    family's in its place and new ones following; ``drop = ["options.foil"]`` in the product takes a
    keyed part away; `gates` is replaced as a whole. Raises BadInput that names the path.
    """
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    above: dict[str, Any] = dict(family)
    own: dict[str, Any] = dict(product)
    dropped = _dropped(own.pop("drop", []))
    for layer, set_by in ((above, "family"), (own, "product")):
        for name, value in layer.items():
            if name in OBJECTS and isinstance(value, Mapping):
                merged[name] = {**(merged.get(name) or {}), **value}
                origin |= {f"{name}.{field}": set_by for field in value}
            elif name in KEYED_LISTS and _is_keyed(value):
                parts = {part.get("key"): part for part in [*merged.get(name, []), *value]}
                merged[name] = list(parts.values())
                origin |= {f"{name}.{part.get('key')}": set_by for part in value}
            else:
                merged[name] = value
                origin = {p: w for p, w in origin.items() if not p.startswith(f"{name}.")}
                origin[name] = set_by
    for path in sorted(dropped):
        name, _dot, key = path.partition(".")
        if name not in KEYED_LISTS or path not in origin:
            raise BadInput(
                _("There is no “%(path)s” to remove.", path=path), field="properties.drop"
            )
        merged[name] = [part for part in merged[name] if part.get("key") != key]
        del origin[path]
    return Effective(parse(merged), origin)


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


def check_letters(properties: Layer) -> None:
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


def parse(properties: Layer) -> Properties:
    """Return `properties` checked and typed; raise BadInput with the path of the first fault."""
    try:
        return Properties.model_validate(dict(properties))
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"]) or "properties"
        raise BadInput(f"{path}: {first['msg']}.", field=f"properties.{path}") from None
