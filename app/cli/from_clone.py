"""Commands whose engine is kept under ``tests/``: a full clone is needed to run them."""

import os
import subprocess
import sys

import click


def run_from_clone(module: str, *options: str, **environment: str) -> None:
    """Run ``python -m tests.MODULE`` and end with its exit code; raises ClickException without it."""
    from app.core.settings import ROOT

    if not (ROOT / "tests" / module).is_dir():
        raise click.ClickException(f"tests/{module} is missing. Run it from a full clone.")
    command = [sys.executable, "-m", f"tests.{module}", *options]
    raise SystemExit(subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode)
