"""A page is on its proof where its boxes say, drawn as another renderer draws that part of it.

Every page of one document has other boxes. What the proof shows within the product's bleed is compared
with poppler's picture of the same part of the page.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops

from tests.servers import ROOT

POINTS_PER_MM = 72 / 25.4
PX_PER_MM = 3.0
DPI = PX_PER_MM * 25.4
TRIM, BLEED = (148.0, 105.0), 3.0  # the invitation of the print preset
pytestmark = pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")

# the boxes in mm as they are seen without /Rotate: left, low, width, height
BOXES: dict[str, dict[str, tuple[float, float, float, float]]] = {
    "the page is trim and bleed": {"media": (0, 0, 154, 111)},
    "the page is the trim": {"media": (0, 0, 148, 105)},
    "a trim above a slug": {"media": (0, 0, 170, 150), "trim": (8, 37, 148, 105)},
    "a crop on a large sheet": {"media": (-50, -30, 297, 210), "crop": (-20, 40, 154, 111)},
    "a crop of the trim's size": {"media": (0, 0, 210, 150), "crop": (20, 10, 148, 105)},
    "a trim within a crop": {
        "media": (0, 0, 230, 170), "crop": (20, 15, 180, 130), "trim": (30, 20, 148, 105),
    },
    "a crop within the bleed": {
        "media": (0, 0, 170, 125), "crop": (11, 10, 148, 105), "trim": (11, 10, 148, 105),
    },
    "a trim in the corner": {"media": (0, 0, 180, 130), "trim": (0, 25, 148, 105)},
    "a trim on its side": {"media": (0, 0, 130, 180), "trim": (20, 9, 105, 148)},
    "a trim a little larger": {"media": (0, 0, 190, 150), "trim": (8, 20, 160, 113.5)},
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    boxes: str
    rotate: int
    unit: float

    def __str__(self) -> str:
        return f"{self.boxes}, /Rotate {self.rotate}, UserUnit {self.unit}"

    @property
    def placed(self) -> tuple[float, float, float, float]:
        """The box that the page is placed by."""
        boxes = BOXES[self.boxes]
        return boxes.get("trim") or boxes.get("crop") or boxes["media"]

    @property
    def size(self) -> tuple[float, float]:
        """Its size as it is seen."""
        _, _, width, height = self.placed
        return (height, width) if self.rotate % 180 else (width, height)

    def units(self, box: tuple[float, float, float, float], more: float = 0) -> pikepdf.Array:
        x, y, width, height = box
        corners = (x - more, y - more, x + width + more, y + height + more)
        return pikepdf.Array([side * POINTS_PER_MM / self.unit for side in corners])


ODD = ("a trim above a slug", "a crop on a large sheet", "a trim on its side")
CASES = [Case(*found) for found in product(BOXES, (0, 90, 180, 270), (1.0,))]
CASES += [Case(*found) for found in product(ODD, (0, 90, 180, 270), (2.5,))]


def add(pdf: pikepdf.Pdf, case: Case) -> pikepdf.Page:
    """Add a page whose MediaBox is full of squares of many colours."""
    page = pdf.add_blank_page(page_size=(100, 100))
    left, low, width, height = BOXES[case.boxes]["media"]
    dice = random.Random(str(case))
    drawing = [f"{POINTS_PER_MM / case.unit} 0 0 {POINTS_PER_MM / case.unit} 0 0 cm"]
    for x, y in product(range(0, int(width), 12), range(0, int(height), 12)):
        colour = " ".join(f"{dice.random():.2f}" for _ in range(3))
        drawing.append(
            f"{colour} rg {left + x} {low + y} {min(12, width - x)} {min(12, height - y)} re f"
        )
    page.Contents = pdf.make_stream("\n".join(drawing).encode())
    page.obj.Rotate = case.rotate
    return page


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """The proof, what the command said of each page, and poppler's picture of each page's part."""
    folder = tmp_path_factory.mktemp("boxes")
    source, part = pikepdf.new(), pikepdf.new()
    for case in CASES:
        page, boxes = add(source, case), BOXES[case.boxes]
        for name, box in boxes.items():
            page.obj[f"/{name.capitalize()}Box"] = case.units(box)
        if case.unit != 1:
            page.obj.UserUnit = case.unit
        page = add(part, case)
        fits_full = boxes.get("trim") is None and case.size in ((154, 111), (111, 154))
        page.obj.MediaBox = case.units(
            case.placed,
            0
            if fits_full
            else BLEED * case.size[0] / (TRIM[0] if case.size[0] > case.size[1] else TRIM[1]),
        )
    source.save(folder / "boxes.pdf")
    part.save(folder / "part.pdf")
    done = subprocess.run(
        [sys.executable, "-m", "flask", "proof", folder / "boxes.pdf", "--product", "INV-A6",
         "--out", folder / "proof.pdf"],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith("page ")]
    proof, placed = drawn(folder / "proof.pdf"), []
    with pikepdf.open(folder / "proof.pdf") as pdf:
        for page, picture in zip(pdf.pages[: len(said)], proof, strict=False):
            left, low, right, high = (float(side) / 72 * DPI for side in page.obj.BleedBox)
            box = (left, picture.height - high, right, picture.height - low)
            placed.append(picture.crop(box))
    return placed, said, drawn(folder / "part.pdf")


def drawn(path: Path) -> list[Image.Image]:
    """Each page as poppler draws it."""
    target = path.with_suffix("")
    subprocess.run(["pdftoppm", "-r", str(DPI), "-png", path, target], check=True)
    return [
        Image.open(file).convert("RGB") for file in sorted(path.parent.glob(f"{target.name}-*.png"))
    ]


def test_every_page_is_drawn_and_said(papers):
    placed, said, parts = papers
    assert (len(placed), len(said), len(parts)) == (len(CASES),) * 3
    assert len(CASES) > 50


@pytest.mark.parametrize("number", range(len(CASES)), ids=map(str, CASES))
def test_a_page_is_shown_where_its_boxes_say(papers, number):
    case, shown, part = CASES[number], papers[0][number], papers[2][number]
    if case.size[0] < case.size[1]:
        part = part.transpose(Image.Transpose.ROTATE_270)  # to the right
    part = part.resize(shown.size, Image.Resampling.BOX)
    off = np.asarray(ImageChops.difference(shown, part)).mean()
    moved = np.asarray(ImageChops.difference(shown, ImageChops.offset(part, 6, 0))).mean()
    assert off < 9, f"{case}: {off:.1f} (moved by 2 mm: {moved:.1f})"
    assert moved > 2 * off


@pytest.mark.parametrize("number", range(len(CASES)), ids=map(str, CASES))
def test_the_command_says_how_a_page_is_laid(papers, number):
    case, said = CASES[number], papers[1][number]
    found = re.fullmatch(
        rf"page {number + 1}: scale ([\d.]+) %, offset (-?[\d.]+), (-?[\d.]+) mm, (.*?) \((.*)\)",
        said,
    )
    assert found, said
    lies = case.size[0] < case.size[1]
    size = case.size[::-1] if lies else case.size
    scale = 1.0 if "larger" not in case.boxes else max(148 / size[0], 105 / size[1])
    assert float(found[1]) == pytest.approx(100 * scale, abs=0.1)
    assert float(found[2]) == pytest.approx((148 - size[0] * scale) / 2, abs=0.02)
    assert float(found[3]) == pytest.approx((105 - size[1] * scale) / 2, abs=0.02)
    assert found[4] == ("turned by 90 degrees" if lies else "not turned")
    assert ("true size" in found[5]) is (scale == 1)
