"""Words for numbers, money and times, in the person's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, current_app, g, has_app_context, has_request_context
from markupsafe import Markup, escape

from app.core.clock import now

MINUS = "\N{MINUS SIGN}"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def zone() -> ZoneInfo:
    """Return the person's zone: ``g.zone`` (an IANA name), else the shop's, else UTC."""
    name = g.get("zone") if has_request_context() else None
    if not name and has_app_context():
        name = current_app.config.get("TIMEZONE")
    return _zone(name or "UTC")


def local(moment: datetime) -> datetime:
    """Return `moment` in the person's zone; one without a zone counts as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(zone())


def money(minor: int | None, currency: str = "GBP") -> str:
    """Return whole minor units as money: ``money(113628, "GBP")`` is ``£1,136.28``."""
    if minor is None:
        return "–"
    from babel.numbers import format_currency, get_currency_precision

    locale = current_app.config.get("LOCALE", "en_GB") if has_app_context() else "en_GB"
    amount = Decimal(abs(minor)).scaleb(-get_currency_precision(currency))
    text = format_currency(amount, currency, locale=locale)
    return f"{MINUS}{text}" if minor < 0 else text


def quantity(value: Decimal | float | None, unit: str = "") -> str:
    """Return a quantity with thousands grouped, needless zeros dropped and its unit after it."""
    if value is None:
        return "–"
    number = Decimal(str(value))
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = f"{MINUS}{text}" if number < 0 else text
    return f"{text} {unit}".strip()


def day(value: date | datetime | None, *, year: bool | None = None) -> str:
    """Return ``Fri 27 Nov``; with the year where it is not this one or `year` asks for it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = local(value).date()
    text = f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
    this_year = local(now()).year
    return f"{text} {value.year}" if (year or (year is None and value.year != this_year)) else text


def clock_time(moment: datetime | None) -> str:
    """Return ``08:49`` in the person's zone."""
    return "–" if moment is None else f"{local(moment):%H:%M}"


def ago(moment: datetime | None, at: datetime | None = None) -> str:
    """Return how far `moment` is from `at` (now), as people say it.

    Within the day ``24 min ago`` and ``in 2 h``, next to it ``yesterday 08:49``, else the date.
    """
    if moment is None:
        return "–"
    here, there = local(at or now()), local(moment)
    seconds = (here - there).total_seconds()
    if abs(seconds) < 45:
        return "just now"
    past = seconds > 0
    seconds = abs(seconds)
    near = None
    if seconds < 50 * 60:
        near = f"{max(1, round(seconds / 60))} min"
    elif seconds < 22 * 3600 and (here.date() == there.date() or seconds < 6 * 3600):
        near = f"{max(1, round(seconds / 3600))} h"
    if near:
        return f"{near} ago" if past else f"in {near}"
    if there.date() == here.date() - timedelta(days=1):
        return f"yesterday {there:%H:%M}"
    if there.date() == here.date() + timedelta(days=1):
        return f"tomorrow {there:%H:%M}"
    if abs((there.date() - here.date()).days) < 300:
        return f"{there.day} {MONTHS[there.month - 1]} {there:%H:%M}"
    return f"{there.day} {MONTHS[there.month - 1]} {there.year}"


def exact(moment: datetime | None) -> str:
    """Return ``Fri 27 Nov 2026, 08:49:12 GMT`` in the person's zone."""
    if moment is None:
        return ""
    there = local(moment)
    return f"{day(there, year=True)}, {there:%H:%M:%S} {there.tzname()}"


def when(moment: datetime | None) -> Markup:
    """Return a ``<time>`` with the words of `ago`, the exact moment on hover."""
    if moment is None:
        return Markup('<span class="muted">–</span>')
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    words = ago(aware)
    mark = Markup(" data-ago") if words.endswith((" ago", "just now")) else Markup("")
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(
        aware.astimezone(UTC).isoformat(timespec="seconds"), exact(aware), mark, words
    )


def date_time(moment: datetime | None) -> Markup:
    """Return a ``<time>`` with the date and time in full words, for what must be exact."""
    if moment is None:
        return Markup('<span class="muted">–</span>')
    return Markup('<time datetime="{}">{} {}</time>').format(
        moment.isoformat(timespec="seconds"), day(moment), clock_time(moment)
    )


def due(value: date | None, *, done: bool = False) -> Markup:
    """Return a due date: red once it is past, amber within two days, plain otherwise or when done."""
    if value is None:
        return Markup('<span class="muted">–</span>')
    days_left = (value - local(now()).date()).days
    name = "" if done or days_left > 2 else ("late" if days_left < 0 else "soon")
    mark = Markup(' class="{}"').format(name) if name else Markup("")
    return Markup('<time datetime="{}"{}>{}</time>').format(value.isoformat(), mark, day(value))


def file_size(size_bytes: int | None) -> str:
    """Return bytes as ``18.4 MB`` (powers of 1000, as shops and file managers count)."""
    if size_bytes is None:
        return "–"
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            text = f"{size:.0f}" if unit == "bytes" or size >= 99.95 else f"{size:.1f}"
            return f"{text.removesuffix('.0')} {unit}"
        size /= 1000
    return ""


def file_name(name: str | None, length: int = 32) -> str:
    """Return `name` cut in the middle to `length` characters, its beginning and ending kept."""
    name = name or ""
    if len(name) <= length:
        return name
    tail = max(8, length // 2 - 2)
    return f"{name[: length - tail - 1]}…{name[-tail:]}"


def file_label(name: str | None, length: int = 32) -> Markup:
    """Return the cut name with the whole one on hover."""
    return Markup('<span title="{}">{}</span>').format(name or "", file_name(name, length))


def initials(name: str | None) -> str:
    """Return up to two letters for an avatar."""
    words = [word for word in (name or "?").split() if word]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 piece`` or ``2 pieces``."""
    return f"{quantity(count)} {one if count == 1 else many or one + 's'}"


FILTERS: dict[str, Any] = {
    "money": money,
    "quantity": quantity,
    "day": day,
    "clock_time": clock_time,
    "ago": ago,
    "exact": exact,
    "when": when,
    "date_time": date_time,
    "due": due,
    "file_size": file_size,
    "file_name": file_name,
    "file_label": file_label,
    "initials": initials,
    "plural": plural,
}


def init(app: Flask) -> None:
    """Give templates all of these, as filters and as functions."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        when=when, due=due, money=money, day=day, plural=plural, local_time=local, escape=escape
    )
