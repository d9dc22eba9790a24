"""What a check says about one thing, and the types that every check is written with."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.catalog.properties import Artwork
from app.inspection.file_facts import FileFacts, PageFacts

__all__ = [
    "FAULTS_SHOWN", "Artwork", "FileFacts", "Finding", "Findings", "PageFacts", "fail", "good",
    "more_pages", "warn",
]  # fmt: skip

FAULTS_SHOWN = 8  # pages named one by one; of the others their number is said
SEVERITIES = {"passed": "Passed", "warning": "Note", "fault": "Fault"}  # from good to bad


class Finding(BaseModel):
    """One thing found, as the report keeps it: what was found and what is wanted, side by side.

    `page` counts from 1 and is None where the whole file is meant; the report fills in `check`.
    """

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


Findings = Iterator[Finding]


def more_pages(count: int) -> str:
    """Return the beginning of a sentence about the pages beyond those that are named."""
    more = count - FAULTS_SHOWN
    return "1 more page has" if more == 1 else f"{more} more pages have"


def _finding(
    severity: str,
    sentence: str,
    next_step: str = "",
    actual: str = "",
    target: str = "",
    page: int | None = None,
) -> Finding:
    return Finding(
        check="",
        severity=severity,
        title=sentence.removesuffix("."),
        advice=next_step,
        found=actual,
        wanted=target,
        page=page,
    )


def good(sentence: str, **values: Any) -> Finding:
    """Return a finding with nothing to do."""
    return _finding("passed", sentence, **values)


def warn(sentence: str, **values: Any) -> Finding:
    """Return a finding to review; it does not hold the order."""
    return _finding("warning", sentence, **values)


def fail(sentence: str, **values: Any) -> Finding:
    """Return a finding that puts the artwork on hold until it is fixed or overridden."""
    return _finding("fault", sentence, **values)
