"""What a PDF comes to once its forms and its tree of pages are followed: counted before any page is opened.

A form that draws a form ten times, seven levels deep, is a few hundred bytes and ten million drawings.
"""

import re
from typing import Any

from app.inspection.refusal import FileRefused

PAGES_MAX, TREE_DEPTH = 10_000, 64
STEPS_MAX = 600_000  # on one page; 400 bytes and 8 microseconds of processor time each
STEPS_IN_ALL_MAX = 1_500_000
LENGTH_MAX_BYTES = 128 * 1024 * 1024
FORMS_DEEP = 40
STEP = re.compile(
    rb"(?<![^\s\])>])(?:f\*?|F|B\*?|b\*?|S|s|Tj|TJ|'|\"|Do|sh|EI|W\*?)(?=[\s\[(</]|$)"
)
DRAWN = re.compile(rb"/([^\s/<>()\[\]{}%]+)\s+Do(?=\s|$)")
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
    """Counts what the pages draw, all that their forms draw again included."""

    def __init__(self) -> None:
        self.counted: dict[tuple[int, int], tuple[int, int]] = {}
        self.steps = 0

    def check(self, number: int, page: Any, resources: Any) -> None:
        """Raise FileRefused where page `number` draws more than is opened."""
        import pikepdf

        held = page.get("/Contents")
        parts: Any = held if isinstance(held, pikepdf.Array) else [held]
        body = b"\n".join(_unpacked(part) for part in parts if isinstance(part, pikepdf.Stream))
        steps, length = self._count(body, resources, 0, set())
        for annotation in _listed(page.get("/Annots")):
            for drawn in _appearances(annotation):
                more = self._form(drawn, resources, 0, set())
                steps, length = steps + more[0], length + more[1]
        self.steps += steps
        if steps > STEPS_MAX or length > LENGTH_MAX_BYTES or self.steps > STEPS_IN_ALL_MAX:
            millions = f"{max(steps, 1) / 1e6:,.1f} million" if steps < 10**12 else "billions of"
            where = f"Page {number} of the PDF document draws {millions} shapes"
            if steps <= STEPS_MAX and length > LENGTH_MAX_BYTES:
                where = f"Page {number} of the PDF document draws {length / 1e6:,.0f} MB of shapes"
            elif steps <= STEPS_MAX:
                where = f"The PDF document draws {self.steps / 1e6:,.1f} million shapes"
            raise FileRefused(
                "drawn_again",
                f"{where}, those counted that are drawn again and again; that many are not opened.",
                next_step=SIMPLER,
            )

    def _count(self, body: bytes, resources: Any, depth: int, above: set[Any]) -> tuple[int, int]:
        """Return the steps and bytes of a drawing with those of every form that it draws."""
        import pikepdf

        steps, length = len(STEP.findall(body)), len(body)
        forms = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
        if not isinstance(forms, pikepdf.Dictionary) or depth > FORMS_DEEP:
            return steps, length
        times: dict[bytes, int] = {}
        for name in DRAWN.findall(body):
            times[name] = times.get(name, 0) + 1
        for name, often in times.items():
            drawn = forms.get("/" + name.decode("latin-1"))
            if isinstance(drawn, pikepdf.Stream) and drawn.get("/Subtype") == "/Form":
                inner = self._form(drawn, resources, depth + 1, above)
                steps, length = steps + often * inner[0], length + often * inner[1]
        return min(steps, 10**15), min(length, 10**15)

    def _form(self, form: Any, resources: Any, depth: int, above: set[Any]) -> tuple[int, int]:
        key = form.objgen
        if key in self.counted:
            return self.counted[key]
        if key in above:
            return 0, 0
        above.add(key)
        own = form.get("/Resources")
        found = self._count(_unpacked(form), resources if own is None else own, depth, above)
        above.discard(key)
        self.counted[key] = found
        return found


def _unpacked(stream: Any) -> bytes:
    """Return the drawing of a stream, which `check_streams` has measured; nothing where it is broken."""
    import pikepdf

    try:
        return bytes(stream.read_bytes())
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
