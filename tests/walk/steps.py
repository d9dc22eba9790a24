"""Prints each step of the walk with its time, for people or as JSON lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


class Steps:
    """The steps so far. `say` what a step found out; it stands on the step's line."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.began = time.monotonic()
        self.count = 0

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time one step; what is put into the dictionary is printed with it. Errors pass through."""
        found: dict[str, Any] = {}
        started = time.monotonic()
        try:
            yield found
        except Exception as problem:
            self._print(name, time.monotonic() - started, False, {**found, "problem": str(problem)})
            raise
        self.count += 1
        self._print(name, time.monotonic() - started, True, found)

    def _print(self, name: str, seconds: float, ok: bool, found: dict[str, Any]) -> None:
        if self.as_json:
            line = {"step": name, "seconds": round(seconds, 3), "ok": ok, **found}
            click.echo(json.dumps(line, ensure_ascii=False))
            return
        said = ", ".join(f"{value}" for value in found.values())
        click.echo(f"{'✓' if ok else '✗'} {name:<44} {seconds:6.2f} s  {said}")

    def end(self, *, ok: bool, problem: str = "") -> None:
        """Print the last line."""
        seconds = time.monotonic() - self.began
        if self.as_json:
            line = {"step": "walk", "seconds": round(seconds, 3), "ok": ok}
            click.echo(json.dumps(line | ({"problem": problem} if problem else {})))
        elif ok:
            click.echo(f"\nEverything was as it should be: {self.count} steps in {seconds:.1f} s.")
        else:
            click.echo(f"\nNot as it should be: {problem}", err=True)
