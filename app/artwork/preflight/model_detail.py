"""A model is neither too heavy to process nor full of empty triangles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.artwork.preflight.finding import Finding, warn

ORDER = 33
KINDS = frozenset({"stl", "3mf"})
TRIANGLES = 2_000_000
DEGENERATE_SHARE = 0.01


def check(facts: Mapping[str, Any], requirement: Mapping[str, Any]) -> Iterator[Finding]:
    """Warn about more than 2 million triangles, and about more than 1 percent without area."""
    count, flat = int(facts["triangles"]), int(facts.get("degenerate") or 0)
    if count > TRIANGLES:
        yield warn(
            f"The model has {count / 1e6:.1f} million triangles; "
            "finer than any machine makes, and slow to prepare.",
            next_step="Simplify the mesh if there is time.",
            actual=f"{count:,}",
            target=f"{TRIANGLES:,}",
        )
    if flat > count * DEGENERATE_SHARE:
        yield warn(
            f"{flat:,} of {count:,} triangles have no area.",
            next_step="Clean the mesh if the preview shows faults.",
            actual=f"{flat:,}",
            target="0",
        )
