"""Colours that change on press are said before."""

from app.preflight import PRINTED
from app.preflight.finding import Artwork, FileFacts, Findings, good, warn

ORDER = 70
KINDS = PRINTED - {"svg"}
RGB = frozenset({"DeviceRGB", "CalRGB", "ICC RGB", "RGB"})


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Warn about RGB (bright tones get duller in CMYK) and about spot colours."""
    if not requirement.trim_width_mm:
        return  # nothing is printed in ink
    spaces = list(facts.colour_spaces or filter(None, [facts.colour_space]))
    actual = ", ".join(spaces)
    if RGB & set(spaces):
        yield warn(
            "Some colours are RGB; we convert them to CMYK, and very bright tones get duller.",
            next_step="See them in the proof, or send CMYK.",
            actual=actual,
            target="CMYK",
        )
    elif spaces:
        yield good("The colours are made for print.", actual=actual, target="CMYK")
    if "Spot" in spaces:
        yield warn(
            "The file has spot colours; we print them mixed from CMYK unless agreed otherwise.",
            actual=actual,
            target="CMYK",
        )
