"""`flask inspect` and `flask preview`: what the worker finds in a file, without a shop."""

import json
import shutil
from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--json", "as_json", is_flag=True, help="Everything that was found, as one JSON object."
)
def inspect(file: Path, as_json: bool) -> None:
    """Look at FILE in the sandbox as a worker does and say what it is.

    The verdict is refused (it can't be taken), failed, warned or passed; without a product nothing
    is asked of its size. Ends with 0 whatever the verdict.
    """
    from app.core.sandbox import workspace
    from app.inspection.inspect import inspect_safely
    from app.inspection.results import Refusal

    with workspace() as folder:
        found = inspect_safely(handed_over(file, folder), file.name, folder)
    said = _refused(found) if isinstance(found, Refusal) else _taken(found)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    click.echo(f"{said['verdict']}: {said['sentence']}")
    for finding in said["findings"]:
        click.echo(f"- {finding['severity']}: {finding['title']}")
    for name, value in said["facts"].items():
        click.echo(f"  {name}: {json.dumps(value, ensure_ascii=False)}")


@click.command()
@click.argument("file", type=FILE)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True)
@click.option("--size", "size_px", type=click.IntRange(16, 8192), default=2048, show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def preview(file: Path, page: int, size_px: int, out: Path) -> None:
    """Draw a page of FILE in the sandbox, its longer side SIZE pixels, and write it to OUT as PNG.

    Pictures made of pixels are shrunk, never enlarged. Says why and ends with 1 where it can't be drawn.
    """
    from app.core.sandbox import workspace
    from app.inspection.inspect import draw_safely
    from app.inspection.results import Refusal

    with workspace() as folder:
        path = handed_over(file, folder)
        drawn = draw_safely(path, file.name, folder, page=page, size_px=size_px)
        if isinstance(drawn, Refusal):
            raise click.ClickException(f"{drawn.sentence} {drawn.next_step}")
        shutil.copyfile(drawn.path, out)
    click.echo(f"{out}: {drawn.width_px} × {drawn.height_px} px")


def handed_over(file: Path, folder: Path) -> Path:
    """Return a copy of `file` in `folder`: the sandbox opens nothing elsewhere, not even as root."""
    return Path(shutil.copyfile(file, folder / "handed-over"))


def _refused(refusal: Any) -> dict[str, Any]:
    said = refusal.model_dump()
    return {
        "verdict": "refused",
        "sentence": said.pop("sentence"),
        "facts": {},
        "findings": [],
        **said,
    }


def _taken(found: Any) -> dict[str, Any]:
    from app import preflight
    from app.catalog.properties import Artwork
    from app.inspection.kinds import KINDS

    report = preflight.run(found.facts, Artwork(pages_min=0, pages_max=0))
    faults = [row.title for row in report.findings if row.severity == "fault"]
    return {
        "verdict": report.verdict,
        "sentence": f"{faults[0]}." if faults else f"The file is {KINDS[found.kind].named}.",
        "facts": found.facts.model_dump(mode="json", exclude_unset=True),
        "findings": [row.model_dump() for row in report.findings],
        **found.model_dump(mode="json", include={"kind", "media_type", "size_bytes", "sha256"}),
        "pictures": [row.model_dump(exclude={"path"}) for row in found.previews],
    }
