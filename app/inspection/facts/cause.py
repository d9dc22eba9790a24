"""Why a file may take too long or too much: noted before it is drawn, read where the check had to be stopped.

The note lies beside the pictures, written by the process that reads a foreign file: it is taken as numbers
and one of a few words, never as a sentence.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FILE = "cause.json"
MOST_BYTES = 1000
Kind = Literal["masks", "groups", "patterns", "cells", "gradients", "pixels"]
#: What is counted, how it is told, and how long one takes at 2048 px where it covers its page (measured).
KINDS: dict[Kind, tuple[str, float]] = {
    "masks": ("uses soft masks {count} times", 0.02),
    "groups": ("draws {count} transparent groups", 0.002),
    "patterns": ("fills {count} shapes with a pattern", 0.005),
    "cells": ("fills shapes with patterns of {count} cells in all", 1e-5),
    "gradients": ("draws {count} gradients", 0.005),
    "pixels": ("draws pictures of {count} pixels in all", 1e-9),
}
WORTH_TELLING_S = 5.0

_place: Path | None = None


class Cause(BaseModel):
    """So many of one kind on one page."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Kind
    page: int = Field(ge=1, le=10_000)
    count: int = Field(ge=1, le=10**18)

    @property
    def takes_s(self) -> float:
        """About how long that takes at most."""
        return self.count * KINDS[self.kind][1]

    @property
    def sentence(self) -> str:
        """What is said of the page."""
        return f"Page {self.page} {KINDS[self.kind][0].format(count=f'{self.count:,}')}."


def keep_in(out_dir: Path) -> None:
    """Let this process note causes in `out_dir`."""
    global _place  # the sandbox is one process for one file
    _place = out_dir


def note(causes: list[Cause]) -> None:
    """Keep the one that takes longest, where it is worth telling."""
    longest = max(causes, key=lambda one: one.takes_s, default=None)
    if _place is not None and longest is not None and longest.takes_s > WORTH_TELLING_S:
        (_place / FILE).write_text(longest.model_dump_json())


def noted(out_dir: Path) -> Cause | None:
    """Return what was noted there; None for anything that is no such note."""
    path = out_dir / FILE
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
        return None
    try:
        return Cause.model_validate_json(path.read_bytes())
    except ValidationError:
        return None
