"""Files that others made, beside this project or in ``MAKEREADY_REAL_FILES``: no crash, and the same
verdict, facts and picture as other programs give. Skipped where there is no such folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from app.inspection.inspect import inspect_safely
from app.inspection.kinds import BY_EXTENSION
from app.inspection.results import Inspection, Refusal
from tests.inspection import peers
from tests.servers import ROOT

BESIDE = ROOT.parent / "shared" / "fixtures"
FOLDER = Path(os.environ.get("MAKEREADY_REAL_FILES") or BESIDE)
FILES = sorted(
    path for path in FOLDER.rglob("*") if path.is_file() and path.suffix[1:].lower() in BY_EXTENSION
)
RASTER = {"png", "jpeg", "tiff", "webp", "avif", "heic", "psd"}
OFF_BY_MAX = 20

pytestmark = [pytest.mark.slow, pytest.mark.extended]


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def test_the_folder_of_real_files_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{len(FILES)} real files of {FOLDER}")
    if not FILES and not os.environ.get("CI"):
        pytest.skip(
            f"There are no real files in {FOLDER}; MAKEREADY_REAL_FILES names another folder."
        )
    assert FILES, f"Nothing was tried: there are no real files in {FOLDER}."


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_real_file_is_what_other_programs_say(path: Path, tmp_path: Path) -> None:
    found = inspect_safely(path, path.name, tmp_path)
    if isinstance(found, Refusal):
        assert not found.code.startswith("stopped_"), found.detail
        assert found.sentence and found.next_step
        return
    drawn = next((row for row in found.previews if row.kind == "page-1"), None)
    assert drawn is not None
    with Image.open(drawn.path) as opened:
        ours = opened.convert("RGB")
    if found.kind == "pdf" and peers.has_poppler():
        _like_poppler(found, path, ours, tmp_path)
    elif found.kind in RASTER:
        _like_pillow(found, path, ours)
    elif found.kind in {"stl", "3mf"}:
        _like_trimesh(found, path)


def _like_poppler(found: Inspection, path: Path, ours: Image.Image, folder: Path) -> None:
    theirs = peers.poppler_facts(path)
    if theirs is None:
        return
    page = found.facts.page_facts[0]
    assert found.facts.pages == theirs["pages"]
    assert page.crop_mm == pytest.approx(theirs["size_mm"], abs=0.05)
    assert peers.difference(ours, peers.poppler_picture(path, folder)) < OFF_BY_MAX


def _like_pillow(found: Inspection, path: Path, ours: Image.Image) -> None:
    theirs = peers.pillow_picture(path)
    if theirs is None:
        return
    size = (found.facts.width_px, found.facts.height_px)
    assert theirs.size in (size, size[::-1])
    profile = found.facts.model_dump().get("icc")
    is_screen = profile is None or "sRGB" in profile  # Pillow shows no others' colours by itself
    if is_screen and found.facts.colour_space not in {"CMYK", "Spot", "Lab"}:
        assert peers.difference(ours, theirs) < OFF_BY_MAX


def _like_trimesh(found: Inspection, path: Path) -> None:
    theirs, facts = peers.trimesh_facts(path), found.facts
    # it keeps supports and what is not to be printed
    if theirs is None or facts.triangles < theirs["triangles"]:
        return
    factor = peers.PER_UNIT.get(str(facts.model_dump()["unit"]), 1.0)
    assert facts.triangles == theirs["triangles"]
    assert facts.bbox_mm == pytest.approx([side * factor for side in theirs["sides"]], abs=0.01)
    # edges of triangles without area count there
    assert facts.watertight == theirs["watertight"] or facts.degenerate
    if theirs["watertight"]:
        volume = theirs["volume"] * factor**3
        assert facts.volume_mm3 == pytest.approx(volume, rel=1e-3, abs=1e-6)
