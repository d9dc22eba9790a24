"""Which triangle is in front at each pixel: a depth buffer filled in bulk with numpy.

Triangles are grouped by the size of their box on screen; one group is tested against its pixels in
one go (Pineda, "A Parallel Algorithm for Polygon Rasterization", 1988). Depth and number share one
64-bit word, so that the smallest word wins without an order of drawing.
"""

import time
from typing import Any

EMPTY = 0xFFFFFFFFFFFFFFFF
AT_ONCE = 200_000  # tested pixels in one go: they stay in the processor's cache


class TooSlow(Exception):
    """The drawing was given up at its deadline."""


def front_faces(screen: Any, away: Any, faces: Any, size_px: int, deadline: float) -> Any:
    """Return a (size, size) array of ``distance << 32 | face``; EMPTY where there is nothing.

    `screen` (n, 2) pixels, `away` (n,) distance 0 to 1. Raises TooSlow past `deadline`
    (time.monotonic).
    """
    import numpy as np

    screen, away = screen.astype("f4"), away.astype("f4")
    buffer = np.full(size_px * size_px, EMPTY, "u8")
    # corners by rows (3, t): their extremes are found several times as fast as by columns
    xs, ys = (np.ascontiguousarray(axis).take(faces.T) for axis in screen.T)
    (low_x, wide), (low_y, high) = _span(xs, size_px), _span(ys, size_px)
    seen = np.flatnonzero((wide > 0) & (high > 0))
    steps_x = np.ceil(np.log2(wide[seen])).astype("i4")
    steps_y = np.ceil(np.log2(high[seen])).astype("i4")
    class_of = (steps_x * 32 + steps_y).astype("u2")  # of 16 bits, so that numpy counts them apart
    order = np.argsort(class_of, kind="stable")
    seen, class_of = seen[order], class_of[order]
    for group in np.split(seen, np.flatnonzero(np.diff(class_of)) + 1) if len(seen) else []:
        columns, rows = int(wide[group].max()), int(high[group].max())
        at_once = max(1, AT_ONCE // (columns * rows))
        for start in range(0, len(group), at_once):
            if time.monotonic() > deadline:
                raise TooSlow
            some = group[start : start + at_once]
            px = low_x[some][:, None] + np.tile(np.arange(columns, dtype="i4"), rows)
            py = low_y[some][:, None] + np.repeat(np.arange(rows, dtype="i4"), columns)
            _fill(buffer, size_px, some, xs[:, some].T, ys[:, some].T, away[faces[some]], px, py)
    return buffer.reshape(size_px, size_px)


def _span(corners: Any, size_px: int) -> tuple[Any, Any]:
    """Return the first pixel of each triangle on one axis and over how many pixels it reaches."""
    import numpy as np

    low = np.clip(np.ceil(corners.min(axis=0) - 0.5), 0, size_px).astype("i4")
    high = np.clip(np.floor(corners.max(axis=0) - 0.5), -1, size_px - 1).astype("i4")
    return low, high - low + 1


def _fill(
    buffer: Any, size_px: int, some: Any, xs: Any, ys: Any, away: Any, px: Any, py: Any
) -> None:
    """Put the nearest word at each pixel (px, py) that lies inside its triangle of `some`."""
    import numpy as np

    half = np.float32(0.5)
    weights, inside = barycentric(xs, ys, px.astype("f4") + half, py.astype("f4") + half)
    inside &= (px < size_px) & (py < size_px)
    row, column = np.nonzero(inside)
    depth = sum(weights[k][row, column] * away[row, k] for k in range(3))
    word = (np.clip(depth, 0, 1).astype("f8") * 0xFFFFFFFE).astype("u8") << np.uint64(32)
    place = py[row, column].astype("i8") * size_px + px[row, column]
    np.minimum.at(buffer, place, word | some[row].astype("u8"))


def barycentric(xs: Any, ys: Any, px: Any, py: Any) -> tuple[list[Any], Any]:
    """Return the three weights of points in triangles ((t, 3) corners, (t, p) points) and whether
    each point is inside."""
    import numpy as np

    x, y = xs[:, :, None], ys[:, :, None]
    area = (x[:, 1] - x[:, 0]) * (y[:, 2] - y[:, 0]) - (x[:, 2] - x[:, 0]) * (y[:, 1] - y[:, 0])
    area = np.where(np.abs(area) < 1e-9, np.float32(np.inf), area)
    inverse = 1 / area
    first = ((x[:, 1] - px) * (y[:, 2] - py) - (x[:, 2] - px) * (y[:, 1] - py)) * inverse
    second = ((x[:, 2] - px) * (y[:, 0] - py) - (x[:, 0] - px) * (y[:, 2] - py)) * inverse
    third = 1 - first - second
    near = np.float32(-1e-4)
    inside = (first >= near) & (second >= near) & (third >= near) & np.isfinite(area)
    return [first, second, third], inside
