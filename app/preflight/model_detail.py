"""A model is neither too heavy to process nor full of empty triangles."""

from app.core.web.formats import quantity
from app.preflight.finding import Artwork, FileFacts, Findings, warn

ORDER = 33
KINDS = frozenset({"stl", "3mf"})
TRIANGLES = 2_000_000
DEGENERATE_SHARE = 0.01


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn about more than 2 million triangles, and about more than 1 percent without area."""
    count, flat = facts.triangles, facts.degenerate
    if count > TRIANGLES:
        yield warn(
            f"The model has {count / 1e6:.1f} million triangles; "
            "finer than any machine makes, and slow to prepare.",
            next_step="Simplify the mesh if there is time.",
            actual=quantity(count),
            target=quantity(TRIANGLES),
        )
    if flat > count * DEGENERATE_SHARE:
        yield warn(
            f"{quantity(flat)} of {quantity(count)} triangles have no area.",
            next_step="Clean the mesh if the preview shows faults.",
            actual=quantity(flat),
            target="0",
        )
