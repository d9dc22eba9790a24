"""What the whole embedded shop takes of memory at rest, each shared page counted once (PSS)."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.cli import running_shop

REST_S = 20  # the clock's first round and the demo's reactions are over by then


def rows() -> Iterator[str]:
    """Start a demo shop in a new home, let it rest, and sum up its processes."""
    with tempfile.TemporaryDirectory() as folder:
        shop = running_shop.start(Path(folder) / "shop")
        try:
            time.sleep(REST_S)
            found = [one for pid in family(shop.process.pid) if (one := pss_mb(pid))]
        finally:
            running_shop.stop(shop)
    python = sum(mb for name, mb in found if name.startswith(("python", "gunicorn")))
    total = sum(mb for _, mb in found)
    yield (
        f"{'the whole shop at rest':44} {total:7.0f} MB in {len(found)} processes "
        f"(Python {python:.0f} MB)"
    )


def family(pid: int) -> list[int]:
    """The process and everything it started."""
    found = [pid]
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [one for child in listed.read_text().split() for one in family(int(child))]
    return found


def pss_mb(pid: int) -> tuple[str, float] | None:
    """The program's name and its share of memory in MB; None for one that has ended meanwhile."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    match = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return name, int(match[1]) / 1024 if match else 0.0
