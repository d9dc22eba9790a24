"""When the shop works: the hours of each weekday and the days it is closed. Lead times count its working days."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import islice
from typing import Annotated, ClassVar

from pydantic import Field

from app.core.errors import BadInput
from app.core.inputs import Faults
from app.core.shop.fields import ClockTime, OptionalDay, Row, line
from app.core.shop.reading import shop
from app.core.shop.region import WEEKDAYS, weekdays
from app.core.shop.section import Section
from app.core.translations import _, _l

MOST_DAYS = 3660


class Hours(Row):
    """From when to when; closed where neither is given."""

    opens: Annotated[ClockTime, Field(title=_l("Opens"))] = None
    closes: Annotated[ClockTime, Field(title=_l("Closes"))] = None


class ClosedDays(Row):
    """A day, or several from the first to the last, on which the shop does not work."""

    first: Annotated[OptionalDay, Field(title=_l("First day"))] = None
    last: Annotated[OptionalDay, Field(title=_l("Last day"))] = None
    name: Annotated[str, line(_l("reason"), 80), Field(title=_l("Reason"))] = ""


USUAL = Hours(opens=time(9), closes=time(17))


class Opening(Section):
    """Opening hours and closed days."""

    key: ClassVar[str] = "opening"
    title: ClassVar[str] = _l("Opening hours")
    sentence: ClassVar[str] = _l(
        "Customers see them with your address; lead times count the days you are open."
    )
    icon: ClassVar[str] = "clock"
    order: ClassVar[int] = 70

    monday: Annotated[Hours, Field(title=WEEKDAYS["monday"])] = USUAL
    tuesday: Annotated[Hours, Field(title=WEEKDAYS["tuesday"])] = USUAL
    wednesday: Annotated[Hours, Field(title=WEEKDAYS["wednesday"])] = USUAL
    thursday: Annotated[Hours, Field(title=WEEKDAYS["thursday"])] = USUAL
    friday: Annotated[Hours, Field(title=WEEKDAYS["friday"])] = USUAL
    saturday: Annotated[Hours, Field(title=WEEKDAYS["saturday"])] = Hours()
    sunday: Annotated[Hours, Field(title=WEEKDAYS["sunday"])] = Hours()
    closed: Annotated[
        list[ClosedDays],
        Field(title=_l("Closed days"), description=_l("Public holidays and company holidays.")),
    ] = []

    @classmethod
    def field_order(cls) -> list[str]:
        """Return the weekdays from the shop's first on, then the closed days."""
        return [*weekdays(), "closed"]

    def checked(self) -> Opening:
        """Refuse hours and closed days that end before they begin, each at its field."""
        faults = Faults()
        for key in WEEKDAYS:
            hours: Hours = getattr(self, key)
            if (hours.opens is None) != (hours.closes is None):
                missing = "closes" if hours.closes is None else "opens"
                faults.found[f"{key}.{missing}"] = _(
                    "Enter both times, or neither where you are closed."
                )
            elif hours.opens and hours.closes and hours.closes <= hours.opens:
                faults.found[f"{key}.closes"] = _("Closing time must be later than opening time.")
        for at, days in enumerate(self.closed):
            if days.first is None:
                faults.found[f"closed.{at}.first"] = _("Enter the first day.")
            elif days.last is not None and days.last < days.first:
                faults.found[f"closed.{at}.last"] = _("The last day must not be before the first.")
        if not any(getattr(self, key).opens for key in WEEKDAYS) and not faults.found:
            raise BadInput(_("Enter the hours of at least one day."), field="monday.opens")
        faults.raise_all()
        return self

    def is_open_on(self, day: date) -> bool:
        """Return whether the shop works on `day`."""
        hours: Hours = getattr(self, list(WEEKDAYS)[day.weekday()])
        is_closed = any(
            one.first is not None and one.first <= day <= (one.last or one.first)
            for one in self.closed
        )
        return hours.opens is not None and not is_closed

    def is_complete(self) -> bool:
        """Return whether there is a day on which it works."""
        return any(getattr(self, key).opens for key in WEEKDAYS)


def opening() -> Opening:
    """Return opening hours and closed days as they are now."""
    return shop(Opening)


def working_days(start: date, count: int) -> date:
    """Return the day that is `count` working days after `start`. For 0 it is `start` itself where the shop works
    then, else the next day on which it does. Closed for ten years, it counts every day."""
    hours = opening()
    found = _open_days(hours, start, count + 1)
    if not found:
        return start + timedelta(days=count)
    starts_open = found[0] == start
    return found[count] if starts_open or count == 0 else found[count - 1]


def _open_days(hours: Opening, start: date, count: int) -> list[date]:
    """Return the first `count` days from `start` on which the shop works; none where it never does."""
    days = (start + timedelta(days=number) for number in range(MOST_DAYS))
    found = list(islice((day for day in days if hours.is_open_on(day)), count))
    return found if len(found) == count else []
