"""Where the bars of a chart stand, in SVG units: worked out here, since a page may carry no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import NamedTuple

from app.core.translations import _
from app.core.web.formats import quantity, short_day

GAP = 1
STEPS = (1, 2, 5)


class DayCount(NamedTuple):
    """What was counted on one day: the lower part of its bar and the upper one."""

    day: date
    low: int
    high: int = 0


class Box(NamedTuple):
    """The room of a chart: its size, where the bars begin and end, and their top and base."""

    name: str
    width: int
    height: int
    left: int
    right: int
    top: int
    base: int


#: A phone gets a drawing of its own: the labels of the wide one would be too small.
WIDE = Box("wide", 880, 220, 48, 872, 20, 185)
NARROW = Box("narrow", 400, 230, 56, 390, 14, 200)


class Bar(NamedTuple):
    """One day: a lower and an upper part, their heights and places, and its label."""

    day: date
    x: float
    width: float
    y_1: float
    height_1: float
    y_2: float
    height_2: float
    label: str
    title: str
    is_today: bool


class Tick(NamedTuple):
    """One line of the grid and its number."""

    y: float
    value: int


class Drawing(NamedTuple):
    """Bars and grid, ready to draw in their box."""

    box: Box
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Chart:
    """What is counted day by day, drawn once for wide pages and once for a phone."""

    label: str
    words: tuple[str, str]
    days: tuple[tuple[date, int, int], ...]
    wide: Drawing
    narrow: Drawing

    @property
    def has_any(self) -> bool:
        """Whether any day has anything to show."""
        return any(low or high for _, low, high in self.days)


def bars(
    days: Sequence[tuple[date, int, int]],
    words: tuple[str, str],
    label: str,
    *,
    today: date | None = None,
) -> Chart:
    """Return a chart of (day, lower, upper) counts; `words` name both parts (the second may be "").

    `today` is the last of the days unless another is named.
    """
    now = today or (days[-1][0] if days else None)
    wide, narrow = (_draw(box, days, words, now) for box in (WIDE, NARROW))
    return Chart(label, words, tuple(days), wide, narrow)


def _draw(
    box: Box, days: Sequence[tuple[date, int, int]], words: tuple[str, str], today: date | None
) -> Drawing:
    top = max((max(low, 0) + max(high, 0) for _day, low, high in days), default=0)
    step = _step(top)
    ceiling = max(step, -(-top // step) * step)
    scale = (box.base - box.top) / ceiling
    slot = (box.right - box.left) / max(1, len(days))
    drawn = []
    for index, (day, low, high) in enumerate(days):
        height_1, height_2 = max(low, 0) * scale, max(high, 0) * scale
        counts = [f"{quantity(low)} {words[0]}"] + (
            [f"{quantity(high)} {words[1]}"] if words[1] else []
        )
        # a phone has room for every second day's number, counted from today
        spare = box is NARROW and today is not None and (day - today).days % 2
        short = f"{day.day}" if box is NARROW else short_day(day)
        drawn.append(
            Bar(
                day=day,
                x=round(box.left + index * slot + slot * 0.2, 1),
                width=round(slot * 0.6, 1),
                y_1=round(box.base - height_1, 1),
                height_1=round(height_1, 1),
                y_2=round(box.base - height_1 - height_2 - GAP, 1),
                height_2=round(height_2, 1),
                label=_("Today") if day == today else "" if spare else short,
                title=f"{short_day(day)}: {', '.join(counts)}",
                is_today=day == today,
            )
        )
    values = range(0, ceiling + 1, step)
    ticks = tuple(Tick(round(box.base - value * scale + 0.5, 1), value) for value in values)
    return Drawing(box, tuple(drawn), ticks)


def _step(top: int) -> int:
    """Return the distance of grid lines: 1, 2 or 5 times a power of ten, so that at most 4 are drawn."""
    steps = (step * 10**power for power in count() for step in STEPS)
    return int(next(step for step in steps if step * 4 >= top))
