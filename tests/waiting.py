"""Waiting in tests: for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable


def eventually(
    condition: Callable[[], object],
    timeout_s: float = 10,
    *,
    pause: Callable[[], object] = lambda: time.sleep(0.02),
) -> None:
    """Return as soon as `condition()` is true; fails the test when it never is.

    `pause` lies between two looks.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        pause()
