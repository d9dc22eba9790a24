"""`flask walk FILE`: one real order through the running shop, as customer and staff would do it."""

from pathlib import Path

import click

from app.catalog.presets import NAMES
from app.cli.from_clone import run_from_clone

BY_SUFFIX = {".stl": "threed", ".3mf": "threed"}


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(NAMES), help="Default: chosen by the file's suffix.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def walk(file: Path, preset: str | None, as_json: bool) -> None:
    """Send one order with FILE from request to delivery through the running shop.

    Takes PDF, PNG, JPEG, TIFF, PSD, SVG, STL and 3MF. Stops with exit code 1 at the first thing
    that is not as it should be.
    """
    from app.core.settings import current

    settings = current()
    chosen = preset or BY_SUFFIX.get(file.suffix.lower(), "print")
    options = [
        "--preset",
        chosen,
        "--url",
        settings.base_url,
        "--home",
        str(settings.makeready_home),
    ]
    if settings.mail_catcher_dir is not None:
        options += ["--mail", str(settings.mail_catcher_dir)]
    if as_json:
        options.append("--json")
    run_from_clone("walk", *options, str(file.resolve()))
