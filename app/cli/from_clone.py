"""`flask seed` and `flask walk`, whose engines are kept under ``tests/``: a full clone is needed."""

import os
import subprocess
import sys
from pathlib import Path

import click

from app.catalog.presets import NAMES

BY_SUFFIX = {".stl": "threed", ".3mf": "threed"}


def _run_from_clone(module: str, *options: str, **environment: str) -> None:
    """Run ``python -m tests.MODULE`` and end with its exit code; raises ClickException without it."""
    from app.core.settings import ROOT

    if not (ROOT / "tests" / module).is_dir():
        raise click.ClickException(f"tests/{module} is missing. Run it from a full clone.")
    command = [sys.executable, "-m", f"tests.{module}", *options]
    raise SystemExit(subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode)


@click.command()
@click.option("--orders", type=click.IntRange(1, 10_000_000), required=True, help="How many.")
@click.option("--number", default=1, help="The same number on the same day gives the same shop.")
def seed(orders: int, number: int) -> None:
    """Fill an empty shop with orders of three years, about 2 % of them open.

    Stop the shop's processes first: tables lose their indexes meanwhile. A seeding that was cut off
    leaves a database that is not whole.
    """
    from app.core.settings import current

    owner = current().owner_database_url or current().database_url
    options = ("--orders", str(orders), "--number", str(number))
    _run_from_clone("seeding", *options, DATABASE_URL=owner)


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
    options = ["--preset", chosen, "--url", settings.base_url]
    options += ["--home", str(settings.makeready_home)]
    if settings.mail_catcher_dir is not None:
        options += ["--mail", str(settings.mail_catcher_dir)]
    if as_json:
        options.append("--json")
    _run_from_clone("walk", *options, str(file.resolve()))
