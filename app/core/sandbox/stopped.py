"""Why the sandbox ended a task, in words for the person whose file it was."""

from __future__ import annotations

from app.core.errors import Refused

DAMAGED = "Open it in the program it was made with, save it again and upload the new file."
SMALLER = (
    "Save it smaller (flattened, fewer layers or triangles, lower resolution) and upload it again."
)


class SandboxStopped(Refused):
    """A task in the sandbox was ended before it answered.

    `verdict` is ``memory``, ``time`` or ``crashed``; `detail` is for the log, never for a page.
    """

    code = "stopped"

    def __init__(
        self, verdict: str, sentence: str, *, next_step: str = "", detail: str = ""
    ) -> None:
        super().__init__(sentence, next_step=next_step)
        self.verdict = verdict
        self.detail = detail


def amount(memory_mb: int) -> str:
    """Return a limit as people say it: ``1 GB``, ``1.5 GB``, ``300 MB``."""
    return f"{memory_mb / 1024:.3g} GB" if memory_mb >= 1024 else f"{memory_mb} MB"


def stopped(
    verdict: str, *, what: str, memory_mb: int, limit_s: float, detail: str = ""
) -> SandboxStopped:
    """Return the exception for `verdict`; `what` is the noun of the sentence ("file")."""
    if verdict == "memory":
        sentence = f"The {what} needs more than {amount(memory_mb)} to open and was stopped."
        return SandboxStopped(verdict, sentence, next_step=SMALLER, detail=detail)
    if verdict == "time":
        sentence = f"The {what} took longer than {limit_s:g} s to open and was stopped."
        return SandboxStopped(verdict, sentence, next_step=SMALLER, detail=detail)
    sentence = f"The {what} made the program that reads it stop. It is probably damaged."
    return SandboxStopped("crashed", sentence, next_step=DAMAGED, detail=detail)
