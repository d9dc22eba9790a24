"""What one order costs of processor time from the request until its jobs are ready, by process."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.memory import family
from tests.cli import running_shop
from tests.cli.running_shop import RunningShop
from tests.files.sample_files import a_pdf

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
READY = "material is reserved"
SHOWN_FROM_S = 0.05


def rows() -> Iterator[str]:
    """Walk two orders through a demo shop; the first one warms it, the second one is measured."""
    with tempfile.TemporaryDirectory() as folder:
        shop = running_shop.start(Path(folder) / "shop")
        try:
            file = Path(folder) / "card.pdf"
            file.write_bytes(a_pdf())
            shop.walk(file)
            before, after = taken_s(shop), {}
            shop.walk(file, at={READY: lambda: after.update(taken_s(shop))})
        finally:
            running_shop.stop(shop)
    spent = {name: after[name] - before.get(name, 0.0) for name in after}
    parts = ", ".join(
        f"{name} {seconds:.2f}"
        for name, seconds in sorted(spent.items(), key=lambda one: -one[1])
        if seconds >= SHOWN_FROM_S
    )
    yield f"{'an order from request to ready':44} {sum(spent.values()):7.2f} s of processor: {parts}"


def taken_s(shop: RunningShop) -> dict[str, float]:
    """Return process of the shop → seconds of processor time that it and its children have taken."""
    found = {}
    for file in sorted((shop.home / "run").glob("*.pid")):
        if file.stem == "background":  # the parent of the workers, which are counted by themselves
            continue
        pid = int(file.read_text().split()[0])
        found[file.stem] = sum(_of_process_s(one) for one in family(pid))
    return found


def _of_process_s(pid: int) -> float:
    """A process with those of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS_PER_S
