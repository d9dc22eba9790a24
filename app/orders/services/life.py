"""Holding, resuming, declining, cancelling and closing an order."""

from __future__ import annotations

import uuid

from app.core.actor import Actor, require
from app.core.clock import now
from app.core.errors import AlreadyDone, BadInput, WrongState
from app.core.events import record
from app.orders import locks
from app.orders.models import Order
from app.orders.services.quoting import end_quote, newest_quote
from app.orders.states import OPEN, ORDER


def _reason(text: str, sentence: str) -> str:
    if not text.strip():
        raise BadInput(sentence, field="reason")
    return text.strip()[:500]


def hold(
    order_id: uuid.UUID, reason: str, *, actor: Actor, seen_version: int | None = None
) -> Order:
    """Put the order on hold with a reason; its state stays beneath. Locks the order."""
    order = locks.order(order_id, seen_version=seen_version, done=lambda row: bool(row.hold_reason))
    require(actor, "order.hold", stream_id=order.id)
    if order.hold_reason:
        raise AlreadyDone(f"The order is on hold already: {order.hold_reason}")
    if order.state not in OPEN:
        raise WrongState(f"The order is {ORDER.word(order.state).lower()}; it can't be held.")
    order.hold_reason = _reason(reason, "Say why the order is held and what resumes it.")
    after = {"hold_reason": order.hold_reason}
    record(
        "order.held", order, actor, stream_id=order.id, before={"hold_reason": None}, after=after
    )
    return order


def resume(order_id: uuid.UUID, *, actor: Actor, seen_version: int | None = None) -> Order:
    """Take the hold off. Locks the order."""
    order = locks.order(order_id, seen_version=seen_version, done=lambda row: not row.hold_reason)
    require(actor, "order.hold", stream_id=order.id)
    if not order.hold_reason:
        raise AlreadyDone("The order is not on hold. Nothing was changed.")
    before = {"hold_reason": order.hold_reason}
    order.hold_reason = None
    record(
        "order.resumed",
        order,
        actor,
        stream_id=order.id,
        before=before,
        after=dict.fromkeys(before),
    )
    return order


def decline(
    order_id: uuid.UUID, reason: str, *, actor: Actor, seen_version: int | None = None
) -> Order:
    """Tell the customer that the shop can't make this, and why. Locks the order."""
    order = locks.order(
        order_id, seen_version=seen_version, done=lambda row: row.state == "declined"
    )
    require(actor, "order.decline", stream_id=order.id)
    words = _reason(reason, "Say why we can't make this; the customer reads it.")
    change = ORDER.fire(order, "decline")
    order.reason, order.ended_at = words, now()
    record("order.declined", order, actor, stream_id=order.id, data={"reason": words}, **change)
    return order


def cancel(
    order_id: uuid.UUID,
    reason: str,
    *,
    actor: Actor,
    work_started: bool,
    released: bool = False,
    seen_version: int | None = None,
) -> Order:
    """Cancel before production has begun; reservations and jobs follow by the event.

    `work_started` and `released` are handed down by the door, which knows the jobs. Once a step was
    started it is refused, because what is made already must be decided on by a person; once a job is
    released to be made, the customer asks and the shop cancels. Locks the order.
    """
    order = locks.order(
        order_id, seen_version=seen_version, done=lambda row: row.state == "cancelled"
    )
    require(actor, "order.cancel", stream_id=order.id)
    words = _reason(reason, "Say why the order is cancelled.")
    if actor.kind == "customer" and (released or work_started) and order.state == "placed":
        raise WrongState(
            "Your order is being made, or about to be, so it can't be cancelled here any more.",
            next_step="Answer any of our e-mails: a person tells you what can still be stopped.",
        )
    if work_started and order.state == "placed":
        raise WrongState(
            "Pieces of this order are being made or are made already.",
            next_step="Hold the order and settle with the customer what is done with them.",
        )
    was_quoted = order.state == "quoted"
    change = ORDER.fire(order, "cancel")
    order.reason, order.ended_at = words, now()
    quote = newest_quote(order.id) if was_quoted else None
    if quote is not None and quote.answer is None:
        end_quote(quote, "superseded", actor, note=f"The order was cancelled: {words}")
    record("order.cancelled", order, actor, stream_id=order.id, data={"reason": words}, **change)
    return order


def confirm_payment(
    order_id: uuid.UUID, note: str, *, actor: Actor, seen_version: int | None = None
) -> Order:
    """Note that the payment the terms ask for has come; `note` says how. Locks the order."""
    order = locks.order(
        order_id, seen_version=seen_version, done=lambda row: row.paid_at is not None
    )
    require(actor, "payment.confirm", stream_id=order.id)
    if order.paid_at is not None:
        raise AlreadyDone("The payment was noted before. Nothing was changed.")
    if order.state != "placed":
        raise WrongState(
            f"The order is {ORDER.word(order.state).lower()}; a payment is noted once it is placed."
        )
    order.paid_at = now()
    record(
        "order.payment_confirmed",
        order,
        actor,
        stream_id=order.id,
        before={"paid_at": None},
        after={"paid_at": order.paid_at},
        data={"note": note.strip()[:500]},
    )
    return order


def close(order_id: uuid.UUID, *, actor: Actor) -> Order:
    """Close a placed order whose every piece has reached the customer. Locks the order."""
    order = locks.order(order_id)
    change = ORDER.fire(order, "close")
    order.ended_at = now()
    record("order.closed", order, actor, stream_id=order.id, **change)
    return order
