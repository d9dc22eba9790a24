"""The customer's verbs on the order itself: quote, question, cancellation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, url_for

from app.core.db import db
from app.core.errors import AlreadyDone, NotFound, Problem
from app.core.verbs import Verb, find_verb
from app.core.web.perform import perform
from app.orders.models import Order
from app.portal.orders import find, page_of
from app.portal.visitor import actor

log = structlog.get_logger(__name__)


def register(blueprint: Blueprint) -> None:
    """Add one address for all verbs of an order that customers have."""
    blueprint.post("/orders/<ref>/<verb>", endpoint="act")(act)


def act(ref: str, verb: str) -> Any:
    """Do the verb with the order and go back to its page."""
    entry = find_entry("order", verb)
    return carry_out(ref, lambda order: perform(entry, order, actor()), entry.done_for_customer)


def find_entry(kind: str, key: str) -> Verb[Any, Any, Any]:
    """Return the verb if customers have it; 404 otherwise."""
    try:
        found = find_verb(kind, key)
    except NotFound:
        abort(404)
    if "portal" not in found.entry:
        abort(404)
    return found


def carry_out(
    ref: str,
    verb: Callable[[Order], Any],
    done: str,
    again: Callable[[Order, Problem], str] | None = None,
) -> Any:
    """Run the verb and go back to the order. A problem is said on the page where it happened, which
    `again` draws (the order's own page without it); nothing is half done."""
    order = find(ref)
    try:
        verb(order)
        db.session.commit()
    except AlreadyDone as problem:
        db.session.rollback()
        log.info("portal.second_click", order=ref, why=problem.sentence)
        flash(str(problem), "info")
    except Problem as problem:
        db.session.rollback()
        log.info("portal.refused", order=ref, code=problem.code, why=problem.sentence)
        return (again or page_of)(find(ref), problem), problem.status
    else:
        flash(done, "good")
    return redirect(url_for("portal.order_status", ref=ref), 303)
