"""Transparency is flattened by us, which is worth a look in the proof."""

from app.preflight import PRINTED
from app.preflight.finding import Artwork, FileFacts, Findings, warn

ORDER = 75
KINDS = PRINTED - {"svg"}


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn where something is see-through and the product is printed."""
    if not facts.transparency or not requirement.trim_width_mm:
        return
    if facts.kind == "pdf":
        said = "The file uses transparency (shadows, blends); we flatten it for print."
    else:
        said = "The picture is see-through in places; there the paper shows."
    yield warn(said, next_step="Check those places in the proof.", actual="used")
