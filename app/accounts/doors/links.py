"""A customer's link: exchanged for a cookie, so that the token leaves the address bar at once."""

import uuid
from typing import Any

from flask import Blueprint, Response, current_app, g, redirect, render_template, request, url_for

from app.accounts.doors import cookie
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.accounts.services.letters import TooManyLetters, count_letter
from app.accounts.services.links import LinkOver, find_link, open_link, request_link
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput, Problem

blueprint = Blueprint("links", __name__)


@blueprint.after_request
def hide_address(response: Response) -> Response:
    """Keep the address, which has a token, from the pages that are opened from here."""
    # the origin alone: without any, forms under https could not show where they come from
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def actor_on(order_id: uuid.UUID) -> Actor:
    """Return this request's actor; a customer with a link to the order as its holder, limited to it."""
    mine = [link for link in g.get("links", []) if link.order_id == order_id]
    actor: Actor = cookie.holder(mine) if mine else g.actor
    return actor


@blueprint.get("/t/<secret>", endpoint="open")
def open_(secret: str) -> Any:
    """Let the browser in to the link's order and go there. The link stays valid."""
    try:
        link = open_link(secret)
    except LinkOver as over:
        db.session.rollback()
        return _over(over, known=over.link_id is not None)
    address = current_app.extensions["order_address"](link.order_id)
    response = redirect(address, 303)
    cookie.keep(response, link)
    db.session.commit()
    return response


@blueprint.post("/t/<secret>", endpoint="ask_again")
def ask_again(secret: str) -> Any:
    """Request a new link in the place of one that is over."""
    try:
        link_id: uuid.UUID | None = find_link(secret).id
    except LinkOver as over:
        link_id = over.link_id
    return _ask(link_id)


@blueprint.route("/link", methods=["GET", "POST"], endpoint="lost")
def lost() -> Any:
    """Request a new link to an order by its number."""
    if request.method == "POST":
        return _ask(None)
    return render_template("accounts/link.html", problem=None, known=False, lost=True)


@blueprint.get("/link/sent", endpoint="sent")
def sent() -> Any:
    """The same answer, whether or not the address belongs to the order."""
    return render_template("accounts/link_sent.html")


def _ask(link_id: uuid.UUID | None) -> Any:
    email = request.form.get("email", "")
    order_ref = request.form.get("order_ref", "")
    attempt_id = begin_attempt("link", str(link_id or order_ref), ip=request.remote_addr or "")
    db.session.commit()
    try:
        request_link(attempt_id, email, actor=g.actor, link_id=link_id, order_ref=order_ref)
        count_letter(email, ip=request.remote_addr or "", cause=attempt_id)
    except TooManyLetters as fault:
        db.session.rollback()
        return _over(fault, known=link_id is not None, email=email, order_ref=order_ref)
    except (TooManyTries, BadInput) as fault:
        db.session.commit()
        return _over(fault, known=link_id is not None, email=email, order_ref=order_ref)
    db.session.commit()
    return redirect(url_for("links.sent"), 303)


def _over(problem: Problem, *, known: bool, email: str = "", order_ref: str = "") -> Any:
    page = render_template(
        "accounts/link.html",
        problem=problem,
        known=known,
        lost=False,
        email=email[:254],
        order_ref=order_ref[:40],
    )
    return page, problem.status
