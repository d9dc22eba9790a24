"""`flask inspect` and `flask preview` answer without a shop, as a worker would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.files import sample_files
from tests.servers import ROOT


def flask(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command with an environment that knows no shop."""
    command = [sys.executable, "-m", "flask", *map(str, arguments)]
    environment = {"PATH": os.environ["PATH"], "MAKEREADY_HOME": "/nonexistent"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def inspected(path: Path) -> dict:
    done = flask("inspect", path, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("body", "name", "verdict", "sentence"),
    [
        (sample_files.a_pdf(pages=3), "card.pdf", "passed", "The file is a PDF document."),
        (
            sample_files.an_stl(triangles=sample_files.CUBE[:-1]),
            "part.stl",
            "failed",
            "The surface is not closed: it has 3 open edges. Its volume can't be trusted.",
        ),
        (b"", "card.pdf", "refused", "The file is empty (0 bytes)."),
    ],
)
def test_a_file_is_judged_without_a_shop(tmp_path, body, name, verdict, sentence):
    path = tmp_path / name
    path.write_bytes(body)
    said = inspected(path)
    assert (said["verdict"], said["sentence"]) == (verdict, sentence)
    assert (said["findings"] != [], said["facts"] != {}) == (verdict != "refused",) * 2


def test_facts_are_those_the_worker_measures_and_nothing_else(tmp_path):
    path = tmp_path / "card.pdf"
    path.write_bytes(sample_files.a_pdf(154, 111))
    facts = inspected(path)["facts"]
    assert facts["page_facts"][0]["trim_mm"] == pytest.approx([148, 105], abs=0.02)
    assert "triangles" not in facts


def test_any_page_is_drawn_at_the_size_asked_for(tmp_path):
    path, out = tmp_path / "card.pdf", tmp_path / "page.png"
    path.write_bytes(sample_files.a_pdf(60, 40, pages=10))
    done = flask("preview", path, "--page", "10", "--size", "300", "--out", out)
    assert done.returncode == 0, done.stderr
    with Image.open(out) as picture:
        assert picture.format == "PNG"
        assert picture.size == pytest.approx((300, 200), abs=1)


def test_a_page_that_is_not_there_is_named(tmp_path):
    path, out = tmp_path / "card.pdf", tmp_path / "page.png"
    path.write_bytes(sample_files.a_pdf(pages=2))
    done = flask("preview", path, "--page", "3", "--out", out)
    assert done.returncode == 1
    assert "The file has 2 pages, no page 3." in done.stderr
    assert not out.exists()
