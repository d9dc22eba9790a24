"""Numbers for small pictures (bars, sparklines, charts) that templates draw as SVG attributes.

Everything is an attribute, never a style: the content security policy allows no inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from flask import Flask


@dataclass(frozen=True)
class Part:
    """One coloured part of a bar: CSS class, start and width in hundredths of the whole."""

    name: str
    x: float
    width: float


def quantity_parts(
    ordered: float, good: float = 0, spoiled: float = 0, running: float = 0
) -> list[Part]:
    """Return the parts of a quantity bar: good, then running, from the start; spoiled at the end."""
    whole = max(ordered, good + running + spoiled, 1)
    share = [100 * value / whole for value in (good, running, spoiled)]
    return [
        Part("g", 0.0, round(share[0], 2)),
        Part("r", round(share[0], 2), round(share[1], 2)),
        Part("s", round(100 - share[2], 2), round(share[2], 2)),
    ]


def spark_path(values: Sequence[float], width: int = 100, height: int = 24) -> str:
    """Return the path of a sparkline through `values` in a box of `width` by `height`."""
    if len(values) < 2:
        return f"M0 {height / 2}H{width}"
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / (len(values) - 1)
    points = [
        f"{i * step:.1f} {height - 2 - (value - low) / span * (height - 4):.1f}"
        for i, value in enumerate(values)
    ]
    return "M" + "L".join(points)


@dataclass(frozen=True)
class Bar:
    """One column of a bar chart, in SVG units; `second_*` is the part stacked on top."""

    label: str
    x: float
    width: float
    y: float
    height: float
    second_y: float
    second_height: float
    title: str
    strong: bool


@dataclass(frozen=True)
class Chart:
    """A bar chart ready to draw: its box, its grid lines (y, label), its bars, the target's y."""

    width: int
    height: int
    left: int
    floor_y: float
    grid: list[tuple[float, str]]
    bars: list[Bar]
    target_y: float | None


def tidy_top(value: float) -> tuple[float, float]:
    """Return a round top of a scale that holds `value`, and the step between its lines."""
    if value <= 0:
        return 1, 1
    magnitude: float = 10 ** floor(log10(value))
    for factor in (0.25, 0.5, 1, 2):
        step = magnitude * factor
        if ceil(value / step) <= 4 and (step >= 1 or value < 1):
            return ceil(value / step) * step, step
    return 10 * magnitude, 5 * magnitude


def bar_chart(
    bars: Sequence[tuple[str, float] | tuple[str, float, float]],
    *,
    target: float | None = None,
    width: int = 720,
    height: int = 180,
) -> Chart:
    """Return the geometry of `bars`: (label, value) or (label, value, value stacked on it)."""
    left, bottom, top_gap = 44, 22, 8
    tallest = max([bar[1] + (bar[2] if len(bar) > 2 else 0) for bar in bars] + [target or 0, 0])
    top, step = tidy_top(tallest)
    floor_y = height - bottom
    unit = (floor_y - top_gap) / top
    slot = (width - left) / max(len(bars), 1)
    drawn = []
    for i, bar in enumerate(bars):
        label, value = bar[0], bar[1]
        second = bar[2] if len(bar) > 2 else 0
        drawn.append(
            Bar(
                label=label,
                x=round(left + i * slot + slot * 0.2, 1),
                width=round(slot * 0.6, 1),
                y=round(floor_y - value * unit, 1),
                height=round(value * unit, 1),
                second_y=round(floor_y - (value + second) * unit, 1),
                second_height=round(second * unit, 1),
                title=f"{label}: {value:,g}" + (f" and {second:,g}" if second else ""),
                strong=i == len(bars) - 1,
            )
        )
    lines = round(top / step)
    grid = [(round(floor_y - i * step * unit, 1), f"{i * step:,g}") for i in range(lines + 1)]
    target_y = None if target is None else round(floor_y - target * unit, 1)
    return Chart(width, height, left, floor_y, grid, drawn, target_y)


def init(app: Flask) -> None:
    """Give templates the functions that the drawing macros need."""
    app.jinja_env.globals.update(
        quantity_parts=quantity_parts, spark_path=spark_path, bar_chart_of=bar_chart
    )
