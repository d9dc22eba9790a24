"""Where a page of artwork lies against the trim, and the sheet of paper that shows it at true size.

All lengths are millimetres; positions are measured from the trim's top left corner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SAME_MM = 1.0
SAME_SHAPE = 0.02
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Rule:
    """The sizes a slot asks for. Without a trim the artwork's own size is shown."""

    trim_mm: tuple[float, float] | None
    bleed_mm: float
    safe_mm: float

    @classmethod
    def of(cls, requirement: Mapping[str, Any]) -> Rule:
        """Read the rule of a slot (``trim_width_mm``, ``trim_height_mm``, ``bleed_mm``, ``safe_mm``)."""
        width, height = requirement.get("trim_width_mm"), requirement.get("trim_height_mm")
        return cls(
            (float(width), float(height)) if width and height else None,
            float(requirement.get("bleed_mm") or 0),
            float(requirement.get("safe_mm") or 0),
        )


@dataclass(frozen=True)
class Placed:
    """A picture of one page on the trim: its box, and in words how it got there."""

    trim_mm: tuple[float, float]
    x: float
    y: float
    width: float
    height: float
    words: str
    is_true_size: bool


def page_size(facts: Mapping[str, Any], number: int) -> tuple[float, float] | None:
    """Return what page `number` (from 1) measures by itself, None where the file does not say."""
    pages = facts.get("page_facts") or []
    if 0 < number <= len(pages) and pages[number - 1].get("media_mm"):
        width, height = pages[number - 1]["media_mm"]
        return float(width), float(height)
    if facts.get("width_mm") and facts.get("height_mm"):
        return float(facts["width_mm"]), float(facts["height_mm"])
    if facts.get("width_px") and facts.get("dpi"):
        unit = MM_PER_INCH / float(facts["dpi"])
        width, height = facts["width_px"] * unit, facts["height_px"] * unit
        return (height, width) if int(facts.get("turned") or 1) >= 5 else (width, height)
    return None


def place(rule: Rule, size_mm: tuple[float, float] | None, picture: tuple[int, int]) -> Placed:
    """Lay a page on the trim as the press would: with bleed, without, or at its own size, centred.

    `picture` is the preview's size in pixels; it gives the shape where the file has no size.
    """
    shape = picture[0] / max(picture[1], 1)
    if rule.trim_mm is None:
        width, height = size_mm or _fit(shape, (120.0, 120.0))
        return Placed(
            (width, height), 0, 0, width, height, "shown at true size", size_mm is not None
        )
    trim_w, trim_h = rule.trim_mm
    bleed = rule.bleed_mm
    full = (trim_w + 2 * bleed, trim_h + 2 * bleed)
    if size_mm is not None and not _is_meaningless(size_mm, full):
        return _centred(rule, size_mm, "shown at true size", is_true_size=True)
    if _alike(shape, full[0] / full[1]):
        return _centred(rule, full, "fitted to trim and bleed", is_true_size=False)
    if _alike(shape, trim_w / trim_h):
        return _centred(rule, rule.trim_mm, "fitted to the trim", is_true_size=False)
    return _centred(rule, _fit(shape, rule.trim_mm), "fitted into the trim", is_true_size=False)


def _is_meaningless(size: tuple[float, float], full: tuple[float, float]) -> bool:
    """The right shape, but far too large: a picture that carries the 72 or 96 dpi of a screen."""
    return _alike(size[0] / size[1], full[0] / full[1]) and size[0] > full[0] * 1.2


def _same(one: tuple[float, float], two: tuple[float, float]) -> bool:
    return abs(one[0] - two[0]) <= SAME_MM and abs(one[1] - two[1]) <= SAME_MM


def _alike(one: float, two: float) -> bool:
    return abs(one - two) <= SAME_SHAPE * max(one, two)


def _fit(shape: float, box: tuple[float, float]) -> tuple[float, float]:
    if shape >= box[0] / box[1]:
        return box[0], box[0] / shape
    return box[1] * shape, box[1]


def _centred(rule: Rule, size: tuple[float, float], words: str, *, is_true_size: bool) -> Placed:
    assert rule.trim_mm is not None
    x = (rule.trim_mm[0] - size[0]) / 2
    y = (rule.trim_mm[1] - size[1]) / 2
    return Placed(rule.trim_mm, x, y, size[0], size[1], words, is_true_size)
