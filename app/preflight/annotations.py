"""Form fields and comments: what a press prints of them, and what only a screen shows."""

from app.preflight.finding import Artwork, FileFacts, Findings, good, warn

ORDER = 65
KINDS = frozenset({"pdf"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn of what is seen on a screen and not printed; say that what is printed is in the proof."""
    lost, printed = facts.annotations_unprinted, facts.annotations_printed
    if lost:
        noun = "form field or comment is" if lost == 1 else "form fields or comments are"
        yield warn(
            f"{lost} {noun} shown on a screen but not printed.",
            next_step="Flatten the PDF if they belong to the artwork.",
            actual=str(lost),
            target="none",
            page=facts.annotations_unprinted_page,
        )
    if printed:
        noun = "form field or comment is" if printed == 1 else "form fields or comments are"
        yield good(f"{printed} {noun} printed as the proof shows.", actual=str(printed))
