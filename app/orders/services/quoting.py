"""Estimating a price, sending it as a numbered version, revising, expiring; the customer's answer.

What takes an order runs as a verb: it is locked and was checked before.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.catalog.pricing import ItemisedPrice, PriceInputs
from app.core.actor import Actor
from app.core.clock import now, shop_day
from app.core.db import db, locked
from app.core.errors import BadInput, Stale
from app.core.events import Event, record
from app.core.text_input import normalize
from app.core.translations import _, _l
from app.orders.models import Order, OrderLine, Quote, QuoteAnswer
from app.orders.quoted import QuotedLine, QuotedRow, taxes_of
from app.orders.services.line_prices import price_inputs, prices_by
from app.orders.settings import quote_settings
from app.orders.states import ORDER

MOST_MINOR = 10**12


@dataclass(frozen=True)
class LinePrice:
    """A line's net price as staff entered it, and their reason."""

    net_minor: int
    reason: str = ""


def start_estimate(order: Order, actor: Actor) -> Order:
    """Take a request up for pricing. Records order.estimating."""
    change = ORDER.fire(order, "start_estimate")
    record("order.estimating", order, actor, **change)
    return order


def ask_customer(order: Order, actor: Actor, question: str) -> Order:
    """Ask the customer something that the price depends on. Records order.asked."""
    change = ORDER.fire(order, "ask_customer")
    order.question = question
    record("order.asked", order, actor, data={"question": question}, **change)
    return order


def answer_question(order: Order, actor: Actor, answer: str) -> Order:
    """Record the customer's answer and go back to estimating. Records order.answered."""
    change = ORDER.fire(order, "answer_question")
    data = {"question": order.question, "answer": answer}
    order.question = None
    record("order.answered", order, actor, data=data, **change)
    return order


def send_quote(
    order: Order,
    actor: Actor,
    prices: Mapping[uuid.UUID, LinePrice] | None = None,
    note: str = "",
    promised_on: date | None = None,
    valid_until: date | None = None,
) -> Quote:
    """Send the next quote version: prices per line id where staff set them, else the price rule's.

    Tax is that of where the order goes and of its customer, rounded by line or once per rate as the shop has
    set. Without `promised_on` the customer's own date is promised unless it has passed. Raises BadInput as
    `quoted_lines`. Records quote.sent.
    """
    change = ORDER.fire(order, "send_quote")
    rows, day = quoted_lines(order, prices or {}), shop_day()
    wanted_on = order.wanted_on if order.wanted_on and order.wanted_on >= day else None
    before = newest_quote(order.id)
    net = sum(row.net_minor for row in rows)
    tax = sum(row.tax_minor for row in rows)
    quote = Quote(
        order_id=order.id,
        version=before.version + 1 if before else 1,
        lines=rows,
        currency=order.currency,
        net_minor=net,
        tax_minor=tax,
        total_minor=net + tax,
        tax_label=", ".join(taxes_of(rows))[:40],
        note=note,
        promised_on=promised_on or wanted_on,
        valid_until=valid_until or day + timedelta(quote_settings().valid_days),
        sent_by=actor.label,
    )
    if quote.valid_until < day:
        raise BadInput(_("This date has passed. Choose today or a later one."), field="valid_until")
    db.session.add(quote)
    db.session.flush()
    data = quote.reference | {"total_minor": quote.total_minor}
    record("quote.sent", order, actor, data=data, **change)
    return quote


def quoted_lines(order: Order, prices: Mapping[uuid.UUID, LinePrice]) -> list[QuotedLine]:
    """Return the lines as a quote sent now would hold them: at the entered price, else the price rule's.

    Raises BadInput where a line has no price and none was given, and for a price of zero without a reason.
    """
    lines, inputs = order.lines, price_inputs(order.lines)
    rules = prices_by(lines, inputs)
    by_hand = {
        line.id: entered.net_minor
        for line in lines
        if (entered := prices.get(line.id)) and _is_by_hand(entered, rules[line.id])
    }
    if by_hand:
        rules = prices_by(lines, inputs, by_hand)
        inputs = {
            line_id: one.model_copy(update={"entered_minor": by_hand.get(line_id)})
            for line_id, one in inputs.items()
        }
    return [
        _quoted_line(line, prices.get(line.id), rules[line.id], inputs[line.id]) for line in lines
    ]


def _is_by_hand(entered: LinePrice, rule: ItemisedPrice) -> bool:
    """Return whether the entered price is another than the rule's, or the rule has none."""
    return rule.needs_person or not rule.net_minor or entered.net_minor != rule.net_minor


def _quoted_line(
    line: OrderLine, entered: LinePrice | None, rule: ItemisedPrice, inputs: PriceInputs
) -> QuotedLine:
    if entered is None and rule.needs_person:
        names = {"product": line.product_name, "reasons": " ".join(rule.reasons)}
        raise BadInput(
            _("%(product)s has no price yet: %(reasons)s", **names),
            next_step=_("Enter a price for it."),
            field=f"price-{line.id}",
        )
    if rule.tax and rule.tax.kind == "missing":
        raise BadInput(
            rule.tax.why or _("%(product)s has no tax class.", product=line.product_name),
            next_step=_("Add the rate under Settings, Tax rates."),
            field=f"price-{line.id}",
        )
    rows = [QuotedRow(**vars(row)) for row in rule.rows]
    net = rule.net_minor
    reason = normalize(entered.reason)[:200] if entered else ""
    if entered is not None and not 0 <= entered.net_minor < MOST_MINOR:
        raise BadInput(_("The price must be zero or more."), field=f"price-{line.id}")
    if not (entered.net_minor if entered else net) and not reason:
        raise BadInput(
            _("%(product)s costs nothing.", product=line.product_name),
            next_step=_("Enter the price, or 0 and the reason why it is free."),
            field=f"reason-{line.id}",
        )
    if entered is not None and inputs.entered_minor is not None:
        how = reason or _("price set manually")
        net = entered.net_minor
        rows = [QuotedRow(key="by_hand", label=line.product_name, how=how, amount_minor=net)]
    return QuotedLine(
        line_id=line.id,
        product_name=line.product_name,
        revision_sha256=line.revision.sha256,
        configuration=line.configuration,
        quantity=line.quantity,
        breakdown=line.breakdown,
        rows=rows,
        net_minor=net,
        tax_minor=rule.tax_minor,
        tax_label=rule.tax_label,
        inputs=inputs,
    )


def newest_quote(order_id: uuid.UUID) -> Quote | None:
    """Return the order's newest quote version, None where none was sent yet."""
    query = select(Quote).where(Quote.order_id == order_id).order_by(Quote.version.desc())
    return db.session.scalar(query.limit(1))


def revise_quote(order: Order, actor: Actor, reason: str = _l("Revised by the shop.")) -> Order:
    """Withdraw the sent version and return to estimating; the version stays, marked replaced."""
    supersede(order, reason, actor)
    return order


def supersede_by_new_file(
    order_id: uuid.UUID,
    *,
    actor: Actor,
    received_seq: int | None = None,
    upload_id: uuid.UUID | None = None,
) -> bool:
    """A new file came while a quote was out: replace that version. Returns whether there was one.

    `received_seq`: the place of the file's event in the order's chain; a quote that was sent after it
    was made with that file and stays. Locks the order.
    """
    order = locked(Order, order_id)
    if order.state != "quoted":
        return False
    if received_seq is not None and _newest_seq(order_id, "quote.sent") > received_seq:
        return False
    supersede(order, _("A new file was uploaded."), actor, upload_id)
    return True


def is_outdated(order: Order) -> bool:
    """Return whether a file came after the quote that is out: that quote is about to be replaced."""
    if order.state != "quoted":
        return False
    return _newest_seq(order.id, "artwork.file_received") > _newest_seq(order.id, "quote.sent")


def _newest_seq(order_id: uuid.UUID, name: str) -> int:
    """Return the place of the newest event `name` in the order's chain, 0 where there is none."""
    query = select(func.max(Event.stream_seq)).where(Event.stream_id == order_id)
    return db.session.scalar(query.where(Event.name == name)) or 0


def supersede(order: Order, reason: str, actor: Actor, upload_id: uuid.UUID | None = None) -> None:
    """Withdraw the sent version for `reason`; the order, which is locked, returns to estimating."""
    change = ORDER.fire(order, "revise_quote")
    quote = newest_quote(order.id)
    assert quote is not None, "a quoted order has a quote"
    end_quote(quote, "superseded", actor, note=reason)
    data = quote.reference | {"reason": reason, "upload_id": upload_id}
    record("quote.superseded", order, actor, data=data, **change)


def end_quote(quote: Quote, answer: str, actor: Actor, *, name: str = "", note: str = "") -> None:
    """Write down what ended this version. The order is locked by the caller."""
    db.session.add(
        QuoteAnswer(
            quote_id=quote.id, answer=answer, typed_name=name, note=note, actor_label=actor.label
        )
    )
    db.session.flush()
    db.session.expire(quote, ["answer"])


def expire_quotes(*, actor: Actor, limit: int = 100) -> int:
    """End quotes whose last day has passed; return how many. Called by the clock."""
    past = (
        select(Quote.order_id)
        .join(Order, Order.id == Quote.order_id)
        .where(
            Order.state == "quoted",
            Quote.valid_until < shop_day(),
            ~select(QuoteAnswer.id).where(QuoteAnswer.quote_id == Quote.id).exists(),
        )
        .limit(limit)
    )
    count = 0
    for order_id in sorted(db.session.scalars(past)):
        order = locked(Order, order_id)
        quote = newest_quote(order_id)
        if order.state != "quoted" or quote is None or quote.answer is not None:
            continue
        change = ORDER.fire(order, "expire_quote")
        order.ended_at = now()
        end_quote(quote, "expired", actor)
        record("quote.expired", order, actor, data=quote.reference, **change)
        count += 1
    return count


def accept_quote(order: Order, actor: Actor, version: int, typed_name: str) -> Order:
    """Accept quote `version`: the order is placed at its prices.

    Raises Stale where a newer version was sent meanwhile. Records quote.accepted and order.placed.
    """
    quote = _require_newest(order, version)
    change = ORDER.fire(order, "accept_quote")
    by_line = {row.line_id: row.net_minor for row in quote.lines}
    for line in order.lines:
        line.price_minor = by_line[line.id]
    order.placed_at = now()
    order.promised_on = quote.promised_on
    end_quote(quote, "accepted", actor, name=typed_name)
    data = quote.reference | {"total_minor": quote.total_minor, "typed_name": typed_name}
    record("quote.accepted", order, actor, data=data)
    record("order.placed", order, actor, data=data, **change)
    return order


def reject_quote(order: Order, actor: Actor, version: int, note: str = "") -> Order:
    """Decline quote `version`; the order ends. Raises Stale as accept_quote. Records quote.rejected."""
    quote = _require_newest(order, version)
    change = ORDER.fire(order, "reject_quote")
    order.ended_at = now()
    order.reason = note or None
    end_quote(quote, "rejected", actor, note=note)
    record("quote.rejected", order, actor, data=quote.reference | {"note": order.reason}, **change)
    return order


def _require_newest(order: Order, version: int) -> Quote:
    quote = newest_quote(order.id)
    if quote is None or quote.version != version:
        numbers = {"old": version, "new": quote.version if quote else 0}
        raise Stale(
            _("Quote version %(old)s was replaced by version %(new)s.", **numbers),
            next_step=_("Review the new version before you answer."),
        )
    return quote
