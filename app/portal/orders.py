"""The page of one order, as its customer sees it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from sqlalchemy import select

from app.core.db import db, get
from app.core.errors import Problem
from app.orders.models import PREFIX, Order
from app.portal.status import status_of
from app.portal.visitor import actor


def register(blueprint: Blueprint) -> None:
    """Add the order's page and its live part."""
    blueprint.get("/orders/<ref>", endpoint="order_status")(page)
    blueprint.get("/orders/<ref>/live", endpoint="order_live")(live)


def address(order_id: uuid.UUID) -> str:
    """Return where a customer sees the order."""
    return url_for("portal.order_status", ref=get(Order, order_id).ref)


def find(ref: str) -> Order:
    """Return the order `ref` if this browser holds a link to it or is signed in for its customer; 404 in
    every other case. From then on the order is among the streams of the request's actor."""
    number = ref.removeprefix(PREFIX)
    if not number.isascii() or not number.isdigit() or len(number) > 15:
        abort(404)
    order = db.session.scalar(select(Order).where(Order.number == int(number)))
    person = actor()
    if order is None or not (person.streams or person.customers):
        abort(404)
    if not person.may("order.view", stream_id=order.id, customer_id=order.customer_id):
        abort(404)
    g.actor = person.on_order(order.id, order.customer_id)
    return order


def page(ref: str) -> Any:
    """The order: what needs the customer, where every line is, parcels, what happened."""
    return page_of(find(ref))


def page_of(
    order: Order, problem: Problem | None = None, *, slot_id: uuid.UUID | None = None
) -> str:
    """Return the order's page; with `problem` beside the field it is about and what was typed kept.

    `slot_id` says in which upload box the problem arose.
    """
    return render_template(
        "portal/order.html",
        order=order,
        status=status_of(order),
        link_until=_link_until(order),
        problem=problem,
        problem_slot=slot_id,
        typed=request.form if problem else {},
    )


def live(ref: str) -> Any:
    """The part of the page that changes, fetched again whenever something happened."""
    order = find(ref)
    return render_template(
        "portal/order_live.html",
        order=order,
        status=status_of(order),
        link_until=_link_until(order),
        problem=None,
        problem_slot=None,
        typed={},
    )


def _link_until(order: Order) -> datetime | None:
    """Return until when this browser may see the order: the longest of its links."""
    mine = [link.expires_at for link in g.get("links", []) if link.order_id == order.id]
    return max(mine, default=None)
