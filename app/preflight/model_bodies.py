"""A model of several loose parts is said to be one."""

from app.preflight.finding import Artwork, FileFacts, Findings, good, warn

ORDER = 34
KINDS = frozenset({"stl", "3mf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn about more than one body."""
    count = facts.bodies
    if count > 1:
        yield warn(
            f"The model consists of {count} separate bodies.",
            next_step="Say whether they belong together, or send one file for each.",
            actual=str(count),
            target="1",
        )
    else:
        yield good("The model is one body.", actual="1")
