"""Numbers, money, days and times as people read them: by Babel, in the shop's locale and the person's
own zone. Nothing else in the application formats them for people."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask, g, has_app_context, has_request_context
from flask_babel import get_locale, gettext, ngettext
from jinja2 import pass_context
from markupsafe import Markup

from app.core.clock import now
from app.core.money import in_cash_minor
from app.core.shop.reading import has_shop, region_locale, region_zone

MINUS = "\N{MINUS SIGN}"
DEFAULT_LOCALE = "en_GB"
NOTHING = Markup('<span class="muted">–</span>')
#: Where English wants other signs than Babel's table has for a skeleton.
ENGLISH = {"yMMMEd": "E d MMM y", "MMMMEEEEd": "EEEE d MMMM"}


def locale() -> str:
    """Return the locale of this request, else the shop's; British English outside the application."""
    if not has_app_context():
        return DEFAULT_LOCALE
    if not has_request_context() and has_shop():
        return region_locale()
    if "locale" not in g:
        g.locale = str(get_locale() or DEFAULT_LOCALE)
    return str(g.locale)


@lru_cache(maxsize=4096)
def _number(value: Decimal, pattern: str | None, locale: str) -> str:
    from babel.numbers import format_decimal

    text = format_decimal(value, pattern, locale=locale, decimal_quantization=bool(pattern))
    return text.replace("-", MINUS)


@lru_cache(maxsize=4096)
def _money(minor: Decimal, currency: str, locale: str) -> str:
    from babel.numbers import format_currency, get_currency_precision

    is_whole = minor == minor.to_integral_value()
    amount = (minor if is_whole else minor.normalize()).scaleb(-get_currency_precision(currency))
    text = format_currency(amount, currency, locale=locale, decimal_quantization=is_whole)
    return text.replace("-", MINUS)


@lru_cache(maxsize=4096)
def _date(value: date, skeleton: str, locale: str) -> str:
    from babel.dates import format_date, format_skeleton

    own = {"long": "long"} | (ENGLISH if locale.startswith("en") else {})
    if skeleton in own:
        return format_date(value, own[skeleton], locale=locale)
    return format_skeleton(skeleton, value, locale=locale)


@lru_cache(maxsize=4096)
def _time(hour: int, minute: int, second: int | None, locale: str) -> str:
    from babel.dates import format_skeleton

    there = datetime(2000, 1, 1, hour, minute, second or 0, tzinfo=UTC)
    return format_skeleton("Hm" if second is None else "Hms", there, locale=locale)


def zone() -> ZoneInfo:
    """Return the person's zone: ``g.zone`` (an IANA name), else the shop's, else UTC."""
    name = g.get("zone") if has_request_context() else None
    if not name and has_shop():
        name = region_zone()
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(moment: datetime) -> datetime:
    """Return `moment` in the person's zone; one without a zone counts as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(zone())


def money(minor: int | Decimal | None, currency: str = "GBP") -> str:
    """Return minor units as money: ``money(113628, "GBP")`` is ``£1,136.28``; a finer rate keeps its digits."""
    return "–" if minor is None else _money(Decimal(minor), currency, locale())


def quantity(value: Decimal | float | None, unit: str = "", *, places: int | None = None) -> str:
    """Return a number with thousands grouped and its unit; rounded to `places`, else without needless zeros."""
    if value is None:
        return "–"
    number, pattern = Decimal(str(value)), None
    if places is None:
        number = number.normalize()
    else:
        pattern = f"#,##0.{'0' * places}".rstrip(".")
    return f"{_number(number, pattern, locale())} {unit}".strip()


def country_name(code: str) -> str:
    """Return a country's name in the locale of this request; its two letters where nobody knows them."""
    from babel import Locale

    return str(Locale.parse(locale().replace("-", "_")).territories.get(code, code))


def percent(value: Decimal | float | None) -> str:
    """Return ``97.1%`` for 97.1."""
    return "–" if value is None else f"{quantity(value, places=1)}%"


def day(value: date | datetime | None, *, year: bool | None = None) -> str:
    """Return ``Fri 27 Nov``; with the year where it is not this one or `year` asks for it."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = local(value).date()
    has_year = year or (year is None and value.year != local(now()).year)
    return _date(value, "yMMMEd" if has_year else "MMMEd", locale())


def long_day(value: date) -> str:
    """Return ``Friday 27 November``."""
    return _date(value, "MMMMEEEEd", locale())


def long_date(value: date) -> str:
    """Return ``27 November 2026``."""
    return _date(value, "long", locale())


def short_day(value: date) -> str:
    """Return ``Fri 27``, for a chart or a calendar."""
    return _date(value, "Ed", locale())


def clock_time(moment: datetime | None, *, seconds: bool = False) -> str:
    """Return ``08:49`` in the person's zone, with `seconds` ``08:49:12``."""
    if moment is None:
        return "–"
    there = local(moment)
    return _time(there.hour, there.minute, there.second if seconds else None, locale())


def ago(moment: datetime | None) -> str:
    """Return how far `moment` is from now: ``24 min ago``, ``in 2 h``, ``yesterday 08:49``, or its date."""
    if moment is None:
        return "–"
    here, there = local(now()), local(moment)
    seconds = (here - there).total_seconds()
    days = (there.date() - here.date()).days
    if abs(seconds) < 22 * 3600 and (days == 0 or abs(seconds) < 6 * 3600):
        return _near(seconds)
    if abs(days) == 1:
        text = gettext("yesterday %(time)s") if days < 0 else gettext("tomorrow %(time)s")
        return str(text % {"time": clock_time(there)})
    if abs(days) < 300:
        return f"{_date(there.date(), 'MMMd', locale())} {clock_time(there)}"
    return _date(there.date(), "yMMMd", locale())


def _near(seconds: float) -> str:
    if abs(seconds) < 45:
        return str(gettext("just now"))
    if abs(seconds) < 50 * 60:
        number = max(1, round(abs(seconds) / 60))
        text = gettext("%(number)s min ago") if seconds > 0 else gettext("in %(number)s min")
    else:
        number = max(1, round(abs(seconds) / 3600))
        text = gettext("%(number)s h ago") if seconds > 0 else gettext("in %(number)s h")
    return str(text % {"number": number})


def exact(moment: datetime | None) -> str:
    """Return ``Fri 27 Nov 2026, 08:49:12 GMT`` in the person's zone."""
    if moment is None:
        return ""
    there = local(moment)
    return f"{day(there, year=True)}, {clock_time(there, seconds=True)} {there.tzname()}"


def when(moment: datetime | None) -> Markup:
    """Return a ``<time>`` with the words of `ago`, the exact moment on hover."""
    if moment is None:
        return NOTHING
    words = ago(moment)
    mark = Markup(" data-ago") if words.endswith((" ago", "just now")) else Markup("")
    at = local(moment).astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="%s" title="%s"%s>%s</time>') % (at, exact(moment), mark, words)


def date_time(moment: datetime | None) -> Markup:
    """Return a ``<time>`` with the date and time in full words, for what must be exact."""
    if moment is None:
        return NOTHING
    return Markup('<time datetime="{}">{} {}</time>').format(
        moment.isoformat(timespec="seconds"), day(moment), clock_time(moment)
    )


def due(value: date | None, *, done: bool = False) -> Markup:
    """Return a due date: red once it is past, amber within two days, plain otherwise or when done."""
    if value is None:
        return NOTHING
    days_left = (value - local(now()).date()).days
    name = "" if done or days_left > 2 else ("late" if days_left < 0 else "soon")
    mark = Markup(' class="%s"') % name if name else Markup("")
    return Markup('<time datetime="%s"%s>%s</time>') % (value.isoformat(), mark, day(value))


def span(moment: datetime | None) -> str:
    """Return the time since `moment`: ``24 min``, ``5 h``, ``3 d``; empty without one."""
    if moment is None:
        return ""
    minutes = max(0, int((now() - moment).total_seconds() // 60))
    if minutes < 60:
        return str(gettext("%(number)s min", number=minutes))
    if minutes < 24 * 60:
        return str(gettext("%(number)s h", number=minutes // 60))
    return str(gettext("%(number)s d", number=quantity(minutes // (24 * 60))))


def due_words(due_on: date | None) -> str:
    """Return a due date as a ticket says it: ``2 days late``, ``Today``, ``Fri 27 Nov``."""
    if due_on is None:
        return str(gettext("No due date"))
    left = (due_on - local(now()).date()).days
    if left < 0:
        return str(ngettext("%(num)s day late", "%(num)s days late", -left))
    return str({0: gettext("Today"), 1: gettext("Tomorrow")}.get(left, day(due_on)))


def file_size(size_bytes: int | None) -> str:
    """Return bytes as ``18.4 MB`` (powers of 1000, as shops and file managers count)."""
    if size_bytes is None:
        return "–"
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 999.5 or unit == "TB":
            break
        size /= 1000
    return quantity(round(size, 0 if unit == "bytes" or size >= 99.95 else 1), unit)


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
    words = (name or "?").split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper() or "?"


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 piece`` or ``2 pieces``."""
    return f"{quantity(count)} {one if count == 1 else many or one + 's'}"


FILTERS: dict[str, Any] = {
    function.__name__: function
    for function in (
        *(money, quantity, day, percent, long_day, clock_time, ago, exact, when, date_time, due),
        *(file_size, file_name, file_label, initials, plural),
    )
}


def _at_run_time(formatter: Any) -> Any:
    """Return the filter so that Jinja never applies it while compiling: the shop's formats may change."""

    @pass_context
    @wraps(formatter)
    def apply(_context: Any, *args: Any, **options: Any) -> Any:
        return formatter(*args, **options)

    return apply


def init(app: Flask) -> None:
    """Give templates all of these, as filters and as functions."""
    app.jinja_env.filters.update({name: _at_run_time(one) for name, one in FILTERS.items()})
    app.jinja_env.globals.update(in_cash_minor=in_cash_minor)
    app.jinja_env.globals.update(when=when, due=due, money=money, day=day, plural=plural)
