"""Logs of the embedded shop: kept, but not for ever."""

from __future__ import annotations

from app.cli.embedded.home import Home

LARGEST_BYTES = 10 * 1024 * 1024


def turn_over(home: Home) -> None:
    """Put each log that has grown large aside as NAME.log.1 (the one before it goes)."""
    for log in home.folder("logs").glob("*.log"):
        if log.stat().st_size > LARGEST_BYTES:
            log.replace(log.with_suffix(".log.1"))
