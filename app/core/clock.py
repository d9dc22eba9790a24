"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def shop_day() -> date:
    """Return the calendar day in the shop's own time zone, as it is set now."""
    from app.core.shop.region import region

    return today(region().timezone)


def today(zone: str = "UTC") -> date:
    """Return the calendar day in `zone` (an IANA name such as ``Europe/London``)."""
    return datetime.now(ZoneInfo(zone)).date()
