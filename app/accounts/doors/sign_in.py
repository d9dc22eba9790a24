"""The sign-in page of the back office."""

import time
import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.accounts.doors import browser_cookie
from app.accounts.doors.identity import SIGNED_OUT, let_in, let_out, own_address
from app.accounts.models import Staff
from app.accounts.services import first_owner, passkey_proof, passkeys
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.accounts.services.second_factor import WrongCode, has_authenticator, sign_in_with_code
from app.accounts.services.sessions import (
    SecondFactorNeeded,
    SignedIn,
    WrongSignIn,
    sign_in,
    sign_out,
)
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import AlreadyDone, Problem
from app.core.ids import hash_token
from app.core.settings import current
from app.core.translations import _

blueprint = Blueprint("sign_in", __name__, url_prefix="/admin")
YEAR_S = 31_536_000
PENDING, PENDING_S = "pending_sign_in", 600


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def page() -> Any:
    """Show the form; with a right address and password, begin a new session."""
    wanted = request.values.get("next")
    if request.method == "GET":
        if current_user.is_authenticated and not current_user.session.is_at_station:
            return redirect(own_address(wanted), 303)
        return form(wanted)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    secret, user_agent = browser_cookie.read_or_make(), request.user_agent.string
    address = request.remote_addr or ""
    attempt_id = begin_attempt("password", email, ip=address, browser=secret)
    db.session.commit()
    try:
        signed = sign_in(
            attempt_id, email, password, actor=SIGNED_OUT, user_agent=user_agent, browser=secret
        )
    except (WrongSignIn, TooManyTries) as problem:
        db.session.commit()  # the try counts, and is in the log
        return form(wanted, email=email[:254], problem=problem)
    except SecondFactorNeeded as needed:
        db.session.commit()
        session[PENDING] = _pending(needed.person)
        return redirect(url_for("sign_in.second_factor", next=own_address(wanted, "")), 303)
    return enter(signed, wanted, secret)


def enter(signed: SignedIn, wanted: str | None, secret: str) -> Any:
    """Commit the new session, let this browser have it, and lead to the page that was wanted."""
    end_former()
    db.session.commit()
    let_in(signed)
    response = redirect(own_address(wanted), 303)
    browser_cookie.keep(response, secret)
    remember_theme(response, signed.staff)
    return response


def _pending(person: Staff) -> dict[str, Any]:
    """Return what the browser's session keeps between the two steps; another password voids it."""
    return {"id": str(person.id), "at": int(time.time()), "of": _mark(person)}


def _mark(person: Staff) -> str:
    return hash_token(f"{person.password_hash}{person.second_factor_at}")[:16]


@blueprint.route("/sign-in/code", methods=["GET", "POST"], endpoint="second_factor")
def second_step() -> Any:
    """Show the form for the code of the second factor; with a right one, begin a new session."""
    wanted, person = request.values.get("next"), pending_person()
    if person is None:
        return redirect(url_for("sign_in.sign_in", next=own_address(wanted, "")), 303)
    if request.method == "GET":
        return code_form(person, wanted)
    secret, address = browser_cookie.read_or_make(), request.remote_addr or ""
    attempt_id = begin_attempt("factor", person.email, ip=address, browser=secret)
    db.session.commit()
    user_agent = request.user_agent.string
    try:
        signed = sign_in_with_code(
            attempt_id, person.id, request.form.get("code", ""), actor=SIGNED_OUT,
            user_agent=user_agent, browser=secret,
        )  # fmt: skip
    except (WrongCode, TooManyTries) as problem:
        db.session.commit()  # the try counts, and is in the log
        return code_form(person, wanted, problem)
    return enter(signed, wanted, secret)


def pending_person() -> Staff | None:
    """Return who has proved their password in this browser, and is to prove a second factor now."""
    pending = session.get(PENDING) or {}
    person = db.session.get(Staff, uuid.UUID(pending["id"])) if pending else None
    is_fresh = person is not None and int(pending["at"]) > time.time() - PENDING_S
    return person if person and is_fresh and pending["of"] == _mark(person) else None


def code_form(person: Staff, wanted: str | None, problem: Problem | None = None) -> Any:
    """Return the page of the second step, with what the person has to prove it with."""
    has_passkey = bool(passkeys.passkeys_of(person.id)) and not passkey_proof.obstacle()
    page = render_template(
        "accounts/second_factor.html",
        next=own_address(wanted, ""),
        has_passkey=has_passkey,
        has_app=has_authenticator(person.id),
        problem=problem,
    )
    return page, problem.status if problem else 200


def form(wanted: str | None, *, email: str = "", problem: Problem | None = None) -> Any:
    """Return the sign-in page; `problem` is why the last try didn't sign in."""
    page = render_template(
        "accounts/sign_in.html",
        next=own_address(wanted, ""),
        email=email,
        has_no_owner=not first_owner.has_staff(),
        takes_passkeys=not passkey_proof.obstacle(),
        problem=problem,
    )
    return page, problem.status if problem else 200


def end_former() -> None:
    """End the session that this browser had, if any: a browser has one person at a time."""
    if current_user.is_authenticated:
        row = current_user.session
        try:
            sign_out(row.id, actor=Actor("staff", row.staff_id, row.staff.name, "backoffice"))
        except AlreadyDone:
            return


@blueprint.post("/sign-out", endpoint="sign_out")
def leave() -> Any:
    """End the session; a second click finds it ended and says the same."""
    end_former()
    db.session.commit()
    let_out()
    flash(_("You're signed out."), "info")
    back = own_address(request.form.get("next"), "")
    return redirect(url_for("sign_in.sign_in", next=back or None), 303)


def remember_theme(response: Response, person: Staff) -> None:
    """Let this browser show the person's theme before the first paint; the page's script reads and
    writes the same cookie."""
    response.set_cookie(
        "theme",
        person.theme,
        max_age=YEAR_S,
        path="/",
        secure=current().secure_cookies,
        samesite="Lax",
    )
