"""What a PDF really shows of a text: the outlines of its embedded glyphs, beside those of the typeface.

The text layer tells what was meant, not what is seen: two fonts under one name mix up their glyphs and
leave the text layer right.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from app.core.fonts import INTER

Outline = tuple[object, ...]


class Typeface:
    """A font whose glyphs are drawn once."""

    def __init__(self, font: TTFont) -> None:
        self.font = font
        self.glyphs = font.getGlyphSet()
        self.drawings: dict[str, Outline] = {}

    def outline(self, glyph: str) -> Outline:
        """The drawing of one glyph; equal where two glyphs look the same."""
        if glyph not in self.drawings:
            pen = DecomposingRecordingPen(self.glyphs)
            self.glyphs[glyph].draw(pen)
            self.drawings[glyph] = tuple(pen.value)
        return self.drawings[glyph]


def outlines_of(file: Path, letters: str, weight: int = 400) -> dict[str, Outline]:
    """Each letter that the typeface has, with its drawing at that weight."""
    font = TTFont(file)
    known = font.getBestCmap()
    options = Options(layout_features=[], notdef_outline=True, desubroutinize=True)
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    if "fvar" in font:
        places = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        font = instantiateVariableFont(font, places | {"wght": weight}, static=True)
    face, glyphs = Typeface(font), font.getBestCmap()
    return {letter: face.outline(glyphs[ord(letter)]) for letter in letters if ord(letter) in known}


def drawn(body: bytes) -> Iterator[Outline]:
    """The drawing of every glyph on every page, in the order in which they are drawn."""
    with pikepdf.open(io.BytesIO(body)) as pdf:
        for page in pdf.pages:
            fonts = {name: _embedded(font) for name, font in page.obj.Resources.Font.items()}
            current = None
            for step in pikepdf.parse_content_stream(page, "Tf Tj TJ"):
                if str(step.operator) == "Tf":
                    current = fonts[str(step.operands[0])]
                    continue
                held = step.operands[0]
                for part in held if isinstance(held, pikepdf.Array) else [held]:
                    if isinstance(part, pikepdf.String):
                        codes = bytes(part)
                        for at in range(0, len(codes), 2):
                            glyph = int.from_bytes(codes[at : at + 2], "big")
                            yield current.outline(current.font.getGlyphName(glyph))


def read_by_eye(body: bytes, letters: str) -> str:
    """The text as its glyphs of Inter look; what looks like none of `letters` is a question mark."""
    looks: dict[Outline, str] = {}
    for file in INTER.glob("*.ttf"):
        looks |= {drawing: letter for letter, drawing in outlines_of(file, letters).items()}
    looks[()] = " "
    return "".join(looks.get(drawing, "?") for drawing in drawn(body))


def _embedded(font: pikepdf.Object) -> Typeface:
    described = font.DescendantFonts[0].FontDescriptor
    key = next(key for key in ("/FontFile2", "/FontFile3") if key in described)
    return Typeface(TTFont(io.BytesIO(described[key].read_bytes())))
