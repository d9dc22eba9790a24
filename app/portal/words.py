"""Words of the customer's pages: facts of a line, and where the order and each of its lines stand."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK, NEEDS_FILE, TO_SIGN
from app.catalog import labels as catalog_labels
from app.catalog.properties import Properties
from app.core.translations import _, _l
from app.core.web.formats import long_day, plural, quantity
from app.customers.address import countries
from app.files import words as file_words
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT, SHIPPED
from app.orders.models import Order, OrderLine
from app.orders.progress import Stage
from app.orders.states import BEFORE_QUOTE, OPEN, ORDER, PLACED
from app.production.models import Job
from app.production.states import JOB


def init(app: Flask) -> None:
    """Give the templates these words."""
    catalog_labels.init(app)
    file_words.init(app)
    app.jinja_env.globals.update(
        countries=countries, line_facts=line_facts, shipment_chart=SHIPMENT
    )


def line_facts(line: OrderLine) -> list[tuple[str, Any]]:
    """Return (term, value) for the configuration of a line, in the words of its product."""
    terms = line.specification
    pairs: list[tuple[str, Any]] = [(_("Product"), _product(line, terms))]
    pairs += [
        (option.label, choice.label) for option, choice in terms.chosen(line.configuration.options)
    ]
    return pairs + catalog_labels.personalised(terms, line.configuration)


def _product(line: OrderLine, terms: Properties) -> str:
    art = terms.artwork
    if art is None or art.trim_width_mm is None or art.trim_height_mm is None:
        return line.product_name
    width, height = art.trim_width_mm.normalize(), art.trim_height_mm.normalize()
    return f"{line.product_name}, {width:f} × {height:f} mm"


#: What follows the number of pieces while the artwork is not approved.
ARTWORK_SENTENCES = {
    "awaiting_file": _l("We need your file before we can continue."),
    "checking": _l("This usually takes less than a minute."),
    "on_hold": _l("Our team is reviewing your file and will contact you if needed."),
    "internal_review": _l("We're preparing your proof."),
    "proof_sent": _l("Production starts when you approve the proof."),
    "changes_requested": _l("You'll get a new version to review."),
}


def line_words(
    order: Order, line: OrderLine, slot: ArtworkSlot | None, job: Job | None, good: int
) -> tuple[str, str, str]:
    """Return a line's label, tone and sentence: of its artwork, then of its job, then of the order."""
    pieces = plural(line.quantity, "piece")
    state, sentence = ORDER.table[order.state], f"{pieces}."
    if slot is not None and slot.state != "approved":
        state = ARTWORK.table[slot.state]
        sentence = f"{pieces}. {ARTWORK_SENTENCES[slot.state]}"
    elif job is not None:
        state = JOB.table[job.state]
        if good:
            sentence = _("%(good)s of %(pieces)s are made.", good=quantity(good), pieces=pieces)
    return state.customer_word or state.word, state.customer_colour or state.colour, sentence


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
    is_pickup = bool(shipments) and all(one.is_pickup for one in shipments)
    promised = order.promised_on and long_day(order.promised_on)
    day = _("promised for %(promised_on)s", promised_on=promised) if promised else ""
    steps = [
        (order.state in BEFORE_QUOTE, _("Our quote"), _("by e-mail and here")),
        (order.state not in PLACED, _("Your answer to the quote"), ""),
        (has_files and unsigned, _("Your approval"), _("production starts after it")),
        (not order.terms_met, _("Your payment"), _("production starts when we receive it")),
        (not made, _("Production"), ""),
        (not gone, _("Pickup") if is_pickup else _("Shipping"), ""),
        (not is_pickup, _("Delivery"), day),
    ]
    return [(words, note) for is_open, words, note in reversed(steps) if is_open]
