"""The rows of one line: each amount explained, their sum the net.

Rounding: every amount is a whole number of minor units, rounded half-up once where it arises. The net is the
sum of the rows, and never below zero.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from app.catalog.pricing import adjustments
from app.catalog.pricing.formula_rows import formula_rows
from app.catalog.pricing.measured import measured_rows
from app.catalog.pricing.pieces import option_rows, piece_rows, setup_rows, variant_rows
from app.catalog.pricing.reasons import mode_reasons, reasons_of
from app.catalog.pricing.rows import ItemisedPrice, PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.surcharge_rows import percent_rows, surcharge_rows
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
    """Return the price of a line before tax, with its share of what is charged once per order."""
    rows, reasons = Rows(line), list(reasons_of(line))
    for found in _basic(line, share):
        if isinstance(found, str):
            reasons.append(found)
        else:
            rows.add(found)
    for further in (percent_rows, adjustments.price_list_rows, adjustments.minimum_rows):
        for row in list(further(line, rows.net_minor)):
            rows.add(row)
    spent, of_order = share.promotion_spent_minor, share.order_net_minor
    for row in adjustments.promotion_rows(line, rows.net_minor, of_order, spent):
        rows.add(row)
    for row in adjustments.rush_rows(line, rows.net_minor):
        rows.add(row)
    if share.minimum:
        rows.add(share.minimum)
    by_mode = list(mode_reasons(line, rows.net_minor))
    return ItemisedPrice(
        currency=line.rule.currency,
        rows=tuple(rows.found),
        reasons=tuple(dict.fromkeys([*reasons, *by_mode])),
        is_for_staff=bool(by_mode),
    )


def net_before_promotion(line: LineToPrice, share: OrderShare) -> int:
    """Return the net of a line before a promotion and rush, in minor units."""
    without = replace(line, rush="", terms=line.terms.model_copy(update={"promotion": None}))
    return price_of(without, share).net_minor


def _basic(line: LineToPrice, share: OrderShare) -> Iterator[PriceRow | str]:
    yield from setup_rows(line, share.setup_with)
    pieces = list(piece_rows(line))
    yield from pieces
    yield from variant_rows(line, _net(pieces))
    yield from option_rows(line)
    yield from measured_rows(line)
    yield from formula_rows(line)
    yield from surcharge_rows(line)


def _net(rows: Iterable[PriceRow]) -> int:
    return sum(row.amount_minor for row in rows)


class Rows:
    """The rows so far and their sum, which no discount takes below zero; rows of nothing are left out."""

    def __init__(self, line: LineToPrice) -> None:
        self.line, self.net_minor = line, 0
        self.found: list[PriceRow] = []

    def add(self, row: PriceRow) -> None:
        """Add a row, a discount at most as large as what it is taken from."""
        if self.net_minor + row.amount_minor < 0:
            left = self.line.money(self.net_minor)
            how = _("%(how)s, at most the price so far: −%(money)s", how=row.how, money=left)
            row = replace(row, amount_minor=-self.net_minor, how=how)
        if row.amount_minor:
            self.found.append(row)
            self.net_minor += row.amount_minor
