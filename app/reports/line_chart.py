"""Where the steps of a value over time stand, in SVG units: calculated here, since a page may carry no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from app.core.web.formats import quantity, short_day
from app.reports.charts import NARROW, WIDE, Box

LINES = 4


class Point(NamedTuple):
    """Where a value begins, and what it is in words."""

    x: float
    y: float
    title: str


class Mark(NamedTuple):
    """A line of the grid with its number, or a day under the axis."""

    at: float
    text: str


class StepDrawing(NamedTuple):
    """The path of the steps in their box, with its points and grid."""

    box: Box
    path: str
    points: tuple[Point, ...]
    ticks: tuple[Mark, ...]
    days: tuple[Mark, ...]


@dataclass(frozen=True)
class StepChart:
    """A value that holds from a day until the next one, drawn for wide pages and for a phone."""

    label: str
    values: tuple[tuple[date, Decimal], ...]
    wide: StepDrawing
    narrow: StepDrawing


def step_chart(
    values: Sequence[tuple[date, Decimal]], label: str, *, until: date
) -> StepChart | None:
    """Return the chart of (first day, value), oldest first, drawn until a day; None for fewer than two values.

    Of several values of one day the last one counts.
    """
    by_day = dict(values)
    days = sorted(by_day)
    if len(days) < 2:
        return None
    steps = tuple((day, by_day[day]) for day in days)
    last = max(until, days[-1])
    return StepChart(label, steps, *(_draw(box, steps, last) for box in (WIDE, NARROW)))


def _draw(box: Box, steps: Sequence[tuple[date, Decimal]], last: date) -> StepDrawing:
    first, low = steps[0][0], min(value for _day, value in steps)
    high = max(value for _day, value in steps)
    room = (high - low) or high
    base, top = max(Decimal(0), low - room / 4), high + room / 4
    span = max(1, (last - first).days)

    def x(day: date) -> float:
        return round(box.left + (box.right - box.left) * (day - first).days / span, 1)

    def y(value: Decimal) -> float:
        return round(box.base - float((value - base) / (top - base)) * (box.base - box.top), 1)

    path = f"M{x(first)} {y(steps[0][1])}"
    for day, value in steps[1:]:
        path += f"H{x(day)}V{y(value)}"
    path += f"H{x(last)}"
    points = tuple(
        Point(x(day), y(value), f"{short_day(day)}: {quantity(value)}") for day, value in steps
    )
    places = max(0, 2 - (top - base).adjusted())
    grid = [base + (top - base) * step / LINES for step in range(LINES + 1)]
    ticks = tuple(Mark(y(value), quantity(round(value, places))) for value in grid)
    ends = (Mark(x(first), short_day(first)), Mark(x(last), short_day(last)))
    return StepDrawing(box, path, points, ticks, ends)
