"""Where the bars of a chart stand, in SVG units: worked out here, since a page may carry no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 880, 220
LEFT, RIGHT, TOP, BASE = 48, 872, 20, 185
GAP = 1
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Bar:
    """One day: a lower and an upper part, their heights and places, and what it says."""

    day: date
    x: float
    width: float
    y_1: float
    height_1: float
    y_2: float
    height_2: float
    label: str
    title: str
    is_last: bool


@dataclass(frozen=True)
class Tick:
    """One line of the grid and its number."""

    y: float
    value: int


@dataclass(frozen=True)
class Chart:
    """Bars and grid, ready to draw in a box of 880 × 220."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    label: str


def bars(days: Sequence[tuple[date, int, int]], words: tuple[str, str], label: str) -> Chart:
    """Return a chart of (day, lower, upper) counts; `words` name both parts (the second may be "")."""
    top = max((max(low, 0) + max(high, 0) for _, low, high in days), default=0)
    step = _step(top)
    ceiling = max(step, -(-top // step) * step)
    scale = (BASE - TOP) / ceiling
    slot = (RIGHT - LEFT) / max(1, len(days))
    drawn = []
    for index, (day, low, high) in enumerate(days):
        height_1, height_2 = max(low, 0) * scale, max(high, 0) * scale
        last = index == len(days) - 1
        said = [f"{low:,} {words[0]}"] + ([f"{high:,} {words[1]}"] if words[1] else [])
        drawn.append(
            Bar(
                day=day,
                x=round(LEFT + index * slot + slot * 0.2, 1),
                width=round(slot * 0.6, 1),
                y_1=round(BASE - height_1, 1),
                height_1=round(height_1, 1),
                y_2=round(BASE - height_1 - height_2 - GAP, 1),
                height_2=round(height_2, 1),
                label="Today" if last else f"{day:%a} {day.day}",
                title=f"{day:%a} {day.day}: {', '.join(said)}",
                is_last=last,
            )
        )
    values = range(0, ceiling + 1, step)
    ticks = tuple(Tick(round(BASE - value * scale + 0.5, 1), value) for value in values)
    return Chart(tuple(drawn), ticks, label)


def _step(top: int) -> int:
    """Return the distance of grid lines: 1, 2 or 5 times a power of ten, so that at most 4 are drawn."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * 4 >= top:
                return step * power
        power *= 10
