"""Models made for tests as lists of triangles: `sample_files.an_stl` and `a_3mf` write them."""

from __future__ import annotations

import math
import random

Point = tuple[float, float, float]
Triangle = tuple[Point, Point, Point]


def a_ring(steps: int = 24, *, radius: float = 20, thickness: float = 5) -> list[Triangle]:
    """A closed ring (a torus) of 2 x steps² triangles that face outwards."""

    def corner(around: int, across: int) -> Point:
        turn, tilt = (2 * math.pi * (n % steps) / steps for n in (around, across))
        reach = radius + thickness * math.cos(tilt)
        return reach * math.cos(turn), reach * math.sin(turn), thickness * math.sin(tilt)

    made: list[Triangle] = []
    for n in range(steps):
        for m in range(steps):
            a, b, c, d = corner(n, m), corner(n + 1, m), corner(n + 1, m + 1), corner(n, m + 1)
            made += [(a, b, c), (a, c, d)]
    return made


def moved(triangles: list[Triangle], *, by: Point) -> list[Triangle]:
    """The same, elsewhere."""
    x, y, z = by
    return [
        (
            (a[0] + x, a[1] + y, a[2] + z),
            (b[0] + x, b[1] + y, b[2] + z),
            (c[0] + x, c[1] + y, c[2] + z),
        )
        for a, b, c in triangles
    ]


def a_soup(count: int = 60) -> list[Triangle]:
    """Triangles that touch nowhere."""
    some = random.Random(1)

    def corner() -> Point:
        return some.uniform(0, 50), some.uniform(0, 50), some.uniform(0, 50)

    return [(corner(), corner(), corner()) for _ in range(count)]


def with_faults(triangles: list[Triangle]) -> list[Triangle]:
    """The same with holes, a face twice and one without area."""
    kept = [row for n, row in enumerate(triangles) if n % 17]
    return [*kept, kept[5], (kept[0][0], kept[0][0], kept[0][1])]
