"""The sidebar: every view that the person may open, by work area."""

from functools import lru_cache
from typing import NamedTuple

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


class Entry(NamedTuple):
    """One link of the sidebar; `waiting` is the count beside it."""

    label: str
    url: str
    icon: str
    is_current: bool
    waiting: Count | None


class Group(NamedTuple):
    """One area with its links."""

    title: str
    entries: list[Entry]


def sidebar() -> list[Group]:
    """Return the areas in their order with the links that the person of this request may follow."""
    admin = current_app.extensions.get("backoffice")
    if admin is None:
        return []
    waiting, groups = counts(), {title: Group(title, []) for title in AREAS}
    shown = [view for view in admin._views if getattr(view, "area", None) and view.is_accessible()]
    for view in sorted(shown, key=lambda view: (view.menu_order, str(view.name))):
        entry = Entry(
            str(view.name),
            _address(request.script_root, f"{view.endpoint}.{view._default_view}"),
            view.menu_icon,
            request.blueprint == view.endpoint,
            waiting.get(view.endpoint),
        )
        groups.setdefault(view.area, Group(view.area, [])).entries.append(entry)
    return [group for group in groups.values() if group.entries]


@lru_cache(maxsize=512)
def _address(root: str, endpoint: str) -> str:
    return url_for(endpoint)
