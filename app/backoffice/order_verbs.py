"""What staff can do on the order page: one entry a button, each a verb of a service."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.accounts import services as accounts
from app.core.actor import Actor
from app.core.errors import BadInput
from app.core.money import exponent
from app.orders import services as orders
from app.orders.models import Order
from app.production import queries as production

Form = Mapping[str, str]


@dataclass(frozen=True)
class Verb:
    """One thing to do: the permission it takes, what is said after it, and the call."""

    permission: str
    said: str
    call: Callable[[Order, Form, Actor, int | None], Any]


def _price_minor(text: str, currency: str, field: str) -> int:
    try:
        amount = Decimal(text.strip().replace(",", "").lstrip("£$€ "))
    except InvalidOperation:
        raise BadInput(f"“{text[:40]}” is not an amount, such as 120.50.", field=field) from None
    # a number such as 1e999999 is no amount and would overflow when it is counted in minor units
    is_amount = amount.is_finite() and -20 < amount.adjusted() < 20
    minor = amount.scaleb(exponent(currency)) if is_amount else Decimal(-1)
    if minor != minor.to_integral_value() or not 0 <= minor < 10**12:
        raise BadInput(f"“{text[:40]}” is not an amount in {currency}.", field=field)
    return int(minor)


def _day(text: str, field: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("Write the day as year, month, day: 2027-02-14.", field=field) from None


def prices(order: Order, form: Form) -> dict[uuid.UUID, orders.LinePrice]:
    """Return the prices that staff typed, by line; a line left empty keeps the rule's price."""
    found = {}
    for line in order.lines:
        field = f"price-{line.id}"
        if form.get(field, "").strip():
            amount = _price_minor(form[field], order.currency, field)
            found[line.id] = orders.LinePrice(amount, form.get(f"reason-{line.id}", ""))
    return found


def _send_quote(order: Order, form: Form, actor: Actor, seen: int | None) -> Any:
    return orders.send_quote(
        order.id,
        prices(order, form),
        actor=actor,
        note=form.get("note", ""),
        promised_on=_day(form.get("promised_on", ""), "promised_on"),
        valid_until=_day(form.get("valid_until", ""), "valid_until"),
        seen_version=seen,
    )


def _cancel(order: Order, form: Form, actor: Actor, seen: int | None) -> Any:
    return orders.cancel(
        order.id,
        form.get("reason", ""),
        actor=actor,
        work_started=production.work_started(order.id),
        seen_version=seen,
    )


def _revoke_link(order: Order, form: Form, actor: Actor, seen: int | None) -> Any:
    known = {str(link.id): link.id for link in accounts.links_of(order.id)}
    if form.get("link_id") not in known:
        raise BadInput("This link is not one of the order's.", field="link_id")
    return accounts.revoke_link(known[form["link_id"]], actor=actor)


VERBS: dict[str, Verb] = {
    "estimate": Verb(
        "order.estimate",
        "The price can be worked out now.",
        lambda o, f, a, v: orders.start_estimate(o.id, actor=a, seen_version=v),
    ),
    "ask": Verb(
        "order.estimate",
        "The question is on its way to the customer.",
        lambda o, f, a, v: orders.ask_customer(
            o.id, f.get("question", ""), actor=a, seen_version=v
        ),
    ),
    "answer": Verb(
        "order.answer",
        "The answer is noted.",
        lambda o, f, a, v: orders.answer_question(o.id, f.get("answer", ""), actor=a),
    ),
    "quote": Verb("quote.send", "The quote is on its way to the customer.", _send_quote),
    "revise": Verb(
        "quote.send",
        "The version that was out is replaced; work out the next one.",
        lambda o, f, a, v: orders.revise_quote(
            o.id,
            reason=f.get("reason", "").strip()[:500] or "Revised by the shop.",
            actor=a,
            seen_version=v,
        ),
    ),
    "decline": Verb(
        "order.decline",
        "The request is declined; the customer gets the reason.",
        lambda o, f, a, v: orders.decline(o.id, f.get("reason", ""), actor=a, seen_version=v),
    ),
    "hold": Verb(
        "order.hold",
        "The order is on hold.",
        lambda o, f, a, v: orders.hold(o.id, f.get("reason", ""), actor=a, seen_version=v),
    ),
    "resume": Verb(
        "order.hold",
        "The order goes on.",
        lambda o, f, a, v: orders.resume(o.id, actor=a, seen_version=v),
    ),
    "cancel": Verb("order.cancel", "The order is cancelled.", _cancel),
    "payment": Verb(
        "payment.confirm",
        "The payment is noted.",
        lambda o, f, a, v: orders.confirm_payment(o.id, f.get("note", ""), actor=a, seen_version=v),
    ),
    "revoke-link": Verb("message.resend", "That link opens nothing any more.", _revoke_link),
}
