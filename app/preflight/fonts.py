"""Every font is in the file, so that text comes out as it was set."""

from app.preflight.finding import Artwork, FileFacts, Findings, fail, good, warn

ORDER = 60
KINDS = frozenset({"pdf", "svg"})
# Every reader has metric-compatible stand-ins for these (PDF 1.7, 9.6.2.2 "Standard Type 1 Fonts").
STANDARD = ("Helvetica", "Times", "Courier", "Symbol", "ZapfDingbats", "Arial")


def check(facts: FileFacts, requirement: Artwork) -> Findings:
    """Fail for fonts that are missing, warn where a near-identical stand-in exists."""
    if facts.kind == "svg":
        if facts.text_unsafe:
            yield fail(
                f"The live text “{facts.text_unsafe}” can't be drawn as it is written.",
                next_step="Convert text to outlines (paths) and send it again.",
                actual="live text in several scripts",
                target="outlines",
            )
        elif facts.text:
            yield warn(
                "The drawing holds live text; our fonts may differ from yours.",
                next_step="Convert text to outlines (paths) and send it again.",
                actual="live text",
                target="outlines",
            )
        return
    missing = [font.name for font in facts.fonts if not font.embedded]
    if not missing:
        found = "All fonts are embedded." if facts.fonts else "The file holds no live text."
        yield good(found, actual=f"{len(facts.fonts)} embedded")
        return
    named = ", ".join(missing[:4]) + (" and more" if len(missing) > 4 else "")
    has_stand_in = all(name.split("+")[-1].startswith(STANDARD) for name in missing)
    yield (warn if has_stand_in else fail)(
        f"{named} is not embedded; we print it with a stand-in of the same measure."
        if has_stand_in
        else f"{named} is not embedded: the text would come out in another font.",
        next_step="Export the PDF with all fonts embedded, or convert text to outlines.",
        actual=f"{len(missing)} missing",
        target="all embedded",
    )
