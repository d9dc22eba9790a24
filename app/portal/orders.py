"""The page of one order as its customer sees it, and the customer's verbs on it."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import structlog
from flask import (
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import select

from app.accounts.doors.links import actor_on
from app.core.backoffice.row_verbs import offered_verb
from app.core.db import db, get
from app.core.errors import NotFound, Problem
from app.core.idempotency import Replayed
from app.core.verbs import Verb
from app.core.web.perform import perform
from app.core.web.problems import log_refusal, wants_json
from app.files.models import Upload
from app.orders.models import Order
from app.orders.request_form import Form, delivery_form
from app.orders.verbs import find_order, set_delivery
from app.portal import actor, blueprint, owner_key, repeats
from app.portal.status import status_of

log = structlog.get_logger(__name__)


def address(order_id: uuid.UUID) -> str:
    """Return where a customer sees the order."""
    return url_for("portal.order_status", ref=get(Order, order_id).ref)


def find(ref: str) -> Order:
    """Return the order `ref` if this browser holds a link to it or is signed in for its customer. From then
    on the order is among the streams of the request's actor.

    In every other case the answer is 404 with the form that sends a new link, alike for an order that
    there is, one that there is not, and one whose link has expired.
    """
    person = actor()
    try:
        order = find_order(ref)
    except NotFound:
        log_refusal("order.unknown", order=ref[:40])
        _offer_link(ref)
    if not (person.streams or person.customers) or not person.may(
        "order.view", stream_id=order.id, customer_id=order.customer_id
    ):
        log_refusal("order.foreign", order=order.ref)
        _offer_link(ref)
    g.actor = actor_on(order.id).on_order(order.id, order.customer_id)
    return order


def _offer_link(ref: str) -> NoReturn:
    """Answer with the page that sends a new link; with bare words where a script asks for a part."""
    if wants_json() or "HX-Request" in request.headers:
        abort(404)
    page = render_template("accounts/link.html", problem=None, known=False, lost=False,
                           order_ref=ref[:40], action=url_for("links.lost"), is_shut=True)  # fmt: skip
    abort(make_response(page, 404))


@blueprint.get("/orders/<ref>", endpoint="order_status")
def page(ref: str) -> str:
    """The order: what needs the customer, where every line is, parcels, history. For a browser that sent its
    request and holds no link yet: what it sent, and that the link is in the e-mail."""
    return _received(ref) or page_of(find(ref))


def _received(ref: str) -> str | None:
    """Return the page of a request that this browser sent, None where it may see the order itself, or sent
    none. It holds nothing of the contact, whose address anybody can enter, and nothing that came later."""
    try:
        order = find_order(ref)
    except NotFound:
        return None
    person = actor()
    if not repeats.is_from_here(order) or person.may(
        "order.view", stream_id=order.id, customer_id=order.customer_id
    ):
        return None
    query = select(Upload.file_name).where(Upload.stream_id == order.id)
    files = db.session.scalars(query.where(Upload.owner_key == owner_key()).order_by(Upload.id))
    return render_template("portal/received.html", order=order, files=list(files))


@blueprint.get("/orders/<ref>/live", endpoint="order_live")
def live(ref: str) -> str:
    """The part of the page that changes, fetched again whenever something happened."""
    return page_of(find(ref), template="portal/order_live.html")


def page_of(
    order: Order,
    problem: Problem | None = None,
    *,
    slot_id: uuid.UUID | None = None,
    template: str = "portal/order.html",
) -> str:
    """Return the order's page; with `problem` beside the field it is about and what was typed kept.

    `slot_id` says in which upload box the problem arose.
    """
    delivery, refused = delivery_of(order, problem)
    return render_template(
        template,
        order=order,
        delivery_form=delivery,
        delivery_refused=refused,
        status=status_of(order),
        link_until=_link_until(order),
        problem=problem,
        problem_slot=slot_id,
        typed=request.form if problem else {},
    )


def delivery_of(order: Order, problem: Problem | None) -> tuple[Form | None, str]:
    """Return the form of where the order goes, None where it can't be set (any more), and why in words."""
    if set_delivery.misfit(order) or not set_delivery.is_permitted(order, actor()):
        return None, ""
    if why := set_delivery.refusal(order, actor()):
        return None, str(why)
    is_about_it = problem is not None and (problem.field or "").startswith(("delivery", "ship."))
    return delivery_form(order, request.form, problem if is_about_it else None), ""


def _link_until(order: Order) -> datetime | None:
    """Return until when this browser may see the order: the longest of its links."""
    mine = [link.expires_at for link in g.get("links", []) if link.order_id == order.id]
    return max(mine, default=None)


@blueprint.post("/orders/<ref>/<verb>")
def act(ref: str, verb: str) -> Any:
    """Do the verb with the order and go back to its page."""
    return do(offered_verb("order", verb, "portal"), find(ref), ref, page_of)


def do(
    verb: Verb[Any, Any, Any],
    record: Any,
    ref: str,
    show: Callable[[Order, Problem], str],
    **more: Any,
) -> Any:
    """Do the verb with the request's form and go back to the order `ref`; `more` as `perform` has it.

    A problem is said on the page that `show(order, problem)` returns.
    """
    try:
        perform(verb, record, actor(), **more)
    except Replayed as problem:
        log.info("portal.second_click", order=ref, why=problem.sentence)
        flash(str(problem), "info")
    except Problem as problem:
        log.info("portal.refused", order=ref, code=problem.code, why=problem.sentence)
        return show(find(ref), problem), problem.status
    else:
        flash(verb.done_customer or verb.done, "good")
    return redirect(url_for("portal.order_status", ref=ref), 303)
