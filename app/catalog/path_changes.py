"""A change of own properties as what is set where, so that it can be made later beside other changes."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from app.catalog.inheritance import KEYED_LISTS, OBJECTS, RawProperties
from app.core.errors import BadInput
from app.core.translations import _


class PathChange(BaseModel):
    """What stands at one path (``price.setup_minor``, ``options.paper``) before and after; None: nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    before: JsonValue = None
    after: JsonValue = None


def changes_between(before: RawProperties, after: RawProperties) -> list[PathChange]:
    """Return what leads from one state of own properties to the other, path by path."""
    was, now = _by_path(before), _by_path(after)
    return [
        PathChange(path=path, before=was.get(path), after=now.get(path))
        for path in dict.fromkeys([*now, *was])
        if was.get(path) != now.get(path)
    ]


def apply_changes(own: RawProperties, changes: Sequence[PathChange]) -> dict[str, JsonValue]:
    """Return own properties with the changes made. Raises BadInput that names the first path at which
    something else stands by now than when the change was noted."""
    found = _by_path(own)
    for change in changes:
        if found.get(change.path) != change.before:
            raise BadInput(
                _("“%(path)s” was changed since this was scheduled.", path=change.path),
                field=f"properties.{change.path}",
            )
        found[change.path] = change.after
    return of_paths(found)


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


def of_paths(found: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return own properties of path → value; what is None is left out."""
    own: dict[str, Any] = {}
    for path, value in found.items():
        name, _dot, key = path.partition(".")
        if value is None:
            continue
        if not key:
            own[name] = value
        elif name in KEYED_LISTS:
            own.setdefault(name, []).append(value)
        else:
            own.setdefault(name, {})[key] = value
    return own
