"""The headline of the customer's page: one label, heading and sentence, true in every state of every room."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.artwork.states import ARTWORK, CHANGES_REQUESTED, CHECKING, NEEDS_FILE, TO_SIGN, UNDECIDED
from app.core.translations import _
from app.core.web.formats import long_day, money
from app.fulfilment.models import Shipment
from app.fulfilment.states import RETURNED
from app.orders.models import Order, Quote
from app.orders.progress import PARTLY_SHIPPED, READY_FOR_PICKUP, Stage
from app.orders.states import PLACED

NOTHING_TO_DO = frozenset({"in_production", "ready_to_ship", "partly_shipped", "shipped"})


@dataclass(frozen=True)
class Now:
    """What the page says first: the badge's words and tone, the heading, the sentence below it."""

    word: str
    tone: str
    heading: str
    sentence: str = ""


def now_of(
    order: Order,
    lines: Sequence[Any],
    stage: Stage,
    shipments: Sequence[Shipment],
    quote: Quote | None,
) -> Now:
    """Return what the customer is told first: what needs them, else how far the order has come."""
    if order.state not in PLACED:
        heading, tone = stage.customer_label, stage.customer_tone
        if order.state == "closed" and is_collected(shipments):
            heading = _("Collected")
        return Now(heading, tone, heading)
    states = {one.slot.state for one in lines if one.slot}
    # once pieces are made, or ship, the payment holds nothing back any more: it is only still due
    has_begun = stage.key != order.state
    due = _amount_due(order, quote) if not order.terms_met else ""
    if states & TO_SIGN:
        needs = _("Production starts when you approve it.")
        if due and not has_begun:
            needs = _("Production starts when you've approved it and we've received your payment.")
        return Now(_("Your action is needed"), "attention", _("Please check your proof"), needs)
    if states & NEEDS_FILE:
        word = _("Please upload your artwork")
        return Now(word, "attention", word, _("We need it before we can continue."))
    if has_begun:
        return _under_way(order, stage, shipments, due)
    if due:
        word = _("Waiting for your payment")
        approved = states <= {"approved"}
        starts = _("Production starts when we receive it.")
        if not approved:
            starts = _("Production starts when we've received it and you've approved your proof.")
        reference = _("Please pay as agreed, quoting reference %(ref)s.", ref=order.ref)
        heading = f"{word}: {due}" if order.customer.terms == "prepaid" else word
        return Now(word, "attention", heading, f"{reference} {starts}")
    for found in (UNDECIDED, CHANGES_REQUESTED, CHECKING):
        if state := next(iter(sorted(states & found)), None):
            label = ARTWORK.table[state]
            word = label.customer_word or label.word
            return Now(word, "working", word, _idle(order))
    return Now(stage.customer_label, stage.customer_tone, stage.customer_label, _idle(order))


def _under_way(order: Order, stage: Stage, shipments: Sequence[Shipment], due: str) -> Now:
    sentence = _idle(order)
    if stage is READY_FOR_PICKUP:
        sentence = _("You can collect it now.")
    elif stage is PARTLY_SHIPPED:
        sentence = _("The rest follows; we'll e-mail you.")
    elif any(shipment.state in RETURNED for shipment in shipments):
        sentence = _("A parcel came back to us. We'll contact you about it.")
    if due:
        sentence += " " + _(
            "Your payment is still due. Please quote reference %(ref)s.", ref=order.ref
        )
    return Now(stage.customer_label, stage.customer_tone, stage.customer_label, sentence)


def _idle(order: Order) -> str:
    idle = _("There's nothing for you to do now. We'll e-mail you when we need something.")
    if order.delivery is None:
        idle = _("Please tell us below where your order goes.")
    if order.promised_on is None:
        return idle
    return _("Promised for %(promised_on)s.", promised_on=long_day(order.promised_on)) + f" {idle}"


def _amount_due(order: Order, quote: Quote | None) -> str:
    return money(quote.total_minor, quote.currency) if quote else _("payment")


def is_collected(shipments: Sequence[Shipment]) -> bool:
    """Whether everything was, or will be, collected at the shop."""
    there = [one for one in shipments if one.state not in RETURNED]
    return bool(there) and all(one.is_pickup for one in there)
