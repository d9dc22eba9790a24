"""How many dots an inch are enough: the rule that pictures and pages made of pixels share."""

from typing import Any

from app.preflight.finding import Finding, fail, good, warn

NEAR = 0.98
SOFT = 0.5  # half the asked resolution is seen by everybody


def rate_resolution(dpi: float, least: int, what: str, *, page: int | None = None) -> Finding:
    """Return pass, warn (a little soft) or fail (less than half of `least` dots an inch)."""
    actual, target = f"{dpi:.0f} dpi", f"{least} dpi"
    about: dict[str, Any] = {"actual": actual, "target": target, "page": page}
    if dpi >= least * NEAR:
        return good(f"{what} has {actual}, which is sharp.", **about)
    if dpi >= least * SOFT:
        return warn(
            f"{what} has {actual}; {target} are asked for. It will look a little soft.",
            next_step="Send a larger version if you have one.",
            **about,
        )
    return fail(
        f"{what} has only {actual}; {target} are asked for. It would print blurred.",
        next_step="Place the original at full size and export again without downsampling.",
        **about,
    )
