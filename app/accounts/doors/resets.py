"""Requesting a link to choose a new password, and choosing it."""

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for

from app.accounts.doors.links import hide_address
from app.accounts.services import resets
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.core.db import db
from app.core.errors import BadInput, NotFound, Problem, WrongState
from app.core.translations import _, _l

blueprint = Blueprint("resets", __name__, url_prefix="/admin")
ANSWER = _l(
    "If a staff member has this address, we've sent an e-mail with a link. The link expires in one hour."
)


blueprint.after_request(hide_address)


@blueprint.route("/forgotten", methods=["GET", "POST"], endpoint="forgotten")
def ask() -> Any:
    """Take an address; the answer is the same whether or not somebody has it."""
    if request.method == "GET":
        return render_template("accounts/forgotten.html", problem=None)
    email = request.form.get("email", "")
    attempt_id = begin_attempt("reset", email, ip=request.remote_addr or "")
    db.session.commit()
    try:
        resets.request_reset(attempt_id, email, actor=g.actor)
    except TooManyTries as problem:
        db.session.commit()
        return render_template("accounts/forgotten.html", problem=problem), problem.status
    db.session.commit()
    flash(ANSWER, "info")
    return redirect(url_for("sign_in.sign_in"), 303)


@blueprint.route("/choose-password/<secret>", methods=["GET", "POST"], endpoint="choose_password")
def choose(secret: str) -> Any:
    """Show the form and leave the link as it is; with a good password, use the link up."""
    problem: Problem | None = None
    name = ""
    try:
        name = resets.find_reset(secret).staff.name
        if request.method == "POST":
            password = request.form.get("password", "")
            if password != request.form.get("again", ""):
                raise BadInput(_("The two passwords differ."), field="again")
            resets.reset_password(secret, password)
            db.session.commit()
            flash(_("Your password is changed. Sign in with the new one."), "good")
            return redirect(url_for("sign_in.sign_in"), 303)
    except (NotFound, WrongState) as over:
        db.session.rollback()
        return render_template("accounts/reset_over.html", problem=over), over.status
    except BadInput as fault:
        db.session.rollback()
        problem = fault
    page = render_template("accounts/choose_password.html", problem=problem, name=name)
    return page, problem.status if problem else 200
