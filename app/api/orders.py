"""Orders over REST: the list by key, and one order by its number."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, request
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.api import openapi
from app.api.door import caller
from app.api.shapes import Action, Line, OrderBrief, OrderFull, OrderPage, PageArgs
from app.core.actor import require
from app.core.db import db
from app.core.errors import BadInput, NotFound
from app.orders.models import PREFIX, Order
from app.orders.states import ORDER


def _json(shape: BaseModel) -> Response:
    return current_app.response_class(shape.model_dump_json(), mimetype="application/json")


def _brief(order: Order) -> dict[str, Any]:
    same = ("id", "state", "currency", "rush", "wanted_on", "promised_on")
    times = ("created_at", "placed_at", "ended_at")
    return {name: getattr(order, name) for name in (*same, *times)} | {
        "number": order.ref,
        "state_words": ORDER.word(order.state),
        "on_hold": bool(order.hold_reason),
        "customer": order.customer.name,
    }


def _page_args() -> PageArgs:
    try:
        return PageArgs.model_validate(request.args.to_dict())
    except ValidationError as problem:
        first = problem.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"“{field}” can't be used: {first['msg']}.", field=field) from None


def list_orders() -> Response:
    """Return one page of orders, the newest first. Takes order.view."""
    require(caller(), "order.view")
    args = _page_args()
    if args.state is not None and args.state not in ORDER.states:
        raise BadInput(f"There is no order state “{args.state}”.", field="state")
    query = select(Order).options(joinedload(Order.customer)).order_by(Order.id.desc())
    if args.state is not None:
        query = query.where(Order.state == args.state)
    if args.after is not None:
        query = query.where(Order.id < args.after)
    rows = list(db.session.scalars(query.limit(args.limit + 1)))
    page = rows[: args.limit]
    more = str(page[-1].id) if len(rows) > args.limit else None
    return _json(OrderPage(data=[OrderBrief(**_brief(row)) for row in page], next=more))


def one_order(number: str) -> Response:
    """Return one order by its number (``MR-10428``). Takes order.view."""
    actor = caller()
    require(actor, "order.view")
    digits = number.upper().removeprefix(PREFIX)
    if not digits.isascii() or not digits.isdigit() or len(digits) > 12:
        raise NotFound("There is no order with this number.")
    order = db.session.scalar(select(Order).where(Order.number == int(digits)))
    if order is None:
        raise NotFound("There is no order with this number.")
    quote = order.quotes[0] if order.quotes else None
    lines = [
        Line(
            id=line.id,
            position=line.position,
            sku=line.sku,
            product=line.product_name,
            quantity=line.quantity,
            configuration=line.configuration,
            price_minor=line.price_minor,
        )
        for line in order.lines
    ]
    moves = ORDER.allowed(order.state, actor, stream_id=order.id)
    return _json(
        OrderFull(
            **_brief(order),
            hold_reason=order.hold_reason,
            lines=lines,
            quote_version=quote.version if quote else None,
            total_minor=quote.total_minor if quote else None,
            allowed_actions=[
                Action(trigger=move.trigger, label=move.label, permission=move.permission)
                for move in moves
            ],
        )
    )


def describe() -> Response:
    """Return the OpenAPI 3.1 document. Needs no key."""
    return current_app.response_class(
        current_app.json.dumps(openapi.document()), mimetype="application/json"
    )


def register(blueprint: Blueprint) -> None:
    """Add the addresses of this file to the API, once a process."""
    if getattr(blueprint, "_got_registered_once", False):
        return
    blueprint.add_url_rule("/orders", "list_orders", list_orders)
    blueprint.add_url_rule("/orders/<number>", "one_order", one_order)
    blueprint.add_url_rule("/openapi.json", "describe", describe)
