"""Orders over REST: the list by key, and one order by its number."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.api.endpoints import SHAPES, Endpoint, actions
from app.api.shapes import Line, OrderBrief, OrderFull, OrderPage, PageArgs, TaxShare
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import BadInput
from app.core.translations import _
from app.orders.models import Order
from app.orders.progress import Quantities, stage_of
from app.orders.states import ORDER, PLACED
from app.orders.verbs import VIEW, find_order
from app.reports.order_progress import order_quantities


def _brief(order: Order, made: Quantities, shape: type[OrderBrief] = OrderBrief) -> dict[str, Any]:
    same = [name for name in shape.model_fields if name in Order.__mapper__.columns]
    return {name: getattr(order, name) for name in same} | {
        "number": order.ref,
        "version": order.version_id,
        "state_label": ORDER.word(order.state),
        "progress": stage_of(order.state, made).key,
        "on_hold": bool(order.hold_reason),
        "customer": order.customer.name,
    }


def list_orders(actor: Actor, args: PageArgs) -> OrderPage:
    """Return one page of orders, the newest first."""
    if args.state is not None and args.state not in ORDER.states:
        raise BadInput(_("There is no order state “%(state)s”.", state=args.state), field="state")
    query = select(Order).options(joinedload(Order.customer)).order_by(Order.id.desc())
    if args.state is not None:
        query = query.where(Order.state == args.state)
    if args.after is not None:
        query = query.where(Order.id < args.after)
    rows = list(db.session.scalars(query.limit(args.limit + 1)))
    page = rows[: args.limit]
    more = str(page[-1].id) if len(rows) > args.limit else None
    made = order_quantities(row.id for row in page if row.state in PLACED)
    data = [OrderBrief(**_brief(row, made.get(row.id, Quantities()))) for row in page]
    return OrderPage(data=data, next=more)


def get_order(actor: Actor, args: None, ref: str) -> OrderFull:
    """Return one order by its number (``MR-10428``). Raises NotFound."""
    return whole_order(find_order(ref), actor)


def whole_order(order: Order, actor: Actor) -> OrderFull:
    """Return the order with its lines, its newest total and what `actor` may do with it."""
    quote = order.quotes[0] if order.quotes else None
    return OrderFull(
        **_brief(order, order_quantities([order.id])[order.id], OrderFull),
        delivery=order.delivery,
        lines=[Line.model_validate(line) for line in order.lines],
        quote_version=quote.version if quote else None,
        net_minor=quote.net_minor if quote else None,
        tax_minor=quote.tax_minor if quote else None,
        total_minor=quote.total_minor if quote else None,
        taxes=[TaxShare.model_validate(row.model_dump(exclude={"kind"})) for row in quote.tax_rows]
        if quote
        else [],
        allowed_actions=actions("order", order, actor),
    )


SHAPES["order"] = (OrderFull, whole_order)
ENDPOINTS = (
    Endpoint(
        "GET", "/orders", "list_orders", "List orders, the newest first",
        list_orders, OrderPage, PageArgs, VIEW,
    ),
    Endpoint(
        "GET", "/orders/{ref}", "get_order", "Get one order by its number",
        get_order, OrderFull, permission=VIEW,
    ),
)  # fmt: skip
