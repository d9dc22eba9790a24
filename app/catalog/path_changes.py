"""A change of own properties as what is set where, so that it can be made later beside other changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from app.catalog.inheritance import KEYED_LISTS, OBJECTS, RawProperties
from app.core.errors import BadInput
from app.core.translations import _


class PathChange(BaseModel):
    """What is at one path (``price.setup_minor``, ``options.paper``) before and after: a list of the one
    value, empty where nothing does. A value may be null: it overrides an inherited one with nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    before: list[JsonValue] = []
    after: list[JsonValue] = []


def changes_between(before: RawProperties, after: RawProperties) -> list[PathChange]:
    """Return what leads from one state of own properties to the other, path by path."""
    was, now = _by_path(before), _by_path(after)
    return [
        PathChange(path=path, before=_at(was, path), after=_at(now, path))
        for path in dict.fromkeys([*now, *was])
        if _at(was, path) != _at(now, path)
    ]


def apply_changes(own: RawProperties, changes: Sequence[PathChange]) -> dict[str, JsonValue]:
    """Return own properties with the changes made. Raises BadInput that names the first path at which
    something else is there by now than when the change was noted."""
    found = _by_path(own)
    for change in changes:
        if _at(found, change.path) != change.before:
            raise BadInput(
                _("“%(path)s” was changed since this was scheduled.", path=change.path),
                field=f"properties.{change.path}",
            )
    return with_paths(own, {change.path: change.after for change in changes})


def with_paths(
    own: RawProperties, values: Mapping[str, Sequence[JsonValue]]
) -> dict[str, JsonValue]:
    """Return own properties with what is at some paths replaced; an empty list takes it away."""
    found = _by_path(own)
    for path, value in values.items():
        if value:
            found[path] = value[0]
        else:
            found.pop(path, None)
    return _of_paths(found)


def _at(found: Mapping[str, JsonValue], path: str) -> list[JsonValue]:
    return [found[path]] if path in found else []


def _by_path(own: RawProperties) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    for name, value in own.items():
        if name in OBJECTS and isinstance(value, Mapping):
            found |= {f"{name}.{key}": inner for key, inner in value.items()}
        elif name in KEYED_LISTS and isinstance(value, list):
            found |= {f"{name}.{_key(part)}": part for part in value}
        else:
            found[name] = value
    return found


def _key(part: Any) -> str:
    return str(part.get("key")) if isinstance(part, Mapping) else ""


def _of_paths(found: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    own: dict[str, Any] = {}
    for path, value in found.items():
        name, _dot, key = path.partition(".")
        if not key:
            own[name] = value
        elif name in KEYED_LISTS:
            own.setdefault(name, []).append(value)
        else:
            own.setdefault(name, {})[key] = value
    return own
