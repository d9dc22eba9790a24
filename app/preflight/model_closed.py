"""A model is a closed body, so that inside and outside are known."""

from app.core.web.formats import quantity
from app.preflight.finding import Artwork, FileFacts, Findings, fail, good

ORDER = 30
KINDS = frozenset({"stl", "3mf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Fail for holes and for surfaces that share an edge."""
    if facts.watertight:
        yield good("The surface is closed.", actual="closed", target="closed")
        return
    holes, shared = facts.open_edges, facts.shared_edges
    counted = (
        f"{quantity(holes)} open edges"
        if holes
        else f"{quantity(shared)} edges with more than two faces"
    )
    yield fail(
        f"The surface is not closed: it has {counted}. Its volume can't be trusted.",
        next_step="Repair the mesh in your 3D program or slicer and send it again.",
        actual=counted,
        target="closed",
    )
