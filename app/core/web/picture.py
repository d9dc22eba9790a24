"""Numbers for small pictures that templates draw as SVG attributes: the policy allows no inline style."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Flask


class Part(NamedTuple):
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


def spark_path(values: Sequence[float]) -> str:
    """Return the path of a sparkline through two or more `values` in a box of 100 by 24."""
    low, step = min(values), 100 / (len(values) - 1)
    span = (max(values) - low) or 1
    points = [f"{i * step:.1f} {22 - (one - low) / span * 20:.1f}" for i, one in enumerate(values)]
    return "M" + "L".join(points)


def init(app: Flask) -> None:
    """Give templates the functions that the drawing macros need."""
    app.jinja_env.globals.update(quantity_parts=quantity_parts, spark_path=spark_path)
