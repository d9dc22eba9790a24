"""Staff and roles in the back office."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, request
from flask_admin import expose

from app.accounts.doors.account import zones
from app.accounts.matrix import ROLE_WORDS, ROLES, may, permission_label, permissions
from app.accounts.models import Staff
from app.accounts.services import resets, sessions, staff
from app.core.backoffice.access import ANY_STAFF
from app.core.backoffice.view import BackOfficeView
from app.core.db import db, get
from app.core.errors import BadInput, Problem, WrongState
from app.core.events import timeline
from app.core.settings import current

ABOUT = {
    "order": "Orders",
    "quote": "Orders",
    "payment": "Orders",
    "artwork": "Artwork and proofs",
    "proof": "Artwork and proofs",
    "job": "Making",
    "stock": "Stock",
    "shipment": "Sending",
    "message": "Messages",
    "event": "What happened",
    "deadletter": "What happened",
    "staff": "Staff",
    "catalog": "Catalogue",
    "customer": "Customers",
    "report": "Figures and exports",
    "export": "Figures and exports",
    "integration": "Integrations",
}


class StaffView(BackOfficeView):
    """Everybody of the shop: taking on, roles, sessions, disabling."""

    permission_view = "staff.manage"
    area = "Settings"
    menu_icon = "people"
    menu_order = 10

    @expose("/")
    def index(self) -> Any:
        """Everybody, those who were disabled in a view of their own."""
        gone = request.args.get("disabled") == "1"
        everybody = staff.all_staff()
        shown = [person for person in everybody if person.is_disabled == gone]
        return self.render(
            "accounts/staff_list.html",
            people=shown,
            gone=gone,
            working_count=sum(not person.is_disabled for person in everybody),
            disabled_count=sum(person.is_disabled for person in everybody),
            last_seen=sessions.last_seen(person.id for person in shown),
        )

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> Any:
        """Take on a person, who gets a link to choose a password."""
        problem: Problem | None = None
        given = request.form
        if request.method == "POST":
            try:
                person = staff.create_staff(
                    given.get("email", ""),
                    given.get("name", ""),
                    given.getlist("roles"),
                    actor=self.need("staff.manage"),
                    timezone=given.get("timezone"),
                )
            except (BadInput, WrongState) as fault:
                db.session.rollback()
                problem = fault
            else:
                name, email = person.name, person.email
                db.session.commit()
                flash(f"{name} is taken on. A link to choose a password goes to {email}.", "good")
                return redirect(self.get_url(".index"), 303)
        page = self.render(
            "accounts/staff_new.html",
            problem=problem,
            given=given,
            chosen=given.getlist("roles"),
            roles=ROLE_WORDS,
            zone_options=[(zone, zone.replace("_", " ")) for zone in zones()],
            default_zone=current().timezone,
        )
        return page, problem.status if problem else 200

    @expose("/<uuid:staff_id>")
    def details(self, staff_id: uuid.UUID) -> Any:
        """One person: roles, where they are signed in, what happened."""
        return self._page(get(Staff, staff_id))

    def _page(self, person: Staff, problem: Problem | None = None) -> Any:
        page = self.render(
            "accounts/staff_details.html",
            person=person,
            problem=problem,
            roles=ROLE_WORDS,
            sessions=sessions.open_sessions(person.id),
            events=timeline(person.id, limit=30),
        )
        return page, problem.status if problem else 200

    @expose("/<uuid:staff_id>/roles", methods=["POST"])
    def change_roles(self, staff_id: uuid.UUID) -> Any:
        """Give the person the roles that are ticked."""
        wanted = request.form.getlist("roles")
        return self._do(
            staff_id,
            "The roles are changed. They hold from the next click on.",
            lambda actor, version: staff.change_roles(
                staff_id, wanted, actor=actor, version=version
            ),
        )

    @expose("/<uuid:staff_id>/disable", methods=["POST"])
    def disable(self, staff_id: uuid.UUID) -> Any:
        """Let the person in no more."""
        return self._do(
            staff_id,
            "Disabled, and signed out everywhere.",
            lambda actor, version: staff.disable_staff(staff_id, actor=actor, version=version),
        )

    @expose("/<uuid:staff_id>/enable", methods=["POST"])
    def enable(self, staff_id: uuid.UUID) -> Any:
        """Let the person in again."""
        return self._do(
            staff_id,
            "Enabled again, with the same roles.",
            lambda actor, version: staff.enable_staff(staff_id, actor=actor, version=version),
        )

    @expose("/<uuid:staff_id>/password-link", methods=["POST"])
    def password_link(self, staff_id: uuid.UUID) -> Any:
        """Send the person a link to choose a password."""
        return self._do(
            staff_id,
            "A link to choose a password is on its way.",
            lambda actor, version: resets.offer_reset(staff_id, actor=actor),
        )

    @expose("/<uuid:staff_id>/sessions/<uuid:session_id>/end", methods=["POST"])
    def end_session(self, staff_id: uuid.UUID, session_id: uuid.UUID) -> Any:
        """Sign the person out in one browser."""
        return self._do(
            staff_id,
            "That browser is signed out.",
            lambda actor, version: sessions.revoke_session(session_id, actor=actor),
        )

    def _do(self, staff_id: uuid.UUID, done: str, verb: Any) -> Any:
        actor = self.need("staff.manage")
        text = request.form.get("version_id", "")
        version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
        try:
            verb(actor, version)
        except Problem as problem:
            db.session.rollback()
            return self._page(get(Staff, staff_id), problem)
        db.session.commit()
        flash(done, "good")
        return redirect(self.get_url(".details", staff_id=staff_id), 303)


class RolesView(BackOfficeView):
    """Which role may do what. Everybody of the shop may look."""

    permission_view = ANY_STAFF
    area = "Settings"
    menu_icon = "key"
    menu_order = 11

    @expose("/")
    def index(self) -> Any:
        """The matrix, grouped by what it is about."""
        groups: dict[str, list[tuple[str, str, list[bool]]]] = {}
        for permission in permissions():
            about = ABOUT.get(permission.split(".")[0], "Everything else")
            row = (
                permission,
                permission_label(permission),
                [may(role, permission) for role in ROLES],
            )
            groups.setdefault(about, []).append(row)
        return self.render(
            "accounts/roles.html", groups=groups, roles=[ROLE_WORDS[role] for role in ROLES]
        )


def views() -> list[BackOfficeView]:
    """Return the pages of this room for the back office."""
    return [
        StaffView(name="Staff", endpoint="staff", url="staff"),
        RolesView(name="Roles", endpoint="roles", url="roles"),
    ]
