"""Words of the customer's pages: facts of a line, and where the order and each of its lines stand."""

from collections.abc import Sequence
from typing import Any

from flask import Flask

from app.artwork.models import ArtworkSlot
from app.artwork.states import ARTWORK, IN_REVIEW, NEEDS_FILE, TO_SIGN
from app.catalog import labels as catalog_labels
from app.catalog.properties import Properties
from app.core.translations import _, _l
from app.core.web.formats import long_day, plural, quantity
from app.files import words as file_words
from app.fulfilment.models import Shipment
from app.fulfilment.states import SHIPMENT, SHIPPED
from app.orders import delivery
from app.orders.models import Order, OrderLine
from app.orders.progress import Quantities
from app.orders.states import BEFORE_QUOTE, OPEN, ORDER, PLACED
from app.portal.now import is_collected
from app.production.job_tree import Figures
from app.production.models import Job
from app.production.states import FINISHED, JOB


def init(app: Flask) -> None:
    """Give the templates these words."""
    catalog_labels.init(app)
    delivery.init(app)
    file_words.init(app)
    app.jinja_env.globals.update(
        line_facts=line_facts,
        shipment_chart=SHIPMENT,
    )


def line_facts(line: OrderLine) -> list[tuple[str, Any]]:
    """Return (term, value) for the configuration of a line, in the words of its product."""
    terms = line.specification
    pairs: list[tuple[str, Any]] = [(_("Product"), _product(line, terms))]
    pairs += [
        (option.label, choice.label) for option, choice in terms.chosen(line.configuration.options)
    ]
    if line.breakdown:
        pairs.append((_("Quantities"), line.breakdown))
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
    order: Order, line: OrderLine, slot: ArtworkSlot | None, job: Job | None, figures: Figures
) -> tuple[str, str, str]:
    """Return a line's label, tone and sentence: of an order that ended, else of its artwork, its job, the order.

    Pieces that a job's reprint still makes are in production, whatever the job itself has come to.
    """
    pieces, good = plural(line.quantity, "piece"), figures.good
    state, sentence = ORDER.table[order.state], f"{pieces}."
    if order.state not in OPEN:
        pass
    elif slot is not None and slot.state != "approved":
        state = ARTWORK.table[slot.state]
        sentence = f"{pieces}. {_artwork_sentence(order, slot)}"
    elif job is not None:
        state = JOB.table["running" if job.state in FINISHED and figures.open else job.state]
        if good:
            sentence = _("%(good)s of %(pieces)s are made.", good=quantity(good), pieces=pieces)
    return state.customer_word or state.word, state.customer_colour or state.colour, sentence


def _artwork_sentence(order: Order, slot: ArtworkSlot) -> str:
    """Before an order is placed nobody waits for a file or prepares a proof, and none starts its production."""
    if order.state not in PLACED and slot.state in NEEDS_FILE:
        return _("You can upload your file now or after you've accepted the quote.")
    if order.state not in PLACED and slot.state in IN_REVIEW | TO_SIGN:
        return _("Your file is checked. You'll approve it after you've accepted the quote.")
    return str(ARTWORK_SENTENCES[slot.state])


def coming(
    order: Order, lines: Sequence[Any], shipments: Sequence[Shipment], made: Quantities
) -> list[tuple[str, str]]:
    """Return (words, note) of what still comes, the last thing first; empty once the order ended."""
    if order.state not in OPEN:
        return []
    unsigned = any(one.slot is not None and one.slot.state != "approved" for one in lines)
    has_files = any(one.slot is not None for one in lines)
    is_made = bool(made.ordered) and not made.open
    has_begun = bool(made.is_started or made.good or made.spoiled)
    gone = bool(shipments) and all(shipment.state in SHIPPED for shipment in shipments)
    is_pickup = is_collected(shipments) if shipments else order.delivery == "pickup"
    promised = order.promised_on and long_day(order.promised_on)
    day = _("promised for %(promised_on)s", promised_on=promised) if promised else ""
    steps = [
        (order.state in BEFORE_QUOTE, _("Our quote"), _("by e-mail and here")),
        (order.state not in PLACED, _("Your answer to the quote"), ""),
        (has_files and unsigned, _("Your approval"), _("needed before production")),
        (
            not order.terms_met,
            _("Your payment"),
            "" if has_begun else _("needed before production"),
        ),
        (not is_made, _("Production"), ""),
        (not gone, _("Pickup") if is_pickup else _("Shipping"), ""),
        (not is_pickup, _("Delivery"), day),
    ]
    return [(words, note) for is_open, words, note in reversed(steps) if is_open]
