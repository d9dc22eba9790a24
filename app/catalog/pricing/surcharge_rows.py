"""Rows of a rule's own surcharges."""

from collections.abc import Iterator
from decimal import Decimal

from app.catalog.pricing.measured import shown
from app.catalog.pricing.names import letters
from app.catalog.pricing.rows import PriceRow, percent_of
from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Surcharge
from app.catalog.properties.price_parts import SURCHARGE_KINDS
from app.core.money import half_up
from app.core.translations import _
from app.core.web.formats import quantity as grouped

#: Kinds that are counted on each piece, with the unit and the decimals of the measure.
OF_A_PIECE = {
    "per_m2": ("m²", 4),
    "per_m": ("m", 3),
    "per_side": ("", 0),
    "per_page": ("", 0),
    "per_letter": ("", 0),
}


def surcharge_rows(line: LineToPrice) -> Iterator[PriceRow | str]:
    """Yield each surcharge that applies, but those in percent; or the sentence why it can't be known."""
    for one in line.rule.surcharges:
        if one.kind != "percent" and one.amount and line.pieces_meeting(one.only_if):
            count = counted(line, one)
            if count is None:
                yield _("“%(label)s” depends on a measure that is not known yet.", label=one.label)
            elif count:
                yield _row(line, one, count)


def percent_rows(line: LineToPrice, net_minor: int) -> Iterator[PriceRow]:
    """Yield the surcharges in percent, each of the price so far (`net_minor`), not of one another."""
    for one in line.rule.surcharges:
        pieces = line.pieces_meeting(one.only_if)
        if one.kind == "percent" and one.amount and pieces:
            words = _("%(rate)s %% of %(money)s",
                      rate=f"{one.amount:f}", money=line.money(net_minor))  # fmt: skip
            amount = percent_of(net_minor, one.amount * pieces / line.quantity)
            if pieces != line.quantity:
                words += f" × {grouped(pieces)} / {grouped(line.quantity)}"
            yield PriceRow(f"surcharge.{one.key}", one.label, _how(line, one, words, amount),
                           amount, words)  # fmt: skip


def counted(line: LineToPrice, one: Surcharge) -> Decimal | None:
    """Return how often the amount is charged: on a piece for kinds of a piece, else on the line."""
    known = line.measures
    match one.kind:
        case "fixed":
            return Decimal(1)
        case "per_piece":
            return Decimal(line.pieces_meeting(one.only_if))
        case "per_m2":
            return known.area_m2
        case "per_m":
            return known.perimeter_m
        case "per_side":
            return Decimal(known.sides)
        case "per_page":
            return Decimal(known.pages)
        case "per_sheet":
            return None if known.sheets is None else Decimal(known.sheets)
        case "per_design":
            return Decimal(known.designs)
        case _:
            return Decimal(_letters(line, one.field))


def _letters(line: LineToPrice, key: str) -> int:
    texts = (
        line.personalisation.get(field.key, "")
        for field in line.product.personalisation
        if field.kind == "text"
        and key in ("", field.key)
        and line.product.meets(field.only_if, line.options, line.breakdown)
    )
    return sum(map(letters, texts))


def _row(line: LineToPrice, one: Surcharge, count: Decimal) -> PriceRow:
    rate = line.money(one.amount)
    if one.kind in OF_A_PIECE:
        unit, places = OF_A_PIECE[one.kind]
        count = shown(count, places)
        piece = half_up(count * one.amount)
        pieces = line.pieces_meeting(one.only_if)
        amount = piece * pieces
        measure = f"{grouped(count, places=places)} {unit}".strip()
        words = f"{measure} × {rate} = {line.money(piece)}, × {grouped(pieces)}"
    else:
        amount = half_up(count * one.amount)
        words = f"{rate} × {grouped(count)}" if one.kind != "fixed" else _("once")
    return PriceRow(
        f"surcharge.{one.key}", one.label, _how(line, one, words, amount), amount, words
    )


def _how(line: LineToPrice, one: Surcharge, sum_: str, amount: int) -> str:
    kind = str(SURCHARGE_KINDS[one.kind])
    if one.kind == "fixed":
        return _("Surcharge %(kind)s: %(money)s", kind=kind, money=line.money(amount))
    return _("Surcharge %(kind)s: %(sum)s = %(money)s", kind=kind, sum=sum_,
             money=line.money(amount))  # fmt: skip
