"""Pages of the back office that are not lists of rows."""

from typing import Any

from flask_admin import AdminIndexView, BaseView

from app.core.backoffice.access import ANY_STAFF, Guarded
from app.core.translations import _l


class BackOfficeView(Guarded, BaseView):
    """A page of its own: name `permission_view`, expose ``/`` and render a template.

    Templates extend ``shell/backoffice.html`` (or ``shell/station.html``) and are given
    `admin_view`, `get_url` and whatever is passed to `render`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**self.title_and_address() | kwargs)


class BackOfficeIndex(Guarded, AdminIndexView):
    """The page under ``/admin/``; any signed-in member of staff may open it."""

    permission_view = ANY_STAFF
    area = _l("Today")
    menu_icon = "home"
    menu_order = 0
