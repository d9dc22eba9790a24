"""Money and region: in which currency the shop sells, in whose time it lives, how numbers and dates are written."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import available_timezones

from pydantic import Field

from app.core.inputs import Choice
from app.core.settings import current
from app.core.shop.fields import one_of
from app.core.shop.reading import shop
from app.core.shop.section import Section
from app.core.translations import _l

WEEKDAYS = {
    "monday": _l("Monday"),
    "tuesday": _l("Tuesday"),
    "wednesday": _l("Wednesday"),
    "thursday": _l("Thursday"),
    "friday": _l("Friday"),
    "saturday": _l("Saturday"),
    "sunday": _l("Sunday"),
}
LENGTHS = {"mm": _l("Millimetres"), "in": _l("Inches")}
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


@lru_cache(maxsize=1)
def zones() -> Mapping[str, str]:
    """Return the IANA time zones, each as it is read."""
    return {zone: zone.replace("_", " ") for zone in sorted(available_timezones())}


@lru_cache(maxsize=1)
def currencies() -> Mapping[str, str]:
    """Return the currencies that are legal tender somewhere today: code → code and name."""
    from babel import Locale
    from babel.core import get_global

    names = Locale("en").currencies
    today = {
        code
        for tenders in get_global("territory_currencies").values()
        for code, _begin, end, is_tender in tenders
        if end is None and is_tender
    }
    return {code: f"{code} – {names.get(code, code)}" for code in sorted(today)}


@lru_cache(maxsize=1)
def locales() -> Mapping[str, str]:
    """Return every locale that is known: ``de_AT`` → German (Austria)."""
    from babel import Locale
    from babel.localedata import locale_identifiers

    names = {
        code: Locale.parse(code).get_display_name("en") or code for code in locale_identifiers()
    }
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


class Region(Section):
    """Currency, time zone, and how numbers and dates are written."""

    key: ClassVar[str] = "region"
    title: ClassVar[str] = _l("Money & region")
    sentence: ClassVar[str] = _l(
        "The currency you sell in, your time zone, and how numbers and dates are written."
    )
    icon: ClassVar[str] = "coin"
    order: ClassVar[int] = 30

    currency: Annotated[
        str,
        one_of(currencies, _l("There is no currency “%(value)s”.")),
        Field(title=_l("Currency"), description=_l("Of your prices, quotes and reports.")),
    ] = "GBP"
    timezone: Annotated[
        str,
        one_of(zones, _l("There is no time zone “%(value)s”.")),
        Field(
            title=_l("Time zone"), description=_l("Due dates, opening hours and reports go by it.")
        ),
    ] = "Europe/London"
    locale: Annotated[
        str,
        one_of(locales, _l("There is no language and country “%(value)s”.")),
        Field(
            title=_l("Language and formats"),
            description=_l(
                "How numbers, money and dates are written. Sentences are English where no translation is installed."
            ),
        ),
    ] = "en_GB"
    first_day: Annotated[Weekday, Choice(WEEKDAYS), Field(title=_l("First day of the week"))] = (
        "monday"
    )

    @classmethod
    def environment(cls) -> Mapping[str, Any]:
        """Return what TIMEZONE, CURRENCY and LOCALE say."""
        chosen = current()
        found = {"currency": chosen.currency, "timezone": chosen.timezone}
        return found | {"locale": chosen.locale.replace("-", "_")}


def region() -> Region:
    """Return the shop's currency, time zone and formats as they are now."""
    return shop(Region)


def weekdays() -> list[str]:
    """Return the weekdays beginning with the shop's first."""
    names = list(WEEKDAYS)
    first = names.index(region().first_day)
    return names[first:] + names[:first]
