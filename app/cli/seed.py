"""`flask seed`: fill an empty shop with a demo past of any size."""

from __future__ import annotations

import os
import subprocess
import sys

import click


@click.command()
@click.option("--orders", type=click.IntRange(1, 10_000_000), required=True, help="How many.")
@click.option("--number", default=1, help="The same number on the same day gives the same shop.")
def seed(orders: int, number: int) -> None:
    """Fill an empty shop with orders of three years, about 2 % of them open.

    Stop the shop's processes first: tables lose their indexes meanwhile. A seeding that was cut off
    leaves a database that is not whole.
    """
    from app.core.settings import ROOT, current

    if not (ROOT / "tests" / "seeding").is_dir():
        raise click.ClickException(
            "tests/seeding is missing, and the demo's orders are kept there. Run it from a full clone."
        )
    settings = current()
    owner = settings.owner_database_url or settings.database_url
    command = [sys.executable, "-m", "tests.seeding"]
    options = ["--orders", str(orders), "--number", str(number)]
    env = {**os.environ, "DATABASE_URL": owner}
    raise SystemExit(subprocess.run([*command, *options], cwd=ROOT, env=env).returncode)
