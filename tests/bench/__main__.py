"""Print each comparison on a line of its own."""

from __future__ import annotations

import sys
from importlib import import_module

NAMES = ("meshes", "files", "sandbox", "database", "messages")


def main(wanted: list[str]) -> None:
    print(f"{'':44} {'ours':>10} {'peer':>10}  peer takes")
    for name in wanted or NAMES:
        for row in import_module(f"tests.bench.{name}").rows():
            ours, theirs = f"{row.ours_s * 1000:.1f} ms", f"{row.peer_s * 1000:.1f} ms"
            print(
                f"{row.what:44} {ours:>10} {theirs:>10}  {row.ratio:.1f} times as long ({row.peer})"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
