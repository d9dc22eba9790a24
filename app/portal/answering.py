"""The customer's answers about the order itself: quote, question, cancellation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from flask import Blueprint, abort, flash, redirect, request, url_for

from app.core.db import db
from app.core.errors import AlreadyDone, Problem
from app.orders import services as orders
from app.orders.models import Order
from app.portal.orders import find, page_of
from app.portal.visitor import actor
from app.production import queries as production

log = structlog.get_logger(__name__)


def register(blueprint: Blueprint) -> None:
    """Add the answers' addresses."""
    blueprint.post("/orders/<ref>/quote/accept", endpoint="accept_quote")(accept)
    blueprint.post("/orders/<ref>/quote/reject", endpoint="reject_quote")(reject)
    blueprint.post("/orders/<ref>/answer", endpoint="answer_question")(answer)
    blueprint.post("/orders/<ref>/cancel", endpoint="cancel_order")(cancel)


def version() -> int:
    """Return the quote version that the form was shown for; 404 for nonsense."""
    text = request.form.get("quote_version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        abort(404)
    return int(text)


def accept(ref: str) -> Any:
    """Place the order at the prices of the quote that was shown."""
    name = request.form.get("typed_name", "")
    return carry_out(
        ref,
        lambda order: orders.accept_quote(order.id, version(), name, actor=actor()),
        "Thank you. Your order is placed.",
    )


def reject(ref: str) -> Any:
    """Say no to the quote that was shown."""
    note = request.form.get("note", "")
    return carry_out(
        ref,
        lambda order: orders.reject_quote(order.id, version(), note, actor=actor()),
        "We noted your answer. Nothing is made.",
    )


def answer(ref: str) -> Any:
    """Answer the shop's question."""
    words = request.form.get("answer", "")
    return carry_out(
        ref,
        lambda order: orders.answer_question(order.id, words, actor=actor()),
        "Your answer is with us. We go on with your price.",
    )


def cancel(ref: str) -> Any:
    """Cancel before it is released to be made; after that the customer asks."""
    reason = request.form.get("reason", "")
    return carry_out(
        ref,
        lambda order: orders.cancel(
            order.id,
            reason,
            actor=actor(),
            work_started=production.work_started(order.id),
            released=production.is_released(order.id),
        ),
        "The order is cancelled. Nothing is made.",
    )


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
