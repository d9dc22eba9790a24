"""The customer's words for where an order and each of its lines stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK, NEEDS_FILE, TO_SIGN
from app.core.translations import _
from app.core.web.formats import long_day, quantity
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPPED
from app.orders.models import Order, OrderLine
from app.orders.progress import Stage
from app.orders.states import BEFORE_QUOTE, OPEN, ORDER, PLACED
from app.production.models import Job
from app.production.states import JOB


def line_words(
    order: Order, line: OrderLine, slot: ArtworkSlot | None, job: Job | None, good: int
) -> tuple[str, str, str]:
    pieces = f"{quantity(line.quantity)} {'piece' if line.quantity == 1 else 'pieces'}"
    if slot is not None and slot.state != "approved":
        state = ARTWORK.table[slot.state]
        sentence = {
            "awaiting_file": _(
                "%(pieces)s. We need your file before we can continue.", pieces=pieces
            ),
            "checking": _("%(pieces)s. This usually takes less than a minute.", pieces=pieces),
            "on_hold": _(
                "%(pieces)s. Our team is reviewing your file and will contact you if needed.",
                pieces=pieces,
            ),
            "internal_review": _("%(pieces)s. We're preparing your proof.", pieces=pieces),
            "proof_sent": _(
                "%(pieces)s. Production starts when you approve the proof.", pieces=pieces
            ),
            "changes_requested": _(
                "%(pieces)s. You'll get a new version to review.", pieces=pieces
            ),
        }[slot.state]
        return state.customer_word or state.word, state.customer_colour or state.colour, sentence
    if job is not None:
        entry = JOB.table[job.state]
        word = entry.customer_word or entry.word
        if job.state == "new":
            word = _("Preparing for production")
        sentence = (
            _("%(good)s of %(pieces)s are made.", good=quantity(good), pieces=pieces)
            if good
            else f"{pieces}."
        )
        return word, entry.customer_colour or entry.colour, sentence
    entry = ORDER.table[order.state]
    return entry.customer_word or entry.word, entry.customer_colour or entry.colour, f"{pieces}."


def order_word(order: Order, lines: Sequence[Any], stage: Stage) -> tuple[str, str]:
    """Return the customer's label and tone: what needs them first, else how far the order has come."""
    if order.state in PLACED:
        states = {one.slot.state for one in lines if one.slot}
        if not states.isdisjoint(TO_SIGN):
            return _("Your action is needed"), "attention"
        if not states.isdisjoint(NEEDS_FILE):
            return _("Please upload your artwork"), "attention"
        if not order.terms_met:
            return _("Waiting for your payment"), "attention"
    return stage.customer_label, stage.customer_tone


def coming(
    order: Order, lines: Sequence[Any], shipments: Sequence[Shipment]
) -> list[tuple[str, str]]:
    """Return (words, note) of what still comes, the last thing first; empty once the order ended."""
    if order.state not in OPEN:
        return []
    unsigned = any(one.slot is not None and one.slot.state != "approved" for one in lines)
    has_files = any(one.slot is not None for one in lines)
    made = all(one.good >= one.line.quantity for one in lines)
    gone = bool(shipments) and all(shipment.state in SHIPPED for shipment in shipments)
    is_pickup = bool(shipments) and all(one.method == "pickup" for one in shipments)
    quoted = order.state in OPEN - BEFORE_QUOTE
    day = (
        _("promised for %(promised_on)s", promised_on=long_day(order.promised_on))
        if order.promised_on
        else ""
    )
    steps = [
        (not quoted, _("Our quote"), _("by e-mail and here")),
        (order.state not in PLACED, _("Your answer to the quote"), ""),
        (has_files and unsigned, _("Your approval"), _("production starts after it")),
        (not order.terms_met, _("Your payment"), _("production starts when we receive it")),
        (not made, _("Production"), ""),
        (not gone, _("Pickup") if is_pickup else _("Shipping"), ""),
        (not is_pickup, _("Delivery"), day),
    ]
    return [(words, note) for is_open, words, note in reversed(steps) if is_open]
