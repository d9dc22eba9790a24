"""What an SVG drawing comes to once all that it draws again is followed, and what its filters ask for.

Counted while the elements are read, before anything is drawn.
"""

import re

from app.inspection.refusal import FileRefused

DRAWN_AGAIN_MAX = 300_000  # elements that are drawn again by use, patterns, masks and markers
NESTED_MAX = 200
PIXEL_STEPS_MAX = 300_000  # of all filters, for each pixel of the smallest picture that is drawn
SMALLEST_PX = 128
REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")
NUMBERS = re.compile(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
PLAIN_STEPS, BLUR_STEPS, LIGHT_STEPS, NOISE_STEPS = 4, 30, 20, 60


class _Element:
    """What is counted of one element: its own filters' steps, what it holds, what it refers to."""

    __slots__ = ("inner", "references", "steps")

    def __init__(self) -> None:
        self.inner: list[_Element] = []
        self.references: list[str] = []
        self.steps = 0.0


class Cost:
    """Takes the elements in as they open and close; `check` says whether they may be drawn."""

    def __init__(self) -> None:
        self.named: dict[str, _Element] = {}
        self.open: list[_Element] = [_Element()]
        self.styles: list[str] = []
        self.box = 100.0

    def start(self, local: str, attributes: dict[str, str]) -> None:
        """Take in an element by its name without prefix."""
        element = _Element()
        self.open[-1].inner.append(element)
        self.open.append(element)
        if len(self.open) > NESTED_MAX:
            raise _too_deep()
        if len(self.open) == 2:
            self.box = _box(attributes)
        if name := attributes.get("id"):
            self.named[name] = element
        for attribute, value in attributes.items():
            if attribute.rpartition(":")[2] == "href" and value.startswith("#"):
                if local != "a":
                    element.references.append(value[1:])
            elif "url(" in value:
                element.references += REFERENCE.findall(value)
        element.steps = _steps(local, attributes, SMALLEST_PX / self.box)

    def style(self, text: str) -> None:
        """Take in a rule of a style sheet, which may give its filter to any number of elements."""
        self.styles += REFERENCE.findall(text)

    def end(self) -> None:
        """Take in the end of an element."""
        self.open.pop()

    def check(self, elements: int) -> None:
        """Raise FileRefused for a drawing that is `elements` long and draws far more, or filters too much."""
        counted: dict[int, tuple[float, float]] = {}
        drawn, steps = self._count(self.open[0], counted, set())
        for name in self.styles:
            if name in self.named:
                found = self._count(self.named[name], counted, set())
                drawn, steps = drawn + found[0], steps + found[1] * elements
        if drawn - elements > DRAWN_AGAIN_MAX:
            raise FileRefused(
                "drawn_again",
                "The SVG drawing draws its parts again and again, one inside the other: "
                f"more than {DRAWN_AGAIN_MAX:,} elements from {elements:,}.",
                next_step="Expand its symbols and patterns into shapes, or save it as PDF, and upload that.",
            )
        if steps > PIXEL_STEPS_MAX:
            raise FileRefused(
                "filters",
                "The SVG drawing has filter effects that would take too long to draw.",
                next_step="Turn the effects into pixels (rasterise them), or save it as PDF, and upload that.",
            )

    def _count(
        self, element: _Element, counted: dict[int, tuple[float, float]], above: set[int]
    ) -> tuple[float, float]:
        """Return how many elements one draws and the steps of its filters; each is looked at once, and what
        refers to itself draws nothing."""
        key = id(element)
        if key in counted:
            return counted[key]
        if key in above:
            return 0.0, 0.0
        if len(above) > 2 * NESTED_MAX:
            raise _too_deep()
        above.add(key)
        drawn, steps = 1.0, element.steps
        held = [self.named[name] for name in element.references if name in self.named]
        for inner in (*element.inner, *held):
            below = self._count(inner, counted, above)
            drawn, steps = drawn + below[0], steps + below[1]
        above.discard(key)
        counted[key] = min(drawn, 1e12), min(steps, 1e15)
        return counted[key]


def _too_deep() -> FileRefused:
    return FileRefused(
        "nested",
        f"The SVG drawing nests its groups more than {NESTED_MAX} levels deep.",
        next_step="Ungroup it, or save it as PDF, and upload that.",
    )


def _box(root: dict[str, str]) -> float:
    """Return the longer side of the drawing in its own units."""
    given = [float(n) for n in NUMBERS.findall(root.get("viewBox", ""))]
    if len(given) == 4 and max(given[2:]) > 0:
        return max(given[2:])
    sides = [
        float(n) for name in ("width", "height") for n in NUMBERS.findall(root.get(name, ""))[:1]
    ]
    return max([*sides, 1.0])


def _steps(local: str, attributes: dict[str, str], scale: float) -> float:
    """Return how many steps a filter primitive takes for each pixel of the smallest picture."""

    def sides(name: str, otherwise: float) -> tuple[float, float]:
        found = [abs(float(n)) for n in NUMBERS.findall(attributes.get(name, ""))[:2]]
        first = found[0] if found else otherwise
        return first, found[1] if len(found) > 1 else first

    match local:
        case "femorphology":
            wide, high = (min(2 * side * scale + 1, 2 * SMALLEST_PX) for side in sides("radius", 0))
            return wide * high
        case "feturbulence":
            return NOISE_STEPS * max(1.0, sides("numOctaves", 1)[0])
        case "feconvolvematrix":
            wide, high = sides("order", 3)
            return wide * high
        case "fegaussianblur" | "fedropshadow":
            return BLUR_STEPS
        case "fediffuselighting" | "fespecularlighting":
            return LIGHT_STEPS
    return PLAIN_STEPS if local.startswith("fe") and local not in {"fefunca"} else 0.0
