"""Rows by the number of pieces: set-up, price per piece, what options add."""

from collections.abc import Iterator
from itertools import pairwise

from app.catalog.pricing.rows import PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.core.translations import _
from app.core.web.formats import quantity as grouped


def setup_rows(line: LineToPrice, charged_with: int | None = None) -> Iterator[PriceRow]:
    """Yield what is charged once. `charged_with`: the position of the line of the same order that bears
    this product's set-up already."""
    rule = line.rule
    if rule.setup_minor and charged_with is None:
        designs = line.measures.designs if rule.setup_per == "design" else 1
        per = {"order": _("once per order"), "line": _("once per item"), "design": _("per design")}
        how = f"{rule.setup_label}, {per[rule.setup_per]}: {line.money(rule.setup_minor)}"
        words = (
            _("once") if designs == 1 else f"{line.money(rule.setup_minor)} × {grouped(designs)}"
        )
        if designs != 1:
            how += f" × {grouped(designs)} = {line.money(rule.setup_minor * designs)}"
        yield PriceRow("setup", rule.setup_label, how, rule.setup_minor * designs, words)
    for option, choice in line.chosen:
        if choice.setup_minor:
            label = _("%(option)s, %(choice)s: set-up", option=option.label, choice=choice.label)
            how = _("Set-up of this choice, once per item: %(money)s",
                    money=line.money(choice.setup_minor))  # fmt: skip
            yield PriceRow(f"setup.{option.key}", label, how, choice.setup_minor, _("once"))


def piece_rows(line: LineToPrice) -> Iterator[PriceRow]:
    """Yield the price of the pieces: of all by the reached break, or of each tier by its own."""
    reached = [item for item in line.breaks if item.from_quantity <= line.quantity]
    if not reached:
        return
    source = line.terms.price_list.name if _is_of_list(line) and line.terms.price_list else ""
    if line.rule.breaks == "graduated" and len(reached) > 1:
        yield from _tiers(line, source)
        return
    last, count = reached[-1], line.quantity
    arithmetic = f"{line.money(last.unit_minor)} × {grouped(count)}"
    rule = _("Price per piece from %(least)s", least=grouped(last.from_quantity))
    yield _pieces(line, "pieces", count, rule, arithmetic, last.unit_minor * count, source)


def _tiers(line: LineToPrice, source: str) -> Iterator[PriceRow]:
    breaks = [item for item in line.breaks if item.from_quantity <= line.quantity]
    ends = [*(after.from_quantity - 1 for _before, after in pairwise(breaks)), line.quantity]
    first = 1
    for item, last in zip(breaks, ends, strict=True):
        count = last - first + 1
        span = {"first": grouped(first), "last": grouped(last)}
        rule = _("Price of pieces %(first)s to %(last)s", **span)
        arithmetic = f"{line.money(item.unit_minor)} × {grouped(count)}"
        key = f"pieces.{item.from_quantity}"
        yield _pieces(line, key, count, rule, arithmetic, item.unit_minor * count, source)
        first = last + 1


def _pieces(
    line: LineToPrice, key: str, count: int, rule: str, sum_: str, amount: int, source: str
) -> PriceRow:
    wording = line.product.wording
    label = f"{grouped(count)} {wording.piece if count == 1 else wording.pieces}"
    of_list = _(" (price list %(name)s)", name=source) if source else ""
    return PriceRow(key, label, f"{rule}{of_list}: {sum_} = {line.money(amount)}", amount, sum_)


def _is_of_list(line: LineToPrice) -> bool:
    return bool(line.list_price and line.list_price.breaks)


def option_rows(line: LineToPrice) -> Iterator[PriceRow]:
    """Yield what each chosen option adds to each piece."""
    for option, choice in line.chosen:
        if choice.surcharge_minor:
            amount = choice.surcharge_minor * line.quantity
            words = f"{line.money(choice.surcharge_minor)} × {grouped(line.quantity)}"
            how = _("Surcharge of this choice per piece: %(sum)s = %(money)s",
                    sum=words, money=line.money(amount))  # fmt: skip
            label = f"{option.label}: {choice.label}"
            yield PriceRow(f"options.{option.key}", label, how, amount, words)
