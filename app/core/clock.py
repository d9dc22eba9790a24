"""The one place that asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """Return the calendar day in `zone` (an IANA name such as ``Europe/London``)."""
    return datetime.now(ZoneInfo(zone)).date()
