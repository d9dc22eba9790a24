"""A model fits the machine and is not a thousand times too small."""

from collections.abc import Iterable

from app.preflight.finding import Artwork, FileFacts, Findings, fail, good, warn

ORDER = 31
KINDS = frozenset({"stl", "3mf"})
SMALL_MM = 1.0


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Compare the sides, sorted, with the build volume's: a part may be turned to lie flat."""
    if facts.bbox_mm is None:
        return
    sides, room = facts.bbox_mm, [float(side) for side in requirement.build_volume_mm or ()]
    actual, target = _words(sides), _words(room) if room else ""
    about = {"actual": actual, "target": target}
    if max(sides) < SMALL_MM:
        yield warn(
            f"The model is only {actual}. Was it drawn in metres or inches?",
            next_step="STL has no unit and is read as millimetres. Export it in millimetres.",
            **about,
        )
    pairs = zip(sorted(sides), sorted(room or sides), strict=True)
    if room and not all(side <= free for side, free in pairs):
        yield fail(
            f"The model is {actual} and does not fit into {target}.",
            next_step="Make it smaller, or cut it into parts that are joined later.",
            **about,
        )
    elif max(sides) >= SMALL_MM:
        yield good(f"The model is {actual}.", **about)


def _words(sides: Iterable[float]) -> str:
    shown = (f"{side:.2g}" if side < 1 else f"{side:.1f}".removesuffix(".0") for side in sides)
    return " × ".join(shown) + " mm"
