"""Why a person must set a price."""

from collections.abc import Iterator
from decimal import Decimal

from app.catalog.pricing.subject import LineToPrice
from app.catalog.properties import Choice, Price
from app.core.translations import _
from app.core.web.formats import long_date
from app.core.web.formats import quantity as grouped


def reasons_of(line: LineToPrice) -> Iterator[str]:
    """Yield each reason that the product, its configuration or its file gives."""
    rule, facts = line.rule, line.facts
    if rule.by_person:
        yield rule.by_person
    yield from _unmeasured(line)
    yield from _measured_by_variant(line)
    room = line.product.artwork.build_volume_mm if line.product.artwork else None
    if room and facts.bbox_mm and not facts.fits(room):
        part, largest = _box(facts.bbox_mm), _box(room)
        yield _("The part is %(part)s; the largest we make is %(room)s.", part=part, room=largest)
    if line.breaks and line.quantity < (least := line.breaks[0].from_quantity):
        yield _("There is no price for fewer than %(least)s.", least=grouped(least))
    if not has_price(line):
        yield _("This product has no price yet.")
    if rule.valid_until and line.on > rule.valid_until:
        day = long_date(rule.valid_until)
        yield _("The prices of this product were valid until %(day)s.", day=day)
    found = line.terms.price_list
    if found and found.currency and found.currency != rule.currency and found.holds(line.on):
        yield _("Price list %(name)s is in %(currency)s.", name=found.name, currency=found.currency)


def _measured_by_variant(line: LineToPrice) -> Iterator[str]:
    """Yield a sentence for each option that decides a measure and differs between the pieces of the line."""
    for option in line.product.options:
        differs = option.key in line.product.variants.options and option.key not in line.options
        if line.variants and differs and any(map(_decides_measure, option.choices)):
            yield _("The price depends on the %(option)s, which differs between the pieces.",
                    option=option.label.lower())  # fmt: skip


def _decides_measure(choice: Choice) -> bool:
    rates = choice.per_cm3_minor or choice.per_gram_minor
    known = (choice.density_g_per_cm3, choice.width_mm, choice.height_mm, choice.sides)
    return bool(rates or choice.weight_g) or any(one is not None for one in known)


def mode_reasons(line: LineToPrice, net_minor: int) -> Iterator[str]:
    """Yield why this product's price is not shown at once, though it may be known."""
    rule = line.rule
    if rule.mode == "on_request":
        yield _("We prepare the price of this product for you.")
    if rule.mode == "instant_below":
        if rule.below_quantity and line.quantity >= rule.below_quantity:
            limit = grouped(rule.below_quantity)
            yield _("From %(limit)s pieces on, we prepare the price for you.", limit=limit)
        elif rule.below_minor and net_minor >= rule.below_minor:
            limit = line.money(rule.below_minor)
            yield _("From %(limit)s on, we prepare the price for you.", limit=limit)


def has_price(line: LineToPrice) -> bool:
    """Return whether anything of the rule makes a price of a line."""
    return bool(makes_price(line.rule) or _by_weight(line) or _by_volume(line) or line.breaks)


def makes_price(rule: Price) -> bool:
    """Return whether a rule can come to an amount by itself, or says that a person sets it."""
    measured = (
        *(rule.per_m2_minor, rule.per_m_minor, rule.per_page_minor, rule.per_sheet_minor),
        *(rule.formulas, rule.work_prices, rule.by_person, rule.unit_breaks),
    )
    return bool(rule.is_measured or any(measured))


def _by_weight(line: LineToPrice) -> bool:
    return bool(line.rule.per_gram_minor or any(c.per_gram_minor for _o, c in line.chosen))


def _by_volume(line: LineToPrice) -> bool:
    return bool(line.rule.per_cm3_minor or any(c.per_cm3_minor for _o, c in line.chosen))


def _unmeasured(line: LineToPrice) -> Iterator[str]:
    rule, known = line.rule, line.measures
    lacks_volume = _by_volume(line) and known.volume_cm3 is None
    lacks_weight = _by_weight(line) and known.weight_g is None
    if lacks_volume or lacks_weight:
        if line.facts.watertight is False:
            yield _("The model is not closed, so its volume can't be measured.")
        elif rule.by_person:
            pass
        elif known.volume_cm3 is None:
            yield _("The price depends on the file's volume, which is not known yet.")
        else:
            yield _("The weight of the chosen material is not known.")
    if rule.by_person:
        return
    if rule.per_box_cm3_minor and line.facts.bbox_mm is None:
        yield _("The price depends on the part's outer size, which is not known yet.")
    by_size = rule.per_m2_minor or rule.per_m_minor or (rule.per_sheet_minor and rule.sheet)
    if by_size and known.area_m2 is None:
        yield _("The price depends on the width and height, which are not known yet.")
    if rule.per_sheet_minor and rule.sheet is None:
        yield _("The price is per sheet, but no sheet size is set.")
    if known.per_sheet == 0 and (rule.per_sheet_minor or _counts_sheets(line)):
        sheet = rule.sheet
        assert sheet is not None and known.width_mm is not None and known.height_mm is not None
        size = f"{grouped(known.width_mm)} × {grouped(known.height_mm)} mm"
        whole = f"{grouped(sheet.sheet_width_mm)} × {grouped(sheet.sheet_height_mm)} mm"
        yield _("A piece of %(size)s doesn't fit on a sheet of %(sheet)s.", size=size, sheet=whole)


def _counts_sheets(line: LineToPrice) -> bool:
    return any(one.kind == "per_sheet" for one in line.rule.surcharges)


def _box(sides: tuple[Decimal, Decimal, Decimal]) -> str:
    return " × ".join(grouped(round(side, 1)) for side in sides) + " mm"
