"""A model holds material."""

from app.preflight.finding import Artwork, FileFacts, Findings, fail, good, warn

ORDER = 32
KINDS = frozenset({"stl", "3mf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Fail for no volume at all; warn where all faces look inwards."""
    volume = facts.volume_mm3 or 0.0
    if volume <= 0:
        yield fail(
            "The model has no volume: it is a sheet without thickness.",
            next_step="Give it a thickness and send it again.",
            actual="0 cm³",
        )
        return
    amount = f"{volume / 1000:.3g} cm³" if volume >= 1 else f"{volume:.2g} mm³"
    if facts.inside_out:
        yield warn("All faces look inwards; we turn them round.", actual=amount)
    elif facts.mixed_facing:
        yield warn("Some faces look inwards; we turn them round.", actual=amount)
    elif facts.watertight:
        yield good(f"The volume is {amount}.", actual=amount)
