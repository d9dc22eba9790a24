"""What differs between two states of a family or product, in words that people read: “Set-up: £25.00 → £29.00”."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from app.catalog.inheritance import KEYED_LISTS, Layer, RawProperties, inherit_draft
from app.catalog.models import Product, ProductFamily
from app.catalog.path_changes import PathChange, with_paths
from app.catalog.product_summary import sections
from app.catalog.services.reading import layers_of
from app.catalog.states import PRODUCT
from app.core.db import db
from app.core.translations import _, _l

COLUMNS = {
    "name": _l("Name"),
    "summary": _l("Summary"),
    "sku": "SKU",
    "slug": _l("Address"),
    "state": _l("State"),
    "family_id": _l("Family"),
    "parent_id": _l("Parent family"),
    "active": _l("Active"),
}


class Line(NamedTuple):
    """One thing that differs: its label, what was, what is; empty where nothing was or is."""

    label: str
    before: str
    after: str


def difference(
    layers: Sequence[Layer], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Line]:
    """Return what differs between the recorded columns of a family or product. `layers` are its own and
    those above it as they are now: they say what options and currencies are called."""
    lines = []
    for name in before.keys() | after.keys():
        if name != "properties" and before.get(name) != after.get(name):
            texts = (_column(name, side.get(name)) for side in (before, after))
            lines.append(Line(str(COLUMNS.get(name, name)), *texts))
    lines.sort(key=lambda line: line.label)
    return lines + property_lines(layers, _raw(before), _raw(after))


def property_lines(
    layers: Sequence[Layer], before: RawProperties, after: RawProperties
) -> list[Line]:
    """Return what differs between two states of the own properties of the last of `layers`, in the order
    of their page."""
    was, now = _rows(layers, before), _rows(layers, after)
    lines = []
    for path in dict.fromkeys([*now, *was]):
        (label, old), (_label, new) = was.get(path, ("", "")), now.get(path, ("", ""))
        if old != new:
            lines.append(Line(_label or label, *_apart(path, old, new)))
    for path in sorted(_dropped(after) ^ _dropped(before)):
        part = inherited_label(layers, path)
        is_gone = path in _dropped(after)
        lines.append(Line(part, "" if is_gone else _("removed"), _("removed") if is_gone else ""))
    return lines


def inherited_label(layers: Sequence[Layer], path: str) -> str:
    """Return what the inherited part at `path` is called."""
    above = inherit_draft(layers[:-1]) if len(layers) > 1 else None
    for rows in sections(above.properties, above.origin).values() if above else ():
        for row in rows:
            if row.path == path:
                return row.label
    return path


def family_names(ids: Iterable[str]) -> dict[str, str]:
    """Return id → name for the families that there are."""
    rows = db.session.query(ProductFamily).filter(ProductFamily.id.in_(map(uuid.UUID, ids)))
    return {str(row.id): row.name for row in rows}


def _column(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name in ("family_id", "parent_id"):
        return family_names([value]).get(value, _("a deleted family"))
    if name == "state":
        return PRODUCT.word(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)


def _raw(side: Mapping[str, Any]) -> RawProperties:
    found = side.get("properties")
    return found if isinstance(found, dict) else {}


def _rows(layers: Sequence[Layer], own: RawProperties) -> dict[str, tuple[str, str]]:
    owner = layers[-1].owner
    kept = {name: value for name, value in own.items() if name != "drop"}
    found = inherit_draft([*layers[:-1], Layer(owner, kept)])
    rows = (row for rows in sections(found.properties, found.origin).values() for row in rows)
    return {row.path: (row.label, row.value) for row in rows if row.owner == owner}


def _dropped(own: RawProperties) -> set[str]:
    found = own.get("drop")
    return {str(one) for one in found} if isinstance(found, list) else set()


def _apart(path: str, old: str, new: str) -> tuple[str, str]:
    """Return the pieces in which two lists differ: what they begin and end with alike is left out."""
    if not old or not new or path.partition(".")[0] not in KEYED_LISTS:
        return old, new
    was, now = old.split(", "), new.split(", ")
    first = _alike(was, now)
    last = _alike(was[first:][::-1], now[first:][::-1])
    return ", ".join(was[first : len(was) - last]), ", ".join(now[first : len(now) - last])


def _alike(was: Sequence[str], now: Sequence[str]) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(was, now, strict=False))))


def title_of(row: Product | ProductFamily) -> str:
    """Return what a sentence calls the row."""
    return row.name if isinstance(row, Product) else _("Family “%(name)s”", name=row.name)


def difference_of_change(row: Product | ProductFamily, changes: Sequence[PathChange]) -> list[Line]:
    """Return what a noted change of the row's own properties changes, from what it was noted for."""
    own = row.properties  # beside which the changed values are whole
    before = with_paths(own, {change.path: change.before for change in changes})
    after = with_paths(own, {change.path: change.after for change in changes})
    return property_lines(layers_of(row), before, after)
