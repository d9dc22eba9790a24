"""A customer's link: exchanged for a cookie, so that the token leaves the address bar at once."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from app.accounts.doors import cookie
from app.accounts.services.attempts import TooManyTries, begin_attempt
from app.accounts.services.links import LinkOver, find_link, open_link, request_link
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput, NotAllowed, Problem
from app.core.translations import _

blueprint = Blueprint("links", __name__)


@blueprint.after_request
def keep_to_ourselves(response: Response) -> Response:
    """The address has a token: no page that is opened from here may learn it."""
    # the origin alone: without any, forms under https could not show where they come from
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def actor_on(order_id: uuid.UUID) -> Actor:
    """Return this request's actor for one order: a customer with several links is named, and limited,
    by the link of that order. Raises NotAllowed for a customer without one."""
    actor: Actor = g.actor
    if actor.kind != "customer":
        return actor
    mine = [link for link in g.get("links", []) if link.order_id == order_id]
    if not mine:
        raise NotAllowed(
            _("This browser has no valid link to that order."),
            next_step=_("Open the link in our e-mail, or request a new one."),
        )
    return replace(actor, id=mine[-1].id, label=mine[-1].label, streams=frozenset({order_id}))


@blueprint.get("/t/<secret>", endpoint="open")
def open_(secret: str) -> Any:
    """Let the browser in to the link's order and go there. The link stays good: a GET uses up
    nothing."""
    try:
        link = open_link(secret)
    except LinkOver as over:
        db.session.rollback()
        return _over(over, known=over.link_id is not None)
    address = current_app.extensions["order_address"](link.order_id)
    response = make_response(redirect(address, 303))
    cookie.keep(response, link)
    db.session.commit()
    return response


@blueprint.post("/t/<secret>", endpoint="ask_again")
def ask_again(secret: str) -> Any:
    """Have a new link sent in the place of one that is over."""
    try:
        link_id: uuid.UUID | None = find_link(secret).id
    except LinkOver as over:
        link_id = over.link_id
    return _ask(link_id)


@blueprint.route("/link", methods=["GET", "POST"], endpoint="lost")
def lost() -> Any:
    """Have a new link sent to an order that the customer names by its number."""
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
