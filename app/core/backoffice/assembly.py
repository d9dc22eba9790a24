"""The Flask-Admin instance in our own look: none of its styles, scripts or open doors."""

from functools import lru_cache
from types import ModuleType
from typing import Any, NamedTuple

from flask import Flask, current_app, request, url_for
from flask_admin import Admin
from flask_admin.theme import BootstrapTheme

from app.core.backoffice.access import BackOfficeIndex, Guarded
from app.core.backoffice.todo import Count, counts
from app.core.deliveries import reaction_label
from app.core.events.describe import describe
from app.core.translations import _l
from app.core.web.headers import csp_nonce

URL = "/admin"
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


class BackOffice(Admin):
    """An Admin that takes guarded views alone."""

    def add_view(self, view: Any) -> None:
        """Add `view`; raises TypeError unless it derives from BackOfficeView or -ModelView."""
        if not isinstance(view, Guarded):
            raise TypeError(f"{type(view).__name__} has no guard: derive it from BackOfficeView.")
        super().add_view(view)

    def add_views_of(self, module: ModuleType) -> None:
        """Add the views that `module` declares: one of each of its classes that names an `endpoint`."""
        for one in list(vars(module).values()):
            is_view = isinstance(one, type) and issubclass(one, Guarded)
            if is_view and one.endpoint and one.__module__ == module.__name__:
                self.add_view(one())


def make_admin(app: Flask, *, index_view: Any = None) -> BackOffice:
    """Return the back office of `app` under ``/admin``; add views with ``add_view``.

    `index_view` is the dashboard: an instance of a BackOfficeIndex. Without one an empty page of
    that kind stands there.
    """
    index = index_view or BackOfficeIndex(name=_l("Dashboard"), url=URL)
    if not isinstance(index, BackOfficeIndex):
        raise TypeError("The dashboard derives from BackOfficeIndex.")
    admin = BackOffice(
        app,
        name=_l("Makeready"),
        url=URL,
        index_view=index,
        theme=BootstrapTheme(folder="bootstrap4", base_template="shell/backoffice.html"),
        csp_nonce_generator=csp_nonce,
    )
    app.extensions["backoffice"] = admin
    app.jinja_env.globals["sidebar"] = sidebar
    app.jinja_env.filters.update(describe=describe, reaction_label=reaction_label)
    return admin


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
