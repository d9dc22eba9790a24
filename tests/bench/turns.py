"""Two ways to do the same, taking turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """What one comparison found; seconds are medians, `ratio` is the peer's by ours."""

    what: str
    ours_s: float
    peer: str
    peer_s: float

    @property
    def ratio(self) -> float:
        return self.peer_s / self.ours_s


def compare(
    what: str, ours: Callable[[], Any], peer_name: str, peer: Callable[[], Any], *, rounds: int = 7
) -> Row:
    """Run both once to warm up, then `rounds` times by turns."""
    taken: dict[str, list[float]] = {"ours": [], "peer": []}
    for number in range(rounds + 1):
        for name, run in (("ours", ours), ("peer", peer)):
            started = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - started)
    return Row(what, statistics.median(taken["ours"]), peer_name, statistics.median(taken["peer"]))
