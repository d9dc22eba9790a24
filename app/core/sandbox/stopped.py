"""Why the sandbox ended a task, in words for the person whose file it was."""

from app.core.errors import Refused

DAMAGED = "Open it in the program it was made with, save it again and upload the new file."
SMALLER = (
    "Save it smaller (flattened, fewer layers or triangles, lower resolution) and upload it again."
)


class SandboxStopped(Refused):
    """A task was ended before it answered: `verdict` is ``memory``, ``time`` or ``crashed``.

    `what` is the noun of the sentence; `detail` is for the log, never for a page.
    """

    code = "stopped"

    def __init__(
        self, verdict: str, *, what: str, memory_mb: int, limit_s: float, detail: str
    ) -> None:
        memory = f"{memory_mb / 1024:.3g} GB" if memory_mb >= 1024 else f"{memory_mb} MB"
        sentence, next_step = {
            "memory": (f"The {what} needs more than {memory} to open and was stopped.", SMALLER),
            "time": (
                f"The {what} took longer than {limit_s:g} s to open and was stopped.",
                SMALLER,
            ),
            "crashed": (
                f"The {what} made the program that reads it stop. It is probably damaged.",
                DAMAGED,
            ),
        }[verdict]
        super().__init__(sentence, next_step=next_step)
        self.verdict = verdict
        self.detail = detail
