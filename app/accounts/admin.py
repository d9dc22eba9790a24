"""Staff and roles in the back office."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import g, session
from flask_admin import expose
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from app.accounts import verbs
from app.accounts.doors.account import zones
from app.accounts.matrix import ROLE_WORDS, ROLES, may, permission_label, permissions
from app.accounts.models import ApiToken, Staff
from app.accounts.services import sessions
from app.accounts.services.second_factor_rules import is_missing
from app.core.backoffice.access import ANY_STAFF, BackOfficeView, staff_or_refuse
from app.core.backoffice.cells import badge
from app.core.backoffice.columns import Column, yes_no_filter
from app.core.backoffice.listing import SavedView
from app.core.backoffice.model_view import BackOfficeModelView
from app.core.backoffice.row_verbs import RowVerbs
from app.core.clock import now
from app.core.events import timeline
from app.core.shop.region import region
from app.core.translations import _, _l
from app.core.web.formats import day

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


def _second_factor(person: Staff) -> Any:
    if person.second_factor_at is not None:
        return badge(_("On"), "good")
    if not is_missing(person):
        return _("Off")
    due_at = person.second_factor_due_at
    if due_at is None:
        return badge(_("Off, asked for at the next sign-in"), "waiting")
    if due_at <= now():
        return badge(_("Off, required"), "bad")
    return badge(_("Off, required from %(day)s", day=day(due_at)), "waiting")


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
        Column("second_factor", _l("Second factor"), "wide", show=_second_factor),
        Column("last_seen", phone="to-end said", show=_last_seen, ahead=_read_last_seen),
    )
    details = ("name", "email", "timezone", "second_factor", Column("created_at", _l("Added")))
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
    form_args = {"timezone": {"choices": zones, "default": lambda: region().timezone}}
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


DAYS = ((30, _l("30 days")), (90, _l("90 days")), (365, _l("1 year")), (730, _l("2 years")))


def _token_state(row: ApiToken) -> Any:
    if row.revoked_at is not None:
        return badge(_("Revoked"), "done")
    if row.expires_at <= now():
        return badge(_("Expired"), "done")
    if row.issued_by is not None and row.issued_by.is_disabled:
        return badge(_("Creator disabled"), "bad")
    return badge(_("Active"), "good")


def _scope_words(row: ApiToken) -> str:
    return ", ".join(permission_label(scope) for scope in row.scopes)


def _by_subject(keys: Iterable[str]) -> dict[str, list[str]]:
    """Return the permissions under what they are about, in the order of the matrix."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(ABOUT.get(key.split(".")[0], _("Other")), []).append(key)
    return groups


class ApiKeysView(RowVerbs, BackOfficeModelView):
    """The keys of other software: creating them, what they may do, when they were used, revoking them."""

    model = ApiToken
    name = _l("API keys")
    endpoint = "api_keys"
    permission_view = "integration.manage"
    permission_edit = "integration.manage"
    subject = verbs.API_TOKEN
    create_verb = verbs.issue_api_token
    area = _l("Settings")
    menu_icon = "key"
    menu_order = 45
    sentence = _l(
        "Keys that let other software use the API. A key stops working with whoever created it."
    )
    empty_title = _l("No API keys yet")
    empty_sentence = _l(
        "Create one for each program that uses the API, with the permissions that it needs."
    )
    exportable = False
    details_template = "accounts/api_key_details.html"
    create_template = "accounts/api_key_new.html"
    columns = (
        Column("label", _l("Name"), is_sortable=True),
        Column("state", phone="at-end", show=_token_state),
        Column("issued_by", _l("Created by"), show=lambda row: row.issued_by or _("Command line")),
        Column("created_at", _l("Created"), "skip-sm", is_sortable=True),
        Column("last_used_at", _l("Last used"), "said", lambda row: row.last_used_at or _("Never")),
        Column(
            "expires_at", _l("Expires"), "to-end said", lambda row: day(row.expires_at, year=True)
        ),
    )
    details = (
        "label",
        "state",
        Column("scopes", _l("Permissions"), show=_scope_words),
        "issued_by",
        "created_at",
        "last_used_at",
        "expires_at",
    )
    column_default_sort = ("created_at", True)
    column_searchable_list = ("label",)
    form_columns = ("label", "days", "scopes")
    form_extra_fields = {
        "label": StringField(
            _l("Name"),
            [InputRequired(_l("Enter the name of the program."))],
            description=_l("The program that uses it, such as “Web shop”."),
        ),
        "days": SelectField(
            _l("Expires after"), [InputRequired()], coerce=int, choices=DAYS, default=365
        ),
        "scopes": SelectMultipleField(_l("Permissions")),
    }

    @property
    def form_choices(self) -> dict[str, dict[str, str]]:  # type: ignore[override]
        """Return what the permissions are called, for the key's history."""
        return {"scopes": {key: permission_label(key) for key in permissions()}}

    @property
    def can_edit(self) -> bool:  # type: ignore[override]
        """Return False: a key is revoked, and another one is created."""
        return False

    def create_form(self, obj: Any = None) -> Any:
        """Return the form, with the permissions that the person has themselves."""
        form = super().create_form(obj)
        actor = staff_or_refuse()
        form.scopes.choices = [
            (key, permission_label(key)) for key in permissions() if actor.may(key)
        ]
        return form

    def groups_of(self, form: Any) -> dict[str, list[tuple[str, str]]]:
        """Return the form's permissions as (key, label), under what they are about."""
        words = dict(form.scopes.choices)
        return {
            about: [(key, words[key]) for key in keys] for about, keys in _by_subject(words).items()
        }

    def make(self, form: Any) -> Any:
        """Create the key; it is shown by the answer to this request, and never again."""
        row, g.new_api_key = super().make(form)
        return row

    def get_save_return_url(self, model: Any, is_created: bool = False) -> str:
        return self.row_url(model)

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """The form, and what it makes: the key itself, this once."""
        answer = super().create_view()
        if "new_api_key" not in g:
            return answer
        session.pop("_flashes", None)  # that it was saved says the page itself
        return self.render(
            "accounts/api_key_made.html",
            secret=g.new_api_key,
            return_url=self.get_url(".index_view"),
        )

    def details_context(self, row: ApiToken) -> dict[str, Any]:
        """Return what can be done with the key, and what happened to it."""
        return {"offers": self.offers(row)}


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
        groups = {
            about: [
                (key, permission_label(key), [may(role, key) for role in ROLES]) for key in keys
            ]
            for about, keys in _by_subject(permissions()).items()
        }
        return self.render("accounts/roles.html", groups=groups, roles=ROLE_WORDS.values())
