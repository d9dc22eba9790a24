"""What one drawing of a PDF comes to: its steps, and what each of them draws besides itself.

ISO 32000-1, 8.4 (graphics state), 8.7 (patterns and shadings), 8.10 (forms), 11.6.5 (soft masks).
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from typing import Any

from app.inspection.facts.pdf_content import number

MOST = 10**15
PAINTS = rb"f\*?|F|B\*?|b\*?|S|s|Tj|TJ|'|\""
STEP = re.compile(rb"(?<![^\s\])>])(?:" + PAINTS + rb"|Do|sh|EI|W\*?)(?=[\s\[(</]|$)")
TOKEN = re.compile(
    rb"/([^\s/<>()\[\]{}%]+)\s+(gs|scn|SCN|sh|Do)(?=[\s/]|$)"
    rb"|(?<![^\s\])>])(?:(q)|(Q)|(rg|RG|g|G|k|K|cs|CS|sc|SC)|(" + PAINTS + rb"))(?=[\s\[(</]|$)"
)


@dataclass(frozen=True)
class Drawn:
    """Steps and bytes of a drawing, and how often it masks, groups, and so on; `pixels` of its pictures."""

    steps: int = 0
    length: int = 0
    masks: int = 0
    groups: int = 0
    patterns: int = 0
    cells: int = 0
    gradients: int = 0
    pixels: int = 0

    def __add__(self, other: "Drawn") -> "Drawn":
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Drawn(*(min(mine + theirs, MOST) for mine, theirs in pairs))

    def __mul__(self, often: int) -> "Drawn":
        return Drawn(*(min(value * often, MOST) for value in astuple(self)))


NOTHING = Drawn()
Measure = Callable[[Any], Drawn]


@dataclass
class Special:
    """Name → what drawing it once comes to, for the resources that draw more than one step."""

    states: dict[bytes, Drawn] = field(default_factory=dict)
    patterns: dict[bytes, Drawn] = field(default_factory=dict)
    drawn: dict[bytes, Drawn] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.states or self.patterns or self.drawn)


def special(resources: Any, measure: Measure, page_area: float) -> Special:
    """Return what the resources name; `measure` says what a form comes to, `page_area` is in square points."""
    import pikepdf

    found = Special()
    for name, state in _named(resources, "/ExtGState"):
        mask = state.get("/SMask")
        if isinstance(mask, pikepdf.Dictionary) and isinstance(mask.get("/G"), pikepdf.Stream):
            found.states[name] = measure(mask["/G"]) + Drawn(masks=1)
        elif mask is not None:
            found.states[name] = NOTHING  # this one ends a mask
    for name, pattern in _named(resources, "/Pattern"):
        once = Drawn(patterns=1)
        if isinstance(pattern, pikepdf.Stream):
            once += measure(pattern) + Drawn(cells=min(int(page_area / cell_area(pattern)), MOST))
        found.patterns[name] = once
    for name, drawn in _named(resources, "/XObject"):
        if not isinstance(drawn, pikepdf.Stream):
            continue
        if drawn.get("/Subtype") == "/Form":
            found.drawn[name] = measure(drawn) + Drawn(groups=int("/Group" in drawn))
        elif drawn.get("/Subtype") == "/Image":
            sides = (int(number(drawn.get(side), 0)) for side in ("/Width", "/Height"))
            found.drawn[name] = Drawn(pixels=max(next(sides), 0) * max(next(sides), 0))
    return found


def walk(body: bytes, named: Special) -> Drawn:
    """Return what a drawing comes to. A soft mask is drawn anew for each step under it, the cell of a
    pattern for each shape it fills."""
    total = Drawn(steps=len(STEP.findall(body)), length=len(body))
    total += Drawn(gradients=body.count(b" sh"))
    if not named:
        return total
    mask = fill = NOTHING
    kept: list[tuple[Drawn, Drawn]] = []
    times: Counter[tuple[Drawn, ...]] = Counter()
    for token in TOKEN.finditer(body):
        name, does, saves, restores, colour, paints = token.groups()
        if saves:
            kept.append((mask, fill))
        elif restores:
            mask, fill = kept.pop() if kept else (NOTHING, NOTHING)
        elif colour or does in (b"scn", b"SCN"):
            fill = named.patterns.get(name, NOTHING) if name else NOTHING
        elif does == b"gs":
            mask = named.states.get(name, mask)
        elif does == b"Do":
            times[named.drawn.get(name, NOTHING), mask] += 1
        elif paints or does == b"sh":
            times[mask, fill] += 1
    for each, often in times.items():
        for more in each:
            total += more * often
    return total


def cell_area(pattern: Any) -> float:
    """Return the area of one cell of a tiling pattern in square points (ISO 32000-1, 8.7.3), above 0."""
    import pikepdf

    step = [number(pattern.get(key), 0) for key in ("/XStep", "/YStep")]
    held = pattern.get("/Matrix")
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    if isinstance(held, pikepdf.Array) and len(held) >= 4:
        a, b, c, d = (number(held[place], 0) for place in range(4))
    return max(abs(step[0] * step[1] * (a * d - b * c)), 1e-9)


def _named(resources: Any, key: str) -> list[tuple[bytes, Any]]:
    import pikepdf

    held = resources.get(key) if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(held, pikepdf.Dictionary):
        return []
    kinds = (pikepdf.Dictionary, pikepdf.Stream)
    return [
        (str(name)[1:].encode("latin-1", "replace"), value)
        for name, value in held.items()
        if isinstance(value, kinds)
    ]
