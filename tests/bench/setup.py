"""Installs what only the bench needs, apart from the shop's own packages: ``python -m tests.bench.setup``."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from tests.bench.scale import DJANGO


def main() -> None:
    """Make the environment of `requirements.txt` where `tests.bench.scale` looks for it."""
    venv.create(DJANGO.parents[1], with_pip=True)
    wanted = Path(__file__).with_name("requirements.txt")
    subprocess.run([str(DJANGO), "-m", "pip", "install", "-q", "-r", str(wanted)], check=True)
    print("Django is installed for the bench.")


if __name__ == "__main__":
    main()
