"""SVG drawings: size, text, and everything in them that reaches outside."""

import re
from pathlib import Path
from typing import Any
from xml.parsers import expat

from app.core.fonts import family_with, is_blank
from app.inspection.facts import MM_PER_INCH, TEXT_MAX
from app.inspection.facts.svg_cost import Cost
from app.inspection.facts.svg_pictures import Pictures
from app.inspection.kinds import Kind
from app.inspection.refusal import FileRefused, damaged

SIZE_MAX_BYTES = 64 * 1024 * 1024
LENGTH = re.compile(r"^\s*([0-9.]+(?:e[-+]?\d+)?)\s*(px|pt|pc|mm|cm|in|q)?\s*$", re.IGNORECASE)
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|data:)([^'\")\s]+)|@import\s+(\S+)", re.IGNORECASE)
MM = {"": MM_PER_INCH / 96, "px": MM_PER_INCH / 96, "pt": MM_PER_INCH / 72, "pc": MM_PER_INCH / 6}
MM |= {"mm": 1.0, "cm": 10.0, "in": MM_PER_INCH, "q": 0.25}  # CSS: 96 px to the inch

JOINING = frozenset(
    f"Noto Sans {script}"
    for script in (
        "Arabic", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Lao", "Malayalam",
        "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thai",
    )
)  # fmt: skip


class _Reader:
    def __init__(self) -> None:
        self.root: dict[str, str] = {}
        self.facts: dict[str, Any] = {"text": False, "images": 0, "scripts": False, "elements": 0}
        self.facts |= {"text_layer": "", "text_unsafe": ""}
        self.words = ""
        self.cost = Cost()
        self.pictures = Pictures()
        self.in_style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        if self.facts["elements"] == 0:
            self.root = attributes
        self.facts["elements"] += 1
        self.cost.start(local, attributes)
        self.in_style = local == "style"
        self.facts["text"] |= local in {"text", "tspan", "foreignobject"}
        self.facts["scripts"] |= local == "script" or any(a.startswith("on") for a in attributes)
        self.facts["images"] += local in {"image", "feimage"}
        for attribute, value in attributes.items():
            if attribute.rpartition(":")[2] == "href" and local != "a":
                if not value.strip().startswith(("#", "data:")):
                    raise external(value.strip())
                if local in {"image", "feimage"}:
                    self.pictures.take(value.strip())
            elif "url(" in value or "@import" in value:
                self.styled(value)

    def text(self, data: str) -> None:
        if self.in_style:
            self.styled(data)
        elif self.facts["text"] and len(self.facts["text_layer"]) < TEXT_MAX:
            self.facts["text_layer"] += data
            self.words += data

    def end(self, name: str) -> None:
        self.in_style = False
        if name.rpartition(":")[2].lower() == "text":
            if not self.facts["text_unsafe"] and is_drawn_unsafely(self.words):
                self.facts["text_unsafe"] = " ".join(self.words.split())[:60]
            self.words = ""
        self.cost.end()
        self.facts["text_layer"] += " " * self.facts["text"]

    def styled(self, value: str) -> None:
        if self.in_style:
            self.cost.style(value)
        found = OUTSIDE.search(value)
        if found:
            raise external(found.group(1) or found.group(2))

    def entity(self, name: str, is_parameter: bool, value: str | None, *rest: Any) -> None:
        """Plain short entities (old Illustrator files have them) pass, nested and external don't."""
        if value is None or is_parameter or len(value) > 200 or "&" in value or "%" in value:
            raise FileRefused(
                "entities",
                "The SVG drawing defines XML entities that unpack to more than they say.",
                next_step="Export it as plain SVG or as PDF and upload that.",
            )


def is_drawn_unsafely(words: str) -> bool:
    """Return whether the drawing program would show one text with wrong or missing signs.

    It takes one further typeface for all of a text, so a script whose signs join or change their order
    comes out right only where nothing else stands beside it; and what no typeface has is a box.
    """
    families = {family_with(letter) for letter in words if not is_blank(letter)}
    return None in families or (len(families) > 1 and bool(families & JOINING))


def external(target: str) -> FileRefused:
    """Return the refusal of a drawing that needs something that is not in it."""
    shown = target if len(target) <= 60 else target[:57] + "..."
    return FileRefused(
        "external",
        f"The SVG drawing points at something outside itself: {shown}",
        next_step="Embed linked pictures and fonts, or save it as PDF, and upload that.",
    )


def read(path: Path, kind: Kind) -> dict[str, Any]:
    """Return size in mm (None where only the screen decides), text, pictures and scripts."""
    if path.stat().st_size > SIZE_MAX_BYTES:
        raise FileRefused(
            "too_large", "The SVG drawing is larger than 64 MB.", next_step="Save it as PDF."
        )
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.EntityDeclHandler = reader.entity
    parser.buffer_text = True
    try:
        with open(path, "rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as problem:
        if "amplification" in str(problem):
            reader.entity("", True, None)
        raise damaged(kind.word) from None
    reader.cost.check(reader.facts["elements"])
    reader.pictures.check()
    width, height = _size(reader.root)
    return {
        "width_mm": width,
        "height_mm": height,
        **reader.facts,
        "external_references": False,
        "colour_space": "RGB",
        "fonts_embedded": not reader.facts["text"],
        "pages": 1,
    }


def _size(root: dict[str, str]) -> tuple[float | None, float | None]:
    box = [float(n) for n in re.findall(r"-?[0-9.]+(?:e[-+]?\d+)?", root.get("viewBox", ""))]
    sides: list[float | None] = []
    for name in ("width", "height"):
        match = LENGTH.match(root.get(name, ""))
        if match:
            sides.append(float(match.group(1)) * MM[(match.group(2) or "").lower()])
        else:
            sides.append(None)
    if (
        len(box) == 4 and box[2] > 0 and box[3] > 0
    ):  # what is not said follows the shape of the viewBox
        if sides == [None, None]:
            sides = [box[2] * MM["px"], box[3] * MM["px"]]
        else:
            sides = [
                sides[0] or (sides[1] or 0) * box[2] / box[3],
                sides[1] or (sides[0] or 0) * box[3] / box[2],
            ]
    width, height = (None if side is None else round(side, 2) for side in sides)
    return width, height
