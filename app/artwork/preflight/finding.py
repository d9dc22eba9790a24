"""What a check says about one thing, and the types that every check is written with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.catalog.properties import Artwork
from app.files.file_facts import FileFacts, PageFacts

__all__ = [
    "Artwork", "FileFacts", "Finding", "Findings", "PageFacts", "ReportedFinding", "fail", "good",
    "warn",
]  # fmt: skip

SEVERITIES = {"passed": "Passed", "warning": "Note", "fault": "Fault"}  # from good to bad


class ReportedFinding(BaseModel):
    """A finding as a report keeps it, with the name of its check: what was found, what is wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    severity: str
    title: str
    advice: str
    found: str
    wanted: str
    page: int | None

    @property
    def word(self) -> str:
        """The severity as people read it."""
        return SEVERITIES[self.severity]


@dataclass(frozen=True)
class Finding:
    """One thing found. `actual` and `target` are short values to show side by side, `page` counts
    from 1 and is None where the whole file is meant."""

    severity: str
    sentence: str
    next_step: str = ""
    actual: str = ""
    target: str = ""
    page: int | None = None

    def reported(self, check: str) -> ReportedFinding:
        """Return the finding as the report of `check` keeps it."""
        return ReportedFinding(
            check=check,
            severity=self.severity,
            title=self.sentence.removesuffix("."),
            advice=self.next_step,
            found=self.actual,
            wanted=self.target,
            page=self.page,
        )


Findings = Iterator[Finding]


def good(sentence: str, **values: Any) -> Finding:
    """Return a finding with nothing to do."""
    return Finding("passed", sentence, **values)


def warn(sentence: str, **values: Any) -> Finding:
    """Return a finding to look at; the order goes on."""
    return Finding("warning", sentence, **values)


def fail(sentence: str, **values: Any) -> Finding:
    """Return a finding that puts the artwork on hold until it is mended or overridden."""
    return Finding("fault", sentence, **values)
