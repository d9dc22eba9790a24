"""The Flask-Admin instance in our own look: none of its styles, scripts or open doors."""

from types import ModuleType
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import BootstrapTheme

from app.core.backoffice.access import Guarded
from app.core.backoffice.menu import sidebar
from app.core.backoffice.view import BackOfficeIndex
from app.core.deliveries import reaction_label
from app.core.events.describe import describe
from app.core.translations import _l
from app.core.web.headers import csp_nonce

URL = "/admin"


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
