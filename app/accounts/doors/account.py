"""One's own account: name, time zone, theme, password, and where one is signed in."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask_login import current_user

from app.accounts.doors.identity import let_in, let_out
from app.accounts.doors.sign_in import remember_theme
from app.accounts.services import sessions, staff
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.core.db import db
from app.core.errors import BadInput, Problem

blueprint = Blueprint("accounts", __name__, url_prefix="/admin/account")


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Return the names of the world's time zones, as ``Area/Place``, sorted."""
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    named = [zone for zone in available_timezones() if "/" in zone and not zone.startswith(skipped)]
    return ("UTC", *sorted(named))


@blueprint.get("", endpoint="account")
def show(problem: Problem | None = None, form: str = "") -> Any:
    """The page; `problem` is what was wrong with its form `form`."""
    page = render_template(
        "accounts/account.html",
        person=g.staff,
        zone_options=[(zone, zone.replace("_", " ")) for zone in zones()],
        sessions=sessions.open_sessions(g.staff.id),
        this_session=current_user.session.id,
        problem=problem,
        form=form,
    )
    return page, problem.status if problem else 200


@blueprint.post("/profile", endpoint="save_profile")
def save_profile() -> Any:
    """Keep name, time zone and theme."""
    given = {key: request.form[key] for key in ("name", "timezone", "theme") if key in request.form}
    try:
        person = staff.change_profile(g.staff.id, actor=g.actor, **given)
    except BadInput as fault:
        db.session.rollback()
        return show(fault, "profile")
    db.session.commit()
    flash("Saved.", "good")
    response = make_response(redirect(url_for("accounts.account"), 303))
    remember_theme(response, person)
    return response


@blueprint.post("/password", endpoint="change_password")
def change_password() -> Any:
    """Set a new password; every session ends, and this browser gets a new one."""
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return show(BadInput("The two passwords differ.", field="again"), "password")
    attempt_id = begin_attempt("password", g.staff.email, ip=request.remote_addr or "")
    db.session.commit()
    try:
        person = staff.change_own_password(
            attempt_id, request.form.get("current", ""), password, actor=g.actor
        )
    except (BadInput, TooManyTries) as fault:
        db.session.commit()
        return show(fault, "password")
    signed = sessions.start_session(
        person, ip=request.remote_addr or "", user_agent=request.user_agent.string
    )
    db.session.commit()
    let_in(signed)
    flash("Your new password is set. You were signed out everywhere else.", "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/sessions/<uuid:session_id>/end", endpoint="end_session")
def end_session(session_id: uuid.UUID) -> Any:
    """Sign out one of one's own browsers."""
    sessions.revoke_session(session_id, actor=g.actor)
    own = session_id == current_user.session.id
    db.session.commit()
    if own:
        let_out("You are signed out.")
        return redirect(url_for("sign_in.sign_in"), 303)
    flash("That browser is signed out.", "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/sessions/end-others", endpoint="end_others")
def end_others() -> Any:
    """Sign out every browser of one's own but this."""
    others = [
        row for row in sessions.open_sessions(g.staff.id) if row.id != current_user.session.id
    ]
    for row in sorted(others, key=lambda one: one.id):
        sessions.revoke_session(row.id, actor=g.actor)
    db.session.commit()
    flash("You are signed out everywhere else.", "good")
    return redirect(url_for("accounts.account"), 303)
