"""Whether a page shuts anybody out: axe-core's rules and the page's width, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

PHONE_PX, DESK_PX = 390, 1440
WORST = ("serious", "critical")
ANY = (*WORST, "moderate", "minor")

# Only what is wrong comes back: the rest is long, and is read out of the browser slowly. Selectors
# of every element are not made up, and style sheets not fetched once more (`preload`): only a rule
# that is off by default asks for them.
ASK = """impacts => axe.run({
    resultTypes: ["violations"], selectors: false, elementRef: true, preload: false,
  }).then(told => told.violations
  .filter(one => impacts.includes(one.impact))
  .map(one => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`))"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@cache
def _axe() -> str:
    from axe_playwright_python.base import AXE_SCRIPT

    return str(AXE_SCRIPT)


def faults(
    tab: Any, *, widths_px: Iterable[int] = (PHONE_PX, DESK_PX), impacts: tuple[str, ...] = ANY
) -> list[str]:
    """Return what axe-core has against the page that `tab` shows, at each width, and what spills."""
    found = []
    tab.emulate_media(reduced_motion="reduce")  # a colour on its way has no contrast to speak of
    tab.evaluate(_axe())
    for width_px in widths_px:
        tab.set_viewport_size({"width": width_px, "height": 900})
        told = tab.evaluate(ASK, list(impacts))
        over_px = tab.evaluate(TOO_WIDE)
        if over_px > 0:
            told.append(f"{over_px} px too wide")
        found += [f"{tab.url} at {width_px} px: {one}" for one in told]
    return found
