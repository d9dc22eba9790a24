"""Rows by a measure: area, outline, sheets, pages, volume, weight, minutes.

What is measured of a piece takes the measure as it is shown, is rounded per piece and then multiplied, so that
anybody can do the sum on the paper again.
"""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from app.catalog.pricing.rows import PriceRow
from app.catalog.pricing.subject import LineToPrice
from app.core.money import half_up
from app.core.translations import _, _l
from app.core.web.formats import quantity as grouped

MATERIAL = _l("Material")


class Measured(NamedTuple):
    """A rate on a measure of one piece: shown with `places` decimals, `rate` in minor units."""

    key: str
    label: str
    rule: str
    unit: str
    places: int
    measure: Decimal | int | None
    rate: Decimal


def measured_rows(line: LineToPrice) -> Iterator[PriceRow]:
    """Yield a row for each rate whose measure is known."""
    for one in rates_of(line):
        if one.measure is not None and one.rate:
            yield _row(line, one)
    yield from _sheets(line)
    yield from _minutes(line)


def rates_of(line: LineToPrice) -> list[Measured]:
    """Return every rate on a measure of one piece, those of the chosen options included."""
    rule, known = line.rule, line.measures
    per_cm3 = rule.per_cm3_minor + sum(choice.per_cm3_minor for _o, choice in line.chosen)
    per_gram = rule.per_gram_minor + sum(choice.per_gram_minor for _o, choice in line.chosen)
    by_volume = next((f"{o.label}: {c.label}" for o, c in line.chosen if c.per_cm3_minor), MATERIAL)
    by_weight = next(
        (f"{o.label}: {c.label}" for o, c in line.chosen if c.per_gram_minor), MATERIAL
    )
    box, outline = rule.per_box_cm3_minor, rule.per_m_minor
    return [
        Measured("volume", by_volume, _l("Price per cm³"), "cm³", 2, known.volume_cm3, per_cm3),
        Measured("weight", by_weight, _l("Price per gram"), "g", 2, known.weight_g, per_gram),
        Measured("box", _l("Bounding box"), _l("Price per cm³ of box"), "cm³", 2, known.box_cm3, box),
        Measured("area", _l("Area"), _l("Price per m²"), "m²", 4, known.area_m2, rule.per_m2_minor),
        Measured("perimeter", _l("Outline"), _l("Price per metre of outline"), "m", 3,
                 known.perimeter_m, outline),
        Measured("pages", _l("Pages"), _l("Price per page"), _l("pages"), 0, known.pages,
                 rule.per_page_minor),
    ]  # fmt: skip


def shown(measure: Decimal | int, places: int) -> Decimal:
    """Return a measure as it is shown, never less than the smallest that can be shown."""
    step = Decimal(1).scaleb(-places)
    return max(Decimal(measure).quantize(step, ROUND_HALF_UP), step)


def _row(line: LineToPrice, one: Measured) -> PriceRow:
    assert one.measure is not None, "only known measures have a row"
    measure = shown(one.measure, one.places)
    piece = half_up(measure * one.rate)
    of_one = f"{grouped(measure, places=one.places)} {one.unit} × {line.money(one.rate)}"
    words = f"{of_one} = {line.money(piece)}, × {grouped(line.quantity)}"
    how = f"{one.rule}: {words} = {line.money(piece * line.quantity)}"
    return PriceRow(one.key, str(one.label), how, piece * line.quantity, words)


def _sheets(line: LineToPrice) -> Iterator[PriceRow]:
    known, rate, sheet = line.measures, line.rule.per_sheet_minor, line.rule.sheet
    if not rate or known.sheets is None or sheet is None:
        return
    amount = half_up(rate * known.sheets)
    words = f"{grouped(known.sheets)} × {line.money(rate)}"
    how = _(
        "Price per sheet of %(width)s × %(height)s mm, %(up)s pieces each: %(sum)s = %(money)s",
        width=grouped(sheet.sheet_width_mm), height=grouped(sheet.sheet_height_mm),
        up=grouped(known.per_sheet), sum=words, money=line.money(amount),
    )  # fmt: skip
    yield PriceRow("sheets", _("Sheets"), how, amount, words)


def _minutes(line: LineToPrice) -> Iterator[PriceRow]:
    for price in line.rule.work_prices:
        minutes = line.measures.minutes.get(price.key)
        if minutes and price.per_minute_minor:
            minutes = shown(minutes, 2)
            amount = half_up(minutes * price.per_minute_minor)
            centre = price.key.replace("_", " ").capitalize()
            words = f"{grouped(minutes)} min × {line.money(price.per_minute_minor)}"
            how = _("Minutes at %(centre)s, set-up included: %(sum)s = %(money)s",
                    centre=centre, sum=words, money=line.money(amount))  # fmt: skip
            yield PriceRow(f"minutes.{price.key}", centre, how, amount, words)
