"""Rows on the sum of the others: the customer's price list, the minimum, a promotion, rush."""

from collections.abc import Iterator
from datetime import date

from app.catalog.pricing.rows import PriceRow, percent_of
from app.catalog.pricing.subject import LineToPrice
from app.catalog.pricing.terms import PriceListTerms, Promotion, is_between
from app.catalog.properties import RushLevel
from app.core.money import half_up
from app.core.shop.opening import working_days as add_working_days
from app.core.translations import _
from app.core.web.formats import day, long_date


def price_list_rows(line: LineToPrice, net_minor: int) -> Iterator[PriceRow]:
    """Yield the percentage of the customer's price list on the price so far."""
    found, entry = line.terms.price_list, line.list_price
    if found is None or not found.holds(line.on):
        return
    percent = found.percent
    if entry is not None:
        percent = entry.percent if entry.percent is not None else percent * (not entry.breaks)
    if percent:
        amount = percent_of(net_minor, percent)
        words = _("%(rate)s %% of %(money)s", rate=f"{percent:f}", money=line.money(net_minor))
        how = _("Price list %(name)s: %(sum)s = %(money)s",
                name=named_with_days(found), sum=words, money=line.money(amount))  # fmt: skip
        yield PriceRow("price_list", found.name, how, amount, words)


def named_with_days(found: PriceListTerms) -> str:
    """Return the name of a price list with the days it is valid on, as far as it has limits."""
    first = long_date(found.valid_from) if found.valid_from else ""
    last = long_date(found.valid_until) if found.valid_until else ""
    if first and last:
        return _("%(name)s, valid %(first)s to %(last)s", name=found.name, first=first, last=last)
    if first:
        return _("%(name)s, valid from %(first)s", name=found.name, first=first)
    return _("%(name)s, valid until %(last)s", name=found.name, last=last) if last else found.name


def minimum_rows(line: LineToPrice, net_minor: int) -> Iterator[PriceRow]:
    """Yield what lifts a small line to its minimum."""
    least = line.rule.min_minor
    if 0 < net_minor < least:
        words = f"{line.money(least)} − {line.money(net_minor)}"
        how = _("Minimum per item: %(sum)s = %(money)s",
                sum=words, money=line.money(least - net_minor))  # fmt: skip
        yield PriceRow("minimum", _("Minimum order surcharge"), how, least - net_minor, words)


def rush_rows(line: LineToPrice, net_minor: int) -> Iterator[PriceRow]:
    """Yield what the asked rush level adds."""
    level = line.rule.rush_level(line.rush)
    if level is None:
        return
    amount = half_up(net_minor * level.percent / 100) + level.fixed_minor
    parts = []
    if level.percent:
        parts.append(_("%(rate)s %% of %(money)s",
                       rate=f"{level.percent:f}", money=line.money(net_minor)))  # fmt: skip
    if level.fixed_minor:
        parts.append(line.money(level.fixed_minor))
    words = " + ".join(parts)
    how = _("Rush level %(label)s%(days)s: %(sum)s = %(money)s", label=level.label,
            days=_within(level), sum=words, money=line.money(amount))  # fmt: skip
    yield PriceRow("rush", str(level.label), how, amount, words)


def _within(level: RushLevel) -> str:
    if level.working_days is None:
        return ""
    return _(" (%(days)s working days)", days=level.working_days)


def promotion_rows(
    line: LineToPrice, net_minor: int, order_net_minor: int | None, spent_minor: int
) -> Iterator[PriceRow]:
    """Yield the discount of a promotion code within its limits; never more than the price so far.

    Its least value is measured on `order_net_minor`, on the line alone where that is None; `spent_minor` was
    taken off other lines, which counts for a fixed amount and for the most that is taken off.
    """
    found = line.terms.promotion
    measured = net_minor if order_net_minor is None else order_net_minor
    if found is None or not applies_to(line, found, measured):
        return
    off = half_up(net_minor * found.percent / 100) + max(0, found.fixed_minor - spent_minor)
    most = net_minor
    if found.most_minor is not None:
        most = min(net_minor, max(0, found.most_minor - spent_minor))
    amount = -max(0, min(off, most))
    words = _("code %(code)s", code=found.code)
    parts = []
    if found.percent:
        parts.append(_("%(rate)s %% of %(money)s",
                       rate=f"{found.percent:f}", money=line.money(net_minor)))  # fmt: skip
    if found.fixed_minor:
        parts.append(line.money(max(0, found.fixed_minor - spent_minor)))
    if off > most:
        parts.append(_("at most %(money)s", money=line.money(most)))
    how = _("Promotion code %(code)s: %(sum)s = %(money)s",
            code=_code_with_days(found), sum=", ".join(parts), money=line.money(amount))  # fmt: skip
    yield PriceRow("promotion", found.label or _("Promotion"), how, amount, words)


def _code_with_days(found: Promotion) -> str:
    """Return the code with the day that it was entered on, else its last day, as far as one is known."""
    names = {"code": found.code}
    if found.entered_on:
        return _("%(code)s, entered on %(day)s", day=long_date(found.entered_on), **names)
    if found.valid_until:
        return _("%(code)s, valid until %(day)s", day=long_date(found.valid_until), **names)
    return found.code


def applies_to(line: LineToPrice, found: Promotion, net_minor: int) -> bool:
    """Return whether a promotion holds for this line, by day, value, quantity and product."""
    if not is_between(found.entered_on or line.on, found.valid_from, found.valid_until):
        return False
    if net_minor < found.min_net_minor or line.quantity < found.min_quantity:
        return False
    named = found.skus or found.families
    is_named = line.terms.sku in found.skus or set(line.terms.families) & set(found.families)
    return bool(not named or is_named)


def ready_on(on: date, working_days: int) -> date:
    """Return the day so many of the shop's working days after `on`."""
    return add_working_days(on, working_days)


def rush_words(level: RushLevel, on: date) -> str:
    """Return when an order of this level, agreed on this day, is ready at the earliest; "" if not said."""
    if level.working_days is None:
        return ""
    return _("ready %(day)s at the earliest", day=day(ready_on(on, level.working_days)))
