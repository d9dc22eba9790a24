"""The sidebar: every view that the person may open, by work area."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import current_app, request, url_for

from app.core.backoffice.todo import Count, counts
from app.core.translations import _l

#: The areas in their order. A view names one of them in `area`.
AREAS = (
    _l("Today"),
    _l("Sales"),
    _l("Artwork"),
    _l("Production"),
    _l("Inventory & shipping"),
    _l("Money"),
    _l("Settings"),
)


@dataclass
class Entry:
    """One link of the sidebar; `is_urgent` shows the count in red."""

    label: str
    url: str
    icon: str
    current: bool
    order: int
    count: int | None = None
    is_urgent: bool = False


@dataclass
class Group:
    """One area with its links."""

    title: str
    entries: list[Entry] = field(default_factory=list)


def sidebar() -> list[Group]:
    """Return the groups that have a link for the person of this request, in the areas' order."""
    admin = current_app.extensions.get("backoffice")
    if admin is None:
        return []
    waiting = counts()
    groups = {title: Group(title) for title in AREAS}
    for view in admin._views:
        area = getattr(view, "area", None)
        if area is None or not view.is_visible() or not view.is_accessible():
            continue
        groups.setdefault(area, Group(area)).entries.append(
            _entry(view, waiting.get(view.endpoint))
        )
    for group in groups.values():
        group.entries.sort(key=lambda entry: (entry.order, entry.label))
    return [group for group in groups.values() if group.entries]


@lru_cache(maxsize=512)
def _address(root: str, endpoint: str) -> str:
    return url_for(endpoint)


def _entry(view: Any, waiting: Count | None) -> Entry:
    return Entry(
        label=str(view.name),
        url=_address(request.script_root, f"{view.endpoint}.{view._default_view}"),
        icon=view.menu_icon,
        current=request.blueprint == view.endpoint,
        order=view.menu_order,
        count=waiting.number if waiting else None,
        is_urgent=waiting is not None and waiting.is_urgent,
    )
