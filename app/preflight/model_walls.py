"""Wall thickness is said to be unchecked rather than passed over in silence."""

from app.preflight.finding import Artwork, FileFacts, Findings, good

ORDER = 35
KINDS = frozenset({"stl", "3mf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Name the least wall that the product asks for, where it asks for one."""
    least = requirement.min_wall_mm
    if least:
        yield good(
            f"Wall thickness is not checked by machine; walls need {float(least):g} mm or more.",
            next_step="Our team will review it.",
            actual="not checked",
            target=f"{float(least):g} mm",
        )
