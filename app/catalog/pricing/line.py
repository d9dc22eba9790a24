"""The rows of one line: each amount explained, their sum the net.

Rounding: every amount is a whole number of minor units, rounded half-up once where it arises. The net is the
sum of the rows, and never below zero; tax is rounded once on the net.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.catalog.pricing import adjustments
from app.catalog.pricing.formula_rows import formula_rows
from app.catalog.pricing.measured import measured_rows
from app.catalog.pricing.pieces import option_rows, piece_rows, setup_rows
from app.catalog.pricing.reasons import mode_reasons, reasons_of
from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.surcharge_rows import percent_rows, surcharge_rows
from app.catalog.properties import Price
from app.core.money import half_up
from app.core.translations import _


@dataclass(frozen=True)
class OrderShare:
    """What the other lines of the order mean for this one.

    `setup_with`: the position of the line that bears a set-up which is charged once per order. `minimum`: what
    lifts the order to its minimum. `order_net_minor`: what limits of a promotion are measured on, None for the
    line alone; `promotion_spent_minor`: what other lines took of its fixed amount.
    """

    setup_with: int | None = None
    minimum: PriceRow | None = None
    order_net_minor: int | None = None
    promotion_spent_minor: int = 0


ALONE = OrderShare()


def price_of(line: LineToPrice, share: OrderShare = ALONE) -> ItemisedPrice:
    """Return the price of a line, with its share of what is charged once per order."""
    rows: list[PriceRow] = []
    reasons = list(reasons_of(line))
    for found in _basic(line, share):
        if isinstance(found, str):
            reasons.append(found)
        else:
            rows.append(_capped(line, found, rows))
    for further in (percent_rows, adjustments.price_list_rows, adjustments.minimum_rows):
        rows.extend(_capped(line, row, rows) for row in list(further(line, _net(rows))))
    rows.extend(
        adjustments.promotion_rows(
            line, _net(rows), share.order_net_minor, share.promotion_spent_minor
        )
    )
    rows.extend(adjustments.rush_rows(line, _net(rows)))
    if share.minimum:
        rows.append(share.minimum)
    net = _net(rows)
    by_mode = list(mode_reasons(line, net))
    tax, label, note = _tax(line, net)
    return ItemisedPrice(
        currency=line.rule.currency,
        rows=tuple(row for row in rows if row.amount_minor),
        reasons=tuple(dict.fromkeys([*reasons, *by_mode])),
        is_for_staff=bool(by_mode),
        tax_minor=tax,
        tax_label=label,
        tax_note=note,
    )


def net_before_promotion(line: LineToPrice, share: OrderShare) -> int:
    """Return the net of a line before a promotion and rush, in minor units."""
    without = replace(line, rush="", terms=line.terms.model_copy(update={"promotion": None}))
    return price_of(without, share).net_minor


def _basic(line: LineToPrice, share: OrderShare) -> Iterator[PriceRow | str]:
    yield from setup_rows(line, share.setup_with)
    yield from piece_rows(line)
    yield from option_rows(line)
    yield from measured_rows(line)
    yield from formula_rows(line)
    yield from surcharge_rows(line)


def _net(rows: Iterable[PriceRow]) -> int:
    return sum(row.amount_minor for row in rows)


def _capped(line: LineToPrice, row: PriceRow, before: Iterable[PriceRow]) -> PriceRow:
    """Return the row, a discount at most as large as what it is taken from."""
    left = _net(before)
    if left + row.amount_minor >= 0:
        return row
    how = _("%(how)s, at most the price so far: −%(money)s", how=row.how, money=line.money(left))
    return replace(row, amount_minor=-left, how=how)


def _tax(line: LineToPrice, net_minor: int) -> tuple[int, str, str]:
    """Return tax (minor units), its label and the reason printed for it: by the terms, else the product's rate."""
    rule, tax = line.rule, line.terms.tax
    if tax is None:
        label = f"{rule.tax_label} {Decimal(rule.tax_permille) / 10:g} %"
        return tax_minor(net_minor, rule), label, ""
    return tax.tax_minor(net_minor), tax.label, tax.note


def tax_minor(net_minor: int, rule: Price) -> int:
    """Return the tax on a net price by the product's own rate, in minor units, rounded half up."""
    return half_up(Decimal(net_minor) * rule.tax_permille / 1000)
