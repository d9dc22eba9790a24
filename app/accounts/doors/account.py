"""One's own account: name, time zone, theme, password, and where one is signed in."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_login import current_user

from app.accounts import verbs
from app.accounts.doors import browser_cookie
from app.accounts.doors.identity import let_in, let_out
from app.accounts.doors.sign_in import remember_theme
from app.accounts.models import THEMES
from app.accounts.services import browsers, sessions, staff
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.core.backoffice.row_verbs import perform_or_tell
from app.core.db import db
from app.core.errors import BadInput, Problem
from app.core.translations import _

blueprint = Blueprint("accounts", __name__, url_prefix="/admin/account")


@cache
def zones() -> list[tuple[str, str]]:
    """Return (name, words) of the world's time zones, as ``Area/Place``, sorted; UTC is the first."""
    skipped = ("Etc/", "SystemV/", "US/", "posix/", "right/")
    named = [zone for zone in available_timezones() if "/" in zone and not zone.startswith(skipped)]
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *sorted(named))]


@blueprint.get("", endpoint="account")
def show(problem: Problem | None = None, form: str = "") -> Any:
    """The page; `problem` is what was wrong with its form `form`."""
    page = render_template(
        "accounts/account.html",
        person=g.staff,
        zone_options=zones(),
        themes=THEMES,
        sessions=sessions.open_sessions(g.staff.id),
        this_session=current_user.session.id,
        problem=problem,
        form=form,
    )
    return page, problem.status if problem else 200


@blueprint.post("/profile", endpoint="save_profile")
def save_profile() -> Any:
    """Save name, time zone and theme."""
    person, problem = perform_or_tell(verbs.change_profile, g.staff)
    if problem is not None:
        return show(problem, "profile")
    response = redirect(url_for("accounts.account"), 303)
    remember_theme(response, person or g.staff)
    return response


@blueprint.post("/password", endpoint="change_password")
def change_password() -> Any:
    """Set a new password; every session ends, and this browser gets a new one."""
    address, form = request.remote_addr or "", request.form
    password = form.get("password", "")
    if password != form.get("again", ""):
        return show(BadInput(_("The two passwords differ."), field="again"), "password")
    attempt_id = begin_attempt("password", g.staff.email, ip=address, browser=browser_cookie.read())
    db.session.commit()
    try:
        person = staff.change_own_password(
            attempt_id, form.get("current", ""), password, actor=g.actor
        )
    except (BadInput, TooManyTries) as fault:
        db.session.commit()  # the try counts
        return show(fault, "password")
    secret = browser_cookie.read()
    browsers.remember_browser(person.id, secret)
    user_agent = request.user_agent.string
    signed = sessions.start_session(person, ip=address, user_agent=user_agent, browser=secret)
    db.session.commit()
    let_in(signed)
    flash(_("Your password is changed. You were signed out everywhere else."), "good")
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/end-session", endpoint="end_session")
def end_session() -> Any:
    """Sign out one of one's own browsers."""
    is_this = request.form.get("session_id") == str(current_user.session.id)
    _done, problem = perform_or_tell(verbs.end_session, g.staff)
    if problem is not None:
        raise problem
    if is_this:
        let_out(_("You're signed out."))
        return redirect(url_for("sign_in.sign_in"), 303)
    return redirect(url_for("accounts.account"), 303)


@blueprint.post("/end-other-sessions", endpoint="end_others")
def end_others() -> Any:
    """Sign out every browser of one's own but this."""
    for row in sorted(sessions.open_sessions(g.staff.id), key=lambda one: one.id):
        if row.id != current_user.session.id:
            verbs.end_session(g.staff.id, row.id, actor=g.actor)
    db.session.commit()
    flash(_("You're signed out everywhere else."), "good")
    return redirect(url_for("accounts.account"), 303)
