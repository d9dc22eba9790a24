"""The sheet of paper around the artwork: its size, where the trim lies on it, the marks around it."""

from dataclasses import dataclass

from app.artwork.proofing.placing import Placed, Rule

PAPERS_MM = ((297, 210), (210, 297), (420, 297), (297, 420), (594, 420), (420, 594))
SIDE, TOP, BOTTOM = 12.0, 20.0, 14.0
GAP, COLUMN_MIN, COLUMN_WANTED = 9.0, 56.0, 90.0
MARK_GAP, MARK, STRIP = 1.5, 5.0, 6.0
LONGEST_MM = 1200.0
SCALES = (1, 2, 4, 5, 10, 20, 50, 100)
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Sheet:
    """One sheet. `scale` is 1 at true size, 4 for 1:4; `trim_x`, `trim_y` are from the sheet's top
    left corner; every length is as drawn, in mm."""

    width: float
    height: float
    scale: int
    trim_x: float
    trim_y: float
    trim_width: float
    trim_height: float
    bleed: float
    safe: float
    pad: float
    column_x: float
    column_width: float

    @property
    def block_width(self) -> float:
        return self.trim_width + 2 * self.pad

    @property
    def block_height(self) -> float:
        return self.trim_height + 2 * self.pad

    def boxes(self) -> dict[str, list[float]]:
        """Return TrimBox and BleedBox in PDF points, from the bottom left corner."""
        return {"/TrimBox": self._box(0), "/BleedBox": self._box(self.bleed)}

    def _box(self, out: float) -> list[float]:
        left, right = self.trim_x - out, self.trim_x + self.trim_width + out
        top, bottom = self.trim_y - out, self.trim_y + self.trim_height + out
        corners = (left, self.height - bottom, right, self.height - top)
        return [round(value * POINTS_PER_MM, 3) for value in corners]

    def marks(self) -> str:
        """Return the crop marks as one SVG path, from the trim's top left corner."""
        near = self.bleed + MARK_GAP
        far = near + MARK
        width, height = self.trim_width, self.trim_height
        parts = []
        for x in (0.0, width):
            parts += [f"M{x:.3f} {-far:.3f}V{-near:.3f}"]
            parts += [f"M{x:.3f} {height + near:.3f}V{height + far:.3f}"]
        for y in (0.0, height):
            parts += [f"M{-far:.3f} {y:.3f}H{-near:.3f}"]
            parts += [f"M{width + near:.3f} {y:.3f}H{width + far:.3f}"]
        return "".join(parts)


def sheet_for(rule: Rule, placed: Placed) -> Sheet:
    """Return the smallest sheet on which the artwork is at true size with the column beside it."""
    scale = next(s for s in SCALES if max(placed.trim_mm) / s <= LONGEST_MM or s == SCALES[-1])
    width, height = placed.trim_mm[0] / scale, placed.trim_mm[1] / scale
    bleed, safe = rule.bleed_mm / scale, rule.safe_mm / scale
    pad = bleed + MARK_GAP + MARK + 1
    block = (width + 2 * pad, height + 2 * pad + STRIP)
    for paper in PAPERS_MM:
        room = (paper[0] - 2 * SIDE, paper[1] - TOP - BOTTOM)
        if block[0] + GAP + COLUMN_MIN <= room[0] and block[1] <= room[1]:
            paper_width, paper_height = float(paper[0]), float(paper[1])
            break
    else:
        paper_width = block[0] + GAP + COLUMN_WANTED + 2 * SIDE
        paper_height = max(block[1] + TOP + BOTTOM, 210.0)
    column_x = SIDE + block[0] + GAP
    return Sheet(
        width=paper_width,
        height=paper_height,
        scale=scale,
        trim_x=SIDE + pad,
        trim_y=TOP + pad,
        trim_width=width,
        trim_height=height,
        bleed=bleed,
        safe=safe,
        pad=pad,
        column_x=column_x,
        column_width=paper_width - SIDE - column_x,
    )
