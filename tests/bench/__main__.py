"""Set up what is missing, then print each comparison or figure on a line of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "meshes", "files", "sandbox", "database", "messages", "price", "page_cost", "order_cost",
    "memory",
)  # fmt: skip


def set_up(arguments: list[str]) -> None:
    """Install what tests need, and go on in the clone's own environment whoever called us."""
    prepare = ROOT / "app" / "cli" / "embedded" / "prepare.py"
    subprocess.run([sys.executable, "-P", str(prepare), "--tests"], check=True)
    if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        python = str(ROOT / ".venv" / "bin" / "python")
        os.execv(python, [python, "-m", "tests.bench", *arguments])


def main(wanted: list[str]) -> None:
    print(f"{'':44} {'ours':>10} {'peer':>10}  peer takes")
    for name in wanted or NAMES:
        for row in import_module(f"tests.bench.{name}").rows():
            if isinstance(row, str):
                print(row)
                continue
            ours, theirs = f"{row.ours_s * 1000:.1f} ms", f"{row.peer_s * 1000:.1f} ms"
            print(
                f"{row.what:44} {ours:>10} {theirs:>10}  {row.ratio:.1f} times as long ({row.peer})"
            )


if __name__ == "__main__":
    set_up(sys.argv[1:])
    main(sys.argv[1:])
