"""Rows by the number of pieces: set-up, price per piece, what options add."""

from collections.abc import Iterator
from itertools import pairwise

from app.catalog.pricing.rows import PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Choice, Option
from app.catalog.variant_grid import variant_label
from app.core.translations import _, _l
from app.core.web.formats import quantity as grouped

SETUP_PER = {
    "order": _l("once per order"),
    "line": _l("once per item"),
    "design": _l("per design"),
}


def setup_rows(line: LineToPrice, charged_with: int | None = None) -> Iterator[PriceRow]:
    """Yield what is charged once. `charged_with`: the position of the line of the same order that bears
    this product's set-up already."""
    rule = line.rule
    if rule.setup_minor and charged_with is None:
        designs = line.measures.designs if rule.setup_per == "design" else 1
        how = f"{rule.setup_label}, {SETUP_PER[rule.setup_per]}: {line.money(rule.setup_minor)}"
        words = (
            _("once") if designs == 1 else f"{line.money(rule.setup_minor)} × {grouped(designs)}"
        )
        if designs != 1:
            how += f" × {grouped(designs)} = {line.money(rule.setup_minor * designs)}"
        yield PriceRow("setup", rule.setup_label, how, rule.setup_minor * designs, words)
    for option, choice, count in choices_made(line):
        if choice.setup_minor:
            label = _("%(option)s, %(choice)s: set-up", option=option.label, choice=choice.label)
            how = _("Set-up of this choice, once per item: %(money)s",
                    money=line.money(choice.setup_minor))  # fmt: skip
            key = f"setup.{option.key}"
            if count != line.quantity:
                key += f".{choice.key}"
            yield PriceRow(key, label, how, choice.setup_minor, _("once"))


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


def choices_made(line: LineToPrice) -> Iterator[tuple[Option, Choice, int]]:
    """Yield each choice that was made with the number of pieces that have it: of a variant option there may
    be several."""
    for option in line.product.options:
        if line.variants and option.key in line.product.variants.options:
            for choice in option.choices:
                having = [one for one in line.variants if one.options[option.key] == choice.key]
                if having:
                    yield option, choice, sum(one.pieces for one in having)
        elif chosen := option.choice(line.options.get(option.key, "")):
            yield option, chosen, line.quantity


def option_rows(line: LineToPrice) -> Iterator[PriceRow]:
    """Yield what each chosen option adds to each piece that has it."""
    for option, choice, pieces in choices_made(line):
        if choice.surcharge_minor:
            amount = choice.surcharge_minor * pieces
            words = f"{line.money(choice.surcharge_minor)} × {grouped(pieces)}"
            how = _("Surcharge of this choice per piece: %(sum)s = %(money)s",
                    sum=words, money=line.money(amount))  # fmt: skip
            key = f"options.{option.key}"
            if pieces != line.quantity:
                key += f".{choice.key}"
            yield PriceRow(key, f"{option.label}: {choice.label}", how, amount, words)


def variant_rows(line: LineToPrice, pieces_minor: int) -> Iterator[PriceRow]:
    """Yield the price difference of each variant. What is taken off is at most its share of the price of
    all pieces (`pieces_minor`), so that no piece costs less than nothing."""
    for one in line.variants:
        each = one.variant.price_difference_minor
        if not each:
            continue
        amount = each * one.pieces
        words = f"{line.money(each)} × {grouped(one.pieces)}"
        how = _("Price difference of this variant per piece: %(sum)s = %(money)s",
                sum=words, money=line.money(amount))  # fmt: skip
        share = pieces_minor * one.pieces // line.quantity
        if pieces_minor and amount + share < 0:
            amount = -share
            how = _("%(how)s, at most the price of the pieces: −%(money)s",
                    how=how, money=line.money(share))  # fmt: skip
        label = variant_label(line.product, one.variant)
        yield PriceRow(f"variant.{one.variant.key}", label, how, amount, words)
