"""Staff and roles in the back office."""

from collections.abc import Sequence
from typing import Any

from flask import g
from flask_admin import expose
from wtforms import SelectField, SelectMultipleField

from app.accounts import verbs
from app.accounts.doors.account import zones
from app.accounts.matrix import ROLE_WORDS, ROLES, may, permission_label, permissions
from app.accounts.models import Staff
from app.accounts.services import sessions
from app.core.backoffice.access import ANY_STAFF, BackOfficeView
from app.core.backoffice.cells import badge
from app.core.backoffice.columns import Column, yes_no_filter
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.events import timeline
from app.core.settings import current
from app.core.translations import _, _l

ABOUT = {
    "order": _l("Orders"),
    "quote": _l("Orders"),
    "payment": _l("Orders"),
    "artwork": _l("Artwork and proofs"),
    "proof": _l("Artwork and proofs"),
    "job": _l("Production"),
    "stock": _l("Inventory"),
    "shipment": _l("Shipping"),
    "message": _l("Messages"),
    "event": _l("Event log"),
    "deadletter": _l("Event log"),
    "staff": _l("Staff"),
    "catalog": _l("Products"),
    "customer": _l("Customers"),
    "report": _l("Reports and exports"),
    "export": _l("Reports and exports"),
    "integration": _l("Integrations"),
}


def _read_last_seen(rows: Sequence[Staff]) -> None:
    g.last_seen = sessions.last_seen(row.id for row in rows)


def _last_seen(person: Staff) -> Any:
    if person.is_disabled:
        return badge(_("Disabled"), "done")
    if person.id in g.last_seen:
        return g.last_seen[person.id]
    return _("Never") if person.password_hash else badge(_("No password yet"), "waiting")


class StaffView(RowVerbs, BackOfficeModelView):
    """Everybody of the shop: adding people, their roles and sessions, disabling them."""

    model = Staff
    name = _l("Staff")
    endpoint = "staff"
    permission_view = "staff.manage"
    permission_edit = "staff.manage"
    subject = verbs.STAFF
    create_verb = verbs.create_staff
    area = _l("Settings")
    menu_icon = "people"
    menu_order = 10
    sentence = _l("Staff members and their roles.")
    exportable = False
    can_edit = False
    details_template = "accounts/staff_details.html"
    create_template = "accounts/staff_new.html"
    columns = (
        Column("name", is_sortable=True),
        Column("email", _l("E-mail address"), "at-body", is_sortable=True),
        Column("roles", phone="", show=lambda row: row.role_words),
        Column("last_seen", phone="to-end said", show=_last_seen, ahead=_read_last_seen),
    )
    details = ("name", "email", "timezone", Column("created_at", _l("Added")))
    column_default_sort = ("name", False)
    column_searchable_list = ("name", "email")
    column_filters = (
        yes_no_filter(Staff.disabled_at, _l("Disabled"), Staff.disabled_at.is_not(None)),
    )
    saved_views = (
        SavedView(_l("Active"), {"flt0_disabled_equals": "0"}),
        SavedView(_l("Disabled"), {"flt0_disabled_equals": "1"}),
    )
    form_columns = ("name", "email", "timezone", "roles")
    form_overrides = {"timezone": SelectField}
    form_args = {"timezone": {"choices": zones, "default": lambda: current().timezone}}
    form_extra_fields = {"roles": SelectMultipleField(choices=[*ROLE_WORDS.items()])}
    form_choices = {"roles": ROLE_WORDS}

    def details_context(self, row: Staff) -> dict[str, Any]:
        """Return the person's roles and sessions, what happened, and what can be done."""
        return {
            "offers": self.offers(row),
            "roles": ROLE_WORDS,
            "sessions": sessions.open_sessions(row.id),
            "events": timeline(row.id, limit=30),
        }


class RolesView(BackOfficeView):
    """Which role may do what. Everybody of the shop may look."""

    name = _l("Roles")
    endpoint = "roles"
    permission_view = ANY_STAFF
    area = _l("Settings")
    menu_icon = "key"
    menu_order = 11

    @expose("/")
    def index(self) -> Any:
        """The matrix, grouped by what it is about."""
        groups: dict[str, list[tuple[str, str, list[bool]]]] = {}
        for key in permissions():
            about = ABOUT.get(key.split(".")[0], "Other")
            row = (key, permission_label(key), [may(role, key) for role in ROLES])
            groups.setdefault(about, []).append(row)
        return self.render("accounts/roles.html", groups=groups, roles=ROLE_WORDS.values())
