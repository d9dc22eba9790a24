"""Declining, cancelling and closing an order; as verbs, on a locked order that was checked before."""

import uuid

from app.accounts import verbs as account_verbs
from app.accounts.services.links import links_of
from app.catalog.properties import RushLevel
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import locked
from app.core.errors import AlreadyDone, BadInput
from app.core.events import record
from app.core.postal_address import PostalAddress
from app.core.translations import _
from app.orders.delivery import checked_address
from app.orders.models import Order
from app.orders.services.line_prices import tax_difference
from app.orders.services.quoting import end_quote, newest_quote, supersede
from app.orders.states import ORDER


def decline(order: Order, actor: Actor, reason: str) -> Order:
    """Tell the customer that the shop can't make this, and why. Records order.declined."""
    change = ORDER.fire(order, "decline")
    order.reason, order.ended_at = reason, now()
    record("order.declined", order, actor, data={"reason": reason}, **change)
    return order


def cancel(order: Order, actor: Actor, reason: str) -> Order:
    """Cancel before production has begun; reservations and jobs follow by the event.

    Production adds the rule that refuses it once work has started. Records order.cancelled.
    """
    was_quoted = order.state == "quoted"
    change = ORDER.fire(order, "cancel")
    order.reason, order.ended_at = reason, now()
    quote = newest_quote(order.id) if was_quoted else None
    if quote is not None and quote.answer is None:
        end_quote(
            quote, "superseded", actor, note=_("The order was cancelled: %(reason)s", reason=reason)
        )
    record("order.cancelled", order, actor, data={"reason": reason}, **change)
    return order


def confirm_payment(order: Order, actor: Actor, note: str = "") -> Order:
    """Record the payment that the terms require; `note` says how it came. Records order.payment_confirmed."""
    order.paid_at = now()
    record(
        "order.payment_confirmed",
        order,
        actor,
        before={"paid_at": None},
        after={"paid_at": order.paid_at},
        data={"note": note},
    )
    return order


def mark_rush(order: Order, actor: Actor, level: str = "") -> Order:
    """Mark the order as rush: the next quote adds the surcharge, production puts it first.

    `level` is the key of a rush level that one of its products offers, empty for the first one of each. Raises
    BadInput for another. Records order.rush_changed.
    """
    offered = {one.key for one in rush_levels(order)}
    if level and level not in offered:
        raise BadInput(
            _("This rush level is not offered."), next_step=_("Choose another."), field="level"
        )
    return _set_rush(order, actor, True, level)


def unmark_rush(order: Order, actor: Actor) -> Order:
    """Take the rush mark off. Records order.rush_changed."""
    return _set_rush(order, actor, False)


def rush_levels(order: Order) -> list[RushLevel]:
    """Return the rush levels that the products of the order offer, each key once."""
    found = [level for line in order.lines for level in line.specification.price.levels]
    return list({level.key: level for level in reversed(found)}.values())[::-1]


def _set_rush(order: Order, actor: Actor, rush: bool, level: str = "") -> Order:
    before: dict[str, object] = {"rush": not rush}
    after: dict[str, object] = {"rush": rush}
    if order.rush_level != level:
        before, after = before | {"rush_level": order.rush_level}, after | {"rush_level": level}
    order.rush, order.rush_level = rush, level
    record("order.rush_changed", order, actor, before=before, after=after)
    return order


def set_delivery(
    order: Order, actor: Actor, method: str, ship_to: PostalAddress | None = None
) -> Order:
    """Set how the order reaches its customer: ``carrier`` with the address `ship_to`, or ``pickup``.

    Open shipments follow by the event. A quote that is out, whose tax would be another there, is replaced; for a
    placed order sales are asked to review it. Raises BadInput for a carrier without a whole address, AlreadyDone
    where it is that way already. Records order.delivery_set.
    """
    address = checked_address(method, ship_to)
    before = {"delivery": order.delivery, "ship_to": address_line(order.ship_to)}
    if (order.delivery, order.ship_to) == (method, address):
        raise AlreadyDone(_("The delivery is already set this way. Nothing was changed."))
    order.ship_to, order.is_pickup = address, method == "pickup"
    after = {"delivery": order.delivery, "ship_to": address_line(address)}
    record("order.delivery_set", order, actor, before=before, after=after)
    _follow_tax(order, actor)
    return order


def _follow_tax(order: Order, actor: Actor) -> None:
    """Replace the quote, or ask for a review, where the tax of the new destination differs from the quoted one."""
    quote = newest_quote(order.id) if order.state == "quoted" or order.is_placed else None
    difference = tax_difference(order, quote.lines) if quote else ""
    if order.state == "quoted" and difference:
        supersede(order, difference, actor)
    elif order.is_placed and difference != (order.tax_to_review or ""):
        order.tax_to_review = difference or None
        if difference:
            record("order.tax_to_review", order, actor, data={"reason": difference})


def review_tax(order: Order, actor: Actor, note: str) -> Order:
    """Note what was done about a tax that is no longer the agreed one. Records order.tax_reviewed."""
    order.tax_to_review = None
    record("order.tax_reviewed", order, actor, data={"note": note})
    return order


def address_line(address: PostalAddress) -> str | None:
    """Return the address in one line, as on its label; None where there is none."""
    return ", ".join(address.printed()) if address else None


def revoke_link(order: Order, actor: Actor, link_id: uuid.UUID) -> None:
    """Revoke one of the order's links. Raises BadInput for a link of another order, AlreadyDone."""
    if link_id not in {link.id for link in links_of(order.id)}:
        raise BadInput(_("This link doesn't belong to the order."), field="link_id")
    account_verbs.revoke_link(link_id, actor=actor)


def close_order(order_id: uuid.UUID, *, actor: Actor) -> Order:
    """Close a placed order whose every piece has reached the customer. Locks the order."""
    order = locked(Order, order_id)
    change = ORDER.fire(order, "close")
    order.ended_at = now()
    record("order.closed", order, actor, **change)
    return order
