"""`flask walk FILE`: one real order through the running shop, as customer and staff would do it."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask

PRESETS = ("print", "threed", "jewellery")
BY_ENDING = {".stl": "threed", ".3mf": "threed"}


def register(app: Flask) -> None:
    """Add the command to `app`."""
    app.cli.add_command(walk)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(PRESETS), help="Default: by the file's ending.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def walk(file: Path, preset: str | None, as_json: bool) -> None:
    """Send one order with FILE from request to delivery through the running shop.

    Takes PDF, PNG, JPEG, TIFF, PSD, SVG, STL and 3MF. Stops with exit code 1 at the first thing
    that is not as it should be.
    """
    from app.cli.walking.way import walk_order

    chosen = preset or BY_ENDING.get(file.suffix.lower(), "print")
    raise SystemExit(0 if walk_order(file, chosen, as_json=as_json) else 1)
