"""The prices of the lines of one order together: what is charged once per order, and the order's minimum."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.catalog.facts import Facts
from app.catalog.pricing.line import OrderShare, net_before_promotion, price_of
from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.taxed import with_taxes
from app.catalog.pricing.terms import PriceTerms
from app.catalog.properties import Properties
from app.core.translations import _


def price_line(
    product: Properties,
    options: Mapping[str, str],
    quantity: int,
    facts: Facts | None = None,
    *,
    on: date,
    rush: str = "",
    breakdown: Mapping[str, int] | None = None,
    personalisation: Mapping[str, str] | None = None,
    terms: PriceTerms | None = None,
) -> ItemisedPrice:
    """Return the price of `quantity` pieces as chosen in `options` and written in `personalisation` (clean ones),
    as an order of this line alone.

    `rush` is the key of a rush level. Reads nothing but its arguments. Never raises for a missing fact or a
    formula that can't be calculated: `reasons` say what a person must see to.
    """
    line = LineToPrice(
        product=product,
        options=options,
        quantity=quantity,
        facts=facts or Facts(),
        on=on,
        rush=rush,
        personalisation=personalisation or {},
        breakdown=breakdown or {},
        terms=terms or PriceTerms(),
    )
    return price_order([line])[0]


def price_order(
    lines: Sequence[LineToPrice], entered: Mapping[int, int] | None = None
) -> list[ItemisedPrice]:
    """Return the price of each line of an order, in their order. `entered`: index of a line → the net that
    staff set for it (minor units), which counts towards the order's minimum.

    A set-up that is charged once per order stands on the line where it is dearest, the first of equal ones; what
    lifts the order to its minimum on the last line whose price nobody entered.
    """
    entered = entered or {}
    shares = [OrderShare(setup_with=bearer) for bearer in _setup_bearers(lines)]
    if len(lines) > 1 and any(line.terms.promotion for line in lines):
        nets = [net_before_promotion(*pair) for pair in zip(lines, shares, strict=True)]
        total = sum(entered.get(index, net) for index, net in enumerate(nets))
        shares = [replace(share, order_net_minor=total) for share in shares]
    prices, spent = [], 0
    for index, line in enumerate(lines):
        shares[index] = replace(shares[index], promotion_spent_minor=spent)
        prices.append(price_of(line, shares[index]))
        if index not in entered:
            taken = (row.amount_minor for row in prices[-1].rows if row.key == "promotion")
            spent -= sum(taken)
    if found := _minimum(lines, prices, entered):
        index, row = found
        prices[index] = price_of(lines[index], replace(shares[index], minimum=row))
    return with_taxes(lines, prices, entered)


def _setup_bearers(lines: Sequence[LineToPrice]) -> list[int | None]:
    """Return for each line the position of the other one that bears its set-up, None where it bears its own."""
    dearest: dict[tuple[str, str], int] = {}
    keys = [(line.rule.setup_label, line.rule.currency) for line in lines]
    shared = [line.rule.setup_per == "order" and line.rule.setup_minor > 0 for line in lines]
    for index, line in enumerate(lines):
        if shared[index]:
            first = dearest.setdefault(keys[index], index)
            if line.rule.setup_minor > lines[first].rule.setup_minor:
                dearest[keys[index]] = index
    return [
        dearest[keys[index]] + 1 if shared[index] and dearest[keys[index]] != index else None
        for index in range(len(lines))
    ]


def _minimum(
    lines: Sequence[LineToPrice], prices: Sequence[ItemisedPrice], entered: Mapping[int, int]
) -> tuple[int, PriceRow] | None:
    """Return the row that lifts the order to its minimum and the index of its line; None where nothing does, or
    while a line has no price yet."""
    least = max((line.rule.order_min_minor for line in lines), default=0)
    by_rule = [index for index in range(len(lines)) if index not in entered]
    if not least or not by_rule or any(_is_open(prices[index]) for index in by_rule):
        return None
    nets = [entered.get(index, price.net_minor) for index, price in enumerate(prices)]
    net, last = sum(nets), lines[by_rule[-1]]
    if not 0 < net < least:
        return None
    words = f"{last.money(least)} − {last.money(net)}"
    how = _("Minimum of the order: %(sum)s = %(money)s", sum=words, money=last.money(least - net))
    return by_rule[-1], PriceRow(
        "order_minimum", _("Minimum of the order"), how, least - net, words
    )


def _is_open(price: ItemisedPrice) -> bool:
    return price.needs_person and not price.is_for_staff
