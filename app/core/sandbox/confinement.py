"""Whether this machine can confine a task at all, and what keeps other processes' memory to themselves."""

import ctypes

from app.core.errors import Unavailable
from app.core.sandbox import landlock, seccomp

PR_SET_DUMPABLE = 4
NEXT_STEP = (
    "See “What the host must offer” in docs/operations.md; files and papers wait until then."
)


def missing_wall() -> str:
    """Return the sentence that says why foreign files can't be confined on this machine, empty where they can.
    Asks the kernel, starts nothing; takes microseconds."""
    if not landlock.version():
        return (
            "This machine cannot confine the programs that read foreign files: Landlock is missing "
            "(Linux 5.13 or newer, switched on, and allowed in the container)."
        )
    if not seccomp.is_available():
        return (
            "This machine cannot confine the programs that read foreign files: it has no seccomp filters "
            "for this processor."
        )
    return ""


def require_walls() -> None:
    """Raise Unavailable, with the sentence, where a task can't be confined."""
    if sentence := missing_wall():
        raise Unavailable(sentence, next_step=NEXT_STEP)


def hide_memory() -> None:
    """Keep this process's memory and environment from every other process of the same user; also no core file
    is written. A program that it starts is not hidden until it asks itself."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
