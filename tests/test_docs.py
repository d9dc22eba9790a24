"""The papers say what the code does. `python -m tests.test_docs` writes the charts anew."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = ROOT / "docs" / "architecture.md"
SHOWN = ("order", "artwork", "job", "operation", "shipment")
ROOMS = ("orders", "artwork", "production", "fulfilment", "files", "notify")
BETWEEN = re.compile(r"(<!-- charts:[^\n]*-->\n)(.*?)(<!-- /charts -->)", re.DOTALL)


def charts() -> str:
    """Return the charts as the architecture page shows them."""
    from app.core.workflow import CHARTS

    for room in ROOMS:
        importlib.import_module(f"app.{room}.states")
    parts = [
        f"**{name.capitalize()}**\n\n```mermaid\n{CHARTS[name].mermaid()}```\n" for name in SHOWN
    ]
    return "\n".join(parts)


def test_the_architecture_page_shows_the_charts_as_they_are() -> None:
    found = BETWEEN.search(ARCHITECTURE.read_text("utf-8"))
    assert found is not None
    assert found.group(2) == charts()


def test_every_link_in_the_papers_leads_to_a_file() -> None:
    for paper in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", paper.read_text("utf-8")):
            if "://" not in target:
                assert (paper.parent / target).exists(), f"{paper.name} points at {target}"


def test_the_processes_in_the_operations_page_are_those_of_the_procfile() -> None:
    names = [
        line.split(":", 1)[0]
        for line in (ROOT / "Procfile").read_text("utf-8").splitlines()
        if ":" in line
    ]
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert [name for name in names if f"`{name}`" not in page] == []


if __name__ == "__main__":
    page = ARCHITECTURE.read_text("utf-8")
    ARCHITECTURE.write_text(
        BETWEEN.sub(lambda found: found.group(1) + charts() + found.group(3), page), "utf-8"
    )
