"""Who may open a view: nobody, unless the view names a permission and the person has it."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Response, abort, redirect, request
from flask_admin import AdminIndexView, BaseView

from app.core.actor import Actor, not_allowed
from app.core.errors import NotAllowed
from app.core.translations import _, _l
from app.core.web import PLACES
from app.core.web.live import actor as person_of_request
from app.core.web.problems import wants_json

ANY_STAFF = "any-staff"
"""For `permission_view`: whoever is signed in as staff, whatever the role."""


def staff() -> Actor | None:
    """Return the signed-in member of staff of this request, else None."""
    person = person_of_request()
    return person if person is not None and person.kind == "staff" else None


def staff_or_refuse() -> Actor:
    """Return the signed-in member of staff; raise NotAllowed without one."""
    person = staff()
    if person is None:
        raise NotAllowed(_("This page is for staff of the shop."), next_step=_("Sign in first."))
    return person


def to_sign_in() -> Any:
    """Return the answer to somebody who is not signed in: the sign-in page, and back here after."""
    if wants_json():
        abort(401)
    back = request.full_path.rstrip("?") if request.method in {"GET", "HEAD"} else PLACES["home"]
    if request.headers.get("HX-Request"):
        # a part of a page was asked for: the way back is to the page that shows it
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        back = f"{page.path or PLACES['home']}{'?' + page.query if page.query else ''}"
    target = f"{PLACES['sign_in']}?{urlencode({'next': back}, safe='/?')}"
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    return redirect(target, 303)


class Guarded:
    """Mixed into every view of the back office.

    `name` is its title; it stands at ``/admin/PATH``, by default its `endpoint` with hyphens; a list
    names its `model`. `permission_view` opens it (ANY_STAFF: for all signed-in staff); None keeps it shut. The rest
    places it in the sidebar: `area` (a group's title), `menu_icon` (a name of app/static/icons.json),
    `menu_order` within the area. The count beside it comes from the rooms' to-dos.
    """

    name: Any = ""
    endpoint: Any = ""
    path: str = ""
    permission_view: str | None = None

    area: str | None = None
    menu_icon: str = "list"
    menu_order: int = 50

    @classmethod
    def title_and_address(cls) -> dict[str, Any]:
        """Return the declared title and address as Flask-Admin takes them; empty where none is declared."""
        path = cls.path or cls.endpoint.replace("_", "-")
        found = {"name": cls.name, "endpoint": cls.endpoint, "url": f"/admin/{path}"}
        return found if path else {}

    def may(self, permission: str | None) -> bool:
        """Return whether the person of this request is staff and has `permission`."""
        person = staff()
        if person is None or permission is None:
            return False
        return permission == ANY_STAFF or person.may(permission)

    def need(self, permission: str | None) -> Actor:
        """Return the person of this request; raise NotAllowed unless they have `permission`."""
        if not self.may(permission):
            raise not_allowed(permission)
        return staff_or_refuse()

    def is_accessible(self) -> bool:
        """Return whether the person of this request may open the view at all."""
        return self.may(self.permission_view)

    def is_action_allowed(self, name: str) -> bool:
        """Return False: what is done to ticked rows are verbs alone, see `RowVerbs`."""
        return False

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Send who is not signed in to the sign-in page; refuse the others with a sentence."""
        if staff() is None:
            return to_sign_in()
        raise not_allowed(self.permission_view, _("You don't have permission to view this page."))

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        # the inherited one takes any TypeError for an old signature and runs the view twice
        return fn(self, *args, **kwargs)


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
