"""Walks one order through the shop at `--url`; exit code 1 at the first thing that is wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.walk.order import RunningShop, walk_order


def main() -> int:
    """Read the command line, walk, return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.walk", description=__doc__)
    parser.add_argument("file", type=Path, help="the customer's file")
    parser.add_argument("--preset", default="print", help="whose sample product is ordered")
    parser.add_argument("--url", required=True, help="address of the shop's pages")
    parser.add_argument("--home", type=Path, required=True, help="where its demo sign-ins are")
    parser.add_argument("--mail", type=Path, help="folder of the e-mails that the shop sent")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    given = parser.parse_args()
    shop = RunningShop(given.url, given.home, given.mail)
    return 0 if walk_order(given.file, given.preset, shop, as_json=given.json) else 1


if __name__ == "__main__":
    raise SystemExit(main())
