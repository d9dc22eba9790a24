"""The page where the first owner of a shop comes in, by the link that was printed where it was started."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from app.accounts.doors import browser_cookie
from app.accounts.doors.identity import let_in
from app.accounts.doors.links import hide_address
from app.accounts.doors.sign_in import remember_theme
from app.accounts.models import Staff
from app.accounts.services import first_owner
from app.accounts.services.sessions import start_session
from app.core.db import db
from app.core.errors import BadInput, NotFound, Problem, WrongState
from app.core.translations import _
from app.core.web import PLACES

blueprint = Blueprint("first_owner", __name__, url_prefix="/admin")
FIELDS = ("name", "email", "password", "again")


blueprint.after_request(hide_address)


@blueprint.route("/set-up/<secret>", methods=["GET", "POST"], endpoint="page")
def page(secret: str) -> Any:
    """Show the form and leave the link as it is; with good answers add the owner, sign them in, and use it up."""
    problem: Problem | None = None
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        first_owner.find_setup_link(secret)
        if request.method == "POST":
            if typed["password"] != typed["again"]:
                raise BadInput(_("The two passwords differ."), field="again")
            person = first_owner.create_first_owner(
                secret, typed["email"], typed["name"], typed["password"]
            )
            return _enter(person)
    except (NotFound, WrongState) as over:
        db.session.rollback()
        return render_template("accounts/set_up_over.html", problem=over), over.status
    except BadInput as fault:
        db.session.rollback()
        problem = fault
    shown = {name: typed[name] for name in ("name", "email")}
    page = render_template("accounts/set_up.html", problem=problem, typed=shown)
    return page, problem.status if problem else 200


def _enter(person: Staff) -> Any:
    """Commit, sign the owner in in this browser, and lead to the set-up of the shop."""
    secret = browser_cookie.read_or_make()
    signed = start_session(
        person,
        ip=request.remote_addr or "",
        user_agent=request.user_agent.string,
        browser=secret,
    )
    db.session.commit()
    let_in(signed)
    flash(_("You're the owner of this shop now, and signed in."), "good")
    response = redirect(PLACES["set_up"], 303)
    browser_cookie.keep(response, secret)
    remember_theme(response, person)
    return response
