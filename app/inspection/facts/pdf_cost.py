"""What a PDF comes to once its forms and its tree of pages are followed: counted before any page is opened.

A form that draws a form ten times, seven levels deep, is a few hundred bytes and ten million drawings.
"""

import re
from typing import Any

from app.inspection.facts.cause import KINDS, Cause
from app.inspection.facts.pdf_boxes import crop_box
from app.inspection.facts.pdf_steps import NOTHING, Drawn, Special, cell_area, special, walk
from app.inspection.refusal import FileRefused

PAGES_MAX, TREE_DEPTH = 10_000, 64
STEPS_MAX = 600_000  # on one page; 400 bytes and 8 microseconds of processor time each
STEPS_IN_ALL_MAX = 1_500_000
LENGTH_MAX_BYTES = 128 * 1024 * 1024
FORMS_DEEP = 40
MASKS_MAX = 20_000  # on one page; a soft mask is a drawing of its own for each shape under it
CELLS_MAX = 50_000_000  # of a pattern, were it to cover its page
FILLED = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+(?:scn|SCN)(?=\s|$)")
SIMPLER = (
    "Flatten it or turn its heaviest drawings into pixels, save it as PDF/X-4 and upload that."
)


def check_page_tree(pdf: Any) -> None:
    """Raise FileRefused for a tree of pages that comes to more than 10,000 of them; each node is looked at
    once, so that one that holds itself many times costs nothing."""
    import pikepdf

    counted: dict[tuple[int, int], int] = {}

    def count(node: Any, depth: int) -> int:
        if not isinstance(node, pikepdf.Dictionary) or depth > TREE_DEPTH:
            return 0
        key = node.objgen if node.is_indirect else None
        if key in counted:
            return counted[key]
        if key:
            counted[key] = 0  # what holds itself ends here
        kids = node.get("/Kids")
        found = 1
        if isinstance(kids, pikepdf.Array):
            found = min(sum(count(kid, depth + 1) for kid in kids), 10**9)
        if key:
            counted[key] = found
        return found

    pages = count(pdf.Root.get("/Pages"), 0)
    if pages > PAGES_MAX:
        said = f"{pages:,}" if pages < 10**9 else "more than a billion"
        raise FileRefused(
            "pages",
            f"The PDF document has {said} pages; more than {PAGES_MAX:,} are not opened.",
            next_step="Split it into several documents and upload them one by one.",
        )


class DrawingCost:
    """Counts what the pages draw, all that their forms, masks and patterns draw again included."""

    def __init__(self) -> None:
        self.counted: dict[tuple[int, int], Drawn] = {}
        self.steps = 0
        self.area = 0.0
        self.causes: list[Cause] = []

    def check(self, number: int, page: Any, resources: Any) -> None:
        """Raise FileRefused where page `number` draws more than is opened."""
        import pikepdf

        self.area = area_of(page)
        held = page.get("/Contents")
        parts: Any = held if isinstance(held, pikepdf.Array) else [held]
        body = b"\n".join(_unpacked(part) for part in parts if isinstance(part, pikepdf.Stream))
        drawn = self._count(body, resources, 0, set())
        for annotation in _listed(page.get("/Annots")):
            for shown in _appearances(annotation):
                drawn += self._form(shown, resources, 0, set())
        self.steps += drawn.steps
        self._refuse(number, drawn)
        check_cells(number, page, resources, body)
        self.causes += [
            Cause(kind=kind, page=number, count=count)
            for kind in KINDS
            if (count := getattr(drawn, kind))
        ]

    def _refuse(self, number: int, drawn: Drawn) -> None:
        steps, length = drawn.steps, drawn.length
        of_page = max(steps / STEPS_MAX, length / LENGTH_MAX_BYTES, drawn.masks / MASKS_MAX)
        if of_page <= 1 and self.steps <= STEPS_IN_ALL_MAX:
            return
        millions = f"{max(steps, 1) / 1e6:,.1f} million" if steps < 10**12 else "billions of"
        where = f"Page {number} of the PDF document draws {millions} shapes"
        if steps <= STEPS_MAX and drawn.masks > MASKS_MAX:
            where = f"Page {number} of the PDF document draws {drawn.masks:,} soft masks"
        elif steps <= STEPS_MAX and length > LENGTH_MAX_BYTES:
            where = f"Page {number} of the PDF document draws {length / 1e6:,.0f} MB of shapes"
        elif steps <= STEPS_MAX:
            where = f"The PDF document draws {self.steps / 1e6:,.1f} million shapes"
        raise FileRefused(
            "drawn_again",
            f"{where}, those counted that are drawn again and again; that many are not opened.",
            next_step=SIMPLER,
        )

    def _count(self, body: bytes, resources: Any, depth: int, above: set[Any]) -> Drawn:
        """Return what a drawing comes to with every form that it draws."""
        if depth > FORMS_DEEP:
            return walk(body, Special())

        def measure(form: Any) -> Drawn:
            return self._form(form, resources, depth, above)

        return walk(body, special(resources, measure, self.area))

    def _form(self, form: Any, resources: Any, depth: int, above: set[Any]) -> Drawn:
        key = form.objgen
        if key in self.counted:
            return self.counted[key]
        if key in above:
            return NOTHING
        above.add(key)
        own = form.get("/Resources")
        body = _unpacked(form)
        found = self._count(body, resources if own is None else own, depth + 1, above)
        above.discard(key)
        self.counted[key] = found
        return found


def area_of(page: Any) -> float:
    """Return what readers show of a page in square points."""
    left, bottom, right, top = crop_box(page)
    return abs((right - left) * (top - bottom))


def check_cells(number: int, page: Any, resources: Any, body: bytes) -> None:
    """Raise FileRefused where a pattern that the page fills with repeats too small a cell."""
    import pikepdf

    patterns: Any = resources.get("/Pattern") if isinstance(resources, pikepdf.Dictionary) else None
    area = area_of(page)
    for name in set(FILLED.findall(body)) if isinstance(patterns, pikepdf.Dictionary) else ():
        pattern = patterns.get("/" + name.decode("latin-1"))
        if not isinstance(pattern, pikepdf.Stream):
            continue
        cell = cell_area(pattern)
        if area / cell > CELLS_MAX:
            raise FileRefused(
                "drawn_again",
                f"Page {number} of the PDF document fills with a pattern of {area / cell / 1e6:,.0f} million "
                "cells; that many are not opened.",
                next_step=SIMPLER,
            )


def _unpacked(stream: Any) -> bytes:
    """Return the drawing of a stream, which `check_streams` has measured; nothing where it is broken."""
    import pikepdf

    try:
        return bytes(stream.read_bytes(pikepdf.StreamDecodeLevel.specialized))
    except pikepdf.PdfError:
        return b""


def _listed(held: Any) -> list[Any]:
    import pikepdf

    if not isinstance(held, pikepdf.Array):
        return []
    return [item for item in held if isinstance(item, pikepdf.Dictionary)]


def _appearances(annotation: Any) -> list[Any]:
    """Return the drawings of an annotation in its normal states."""
    import pikepdf

    held = annotation.get("/AP")
    normal = held.get("/N") if isinstance(held, pikepdf.Dictionary) else None
    if isinstance(normal, pikepdf.Stream):
        return [normal]
    states: Any = normal.values() if isinstance(normal, pikepdf.Dictionary) else []
    return [state for state in states if isinstance(state, pikepdf.Stream)]
