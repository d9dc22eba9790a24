"""How somebody signs in: their second factor, recovery codes, and the PIN and badge for stations; passkeys
are added in a module of their own. Each change is made with the current password."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import segno
from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from markupsafe import Markup

from app.accounts import verbs
from app.accounts.browser_names import browser
from app.accounts.doors import browser_cookie
from app.accounts.services import passkey_proof, passkeys, second_factor, staff
from app.accounts.services.attempts import begin_attempt
from app.accounts.services.second_factor_rules import is_missing, is_required
from app.core.backoffice.row_verbs import perform_or_tell
from app.core.db import db
from app.core.errors import Problem
from app.core.idempotency import FIELD, Replayed, use_key
from app.core.outbound.credentials import decrypt_text, encrypt_text
from app.core.translations import _l

blueprint = Blueprint("security", __name__, url_prefix="/admin/account/sign-in")
PENDING = "pending_authenticator"
WITH_CODES = {
    verbs.add_authenticator.key,
    verbs.add_passkey.key,
    verbs.create_recovery_codes.key,
}
CODES_SHOWN = _l("If you didn't see the recovery codes, create new ones.")


@blueprint.get("", endpoint="page")
def show(problem: Problem | None = None, form: str = "", codes: list[str] | None = None) -> Any:
    """The page; `problem` is what was wrong with its form `form`, `codes` are shown this once."""
    secret = decrypt_text(session[PENDING]) if PENDING in session else ""
    page = render_template(
        "accounts/security.html",
        person=g.staff,
        is_required=is_required(g.staff),
        has_app=second_factor.has_authenticator(g.staff.id),
        passkeys=passkeys.passkeys_of(g.staff.id),
        obstacle=passkey_proof.obstacle(),
        device=browser(request.user_agent.string),
        codes_left=second_factor.codes_left(g.staff.id),
        secret=secret,
        qr=_drawn(second_factor.address_of(g.staff, secret)) if secret else "",
        codes=codes,
        problem=problem,
        form=form,
    )
    return page, problem.status if problem else 200


def due() -> datetime | None:
    """Return by when the person of this request has to set up a second factor; None where they needn't,
    have done so, or are on the page that does it."""
    person = g.get("staff")
    is_here = request.endpoint is not None and request.endpoint.startswith("security.")
    return person.second_factor_due_at if person and is_missing(person) and not is_here else None


def _drawn(address: str) -> Markup:
    # of our own making, and escaped by segno
    svg = segno.make(address, error="m").svg_inline(scale=5, border=3, light="#fff", dark="#000")
    return Markup(svg)  # nosec B704


@blueprint.post("/begin", endpoint="begin")
def begin() -> Any:
    """Make a secret for an authenticator app; nothing counts until a code proves that it works."""
    session[PENDING] = encrypt_text(second_factor.new_secret())
    return redirect(url_for("security.page"), 303)


@blueprint.post("/cancel", endpoint="cancel")
def cancel() -> Any:
    """Forget the authenticator app that was not set up in the end."""
    session.pop(PENDING, None)
    return redirect(url_for("security.page"), 303)


def prove_password() -> None:
    """Make sure that the form's current password is right; commits, as the try counts. Raises BadInput
    with field ``current``, or TooManyTries."""
    attempt_id = begin_attempt(
        "password", g.staff.email, ip=request.remote_addr or "", browser=browser_cookie.read()
    )
    db.session.commit()
    try:
        staff.prove_password(attempt_id, request.form.get("current", ""), actor=g.actor)
    except Problem:
        db.session.commit()
        raise
    db.session.commit()


def proved(form: str, key: str, change: Callable[[], Any]) -> Any:
    """Do `change`, the verb called `key`, for whoever knows the current password, once for each form that was
    shown; return the page with the problem otherwise."""
    try:
        prove_password()
    except Problem as fault:
        return show(fault, form)
    return once(form, key, change)


def once(form: str, key: str, change: Callable[[], Any]) -> Any:
    """Do `change`, the verb called `key`, once for each form that was shown; return the page with the problem
    where there is one."""
    try:
        use_key(request.form.get(FIELD, ""), key, g.actor)
        return change()
    except Replayed as again:
        db.session.rollback()
        flash(f"{again} {CODES_SHOWN}" if key in WITH_CODES else str(again), "info")
        return redirect(url_for("security.page"), 303)
    except Problem as fault:
        db.session.rollback()
        return show(fault, form)


def done(verb: Any) -> Any:
    """Commit, and lead back to the page, which says what was done."""
    db.session.commit()
    flash(verb.done, "good")
    return redirect(url_for("security.page"), 303)


@blueprint.post("/authenticator", endpoint="add")
def add() -> Any:
    """Keep the authenticator app; the answer shows the recovery codes."""

    def change() -> Any:
        secret = decrypt_text(session[PENDING]) if PENDING in session else ""
        if not secret:
            return redirect(url_for("security.page"), 303)
        code = request.form.get("code", "")
        codes = verbs.add_authenticator(g.staff.id, secret, code, actor=g.actor)
        db.session.commit()
        del session[PENDING]
        return show(codes=codes)

    return proved("authenticator", verbs.add_authenticator.key, change)


@blueprint.post("/codes", endpoint="codes")
def new_codes() -> Any:
    """Replace the recovery codes; the answer shows the new ones."""

    def change() -> Any:
        codes = verbs.create_recovery_codes(g.staff.id, actor=g.actor)
        db.session.commit()
        return show(codes=codes)

    return proved("codes", verbs.create_recovery_codes.key, change)


@blueprint.post("/remove", endpoint="remove")
def remove() -> Any:
    """Remove the authenticator app."""

    def change() -> Any:
        verbs.remove_authenticator(g.staff.id, actor=g.actor)
        return done(verbs.remove_authenticator)

    return proved("remove", verbs.remove_authenticator.key, change)


@blueprint.post("/station", endpoint="station")
def station() -> Any:
    """Save the PIN or the badge for stations, whichever was entered."""

    pin, badge = request.form.get("pin", "").strip(), request.form.get("badge", "").strip()
    verb = verbs.set_badge if badge else verbs.set_pin

    def change() -> Any:
        if badge:
            verbs.set_badge(g.staff.id, badge, actor=g.actor)
        if pin or not badge:
            verbs.set_pin(g.staff.id, pin, actor=g.actor)
        return done(verb)

    return proved("station", verb.key, change)


@blueprint.post("/station/remove", endpoint="remove_station")
def remove_station() -> Any:
    """Remove the PIN and the badge."""
    _row, problem = perform_or_tell(verbs.remove_station_access, g.staff)
    if problem is not None:
        return show(problem)
    return redirect(url_for("security.page"), 303)
