"""Barcodes as SVG, drawn from their modules so that they stay sharp on every printer."""

import io
from itertools import groupby

HEIGHT_MODULES = 40


def code128_svg(content: str) -> str:
    """Return `content` as a Code 128 symbol (ISO/IEC 15417) in one ``<svg>``, with its quiet zone.
    One unit of the viewBox is one module. Raises ValueError for anything outside ASCII."""
    from barcode.codex import Code128
    from barcode.errors import IllegalCharacterError

    try:
        modules = Code128(content).build()[0]
    except IllegalCharacterError as problem:
        raise ValueError(f"Code 128 can't say {content!r}") from problem
    quiet, at, bars = 10, 10, []
    for module, run in groupby(modules):
        width = len(list(run))
        if module == "1":
            bars.append(f"M{at} 0h{width}v{HEIGHT_MODULES}h-{width}z")
        at += width
    width = len(modules) + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT_MODULES}" '
        f'preserveAspectRatio="none" role="img"><path d="{"".join(bars)}"/></svg>'
    )


def qr_svg(content: str) -> str:
    """Return `content` as a QR code (error correction M or better, quiet zone included)."""
    import segno

    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, omitsize=True, border=4
    )
    return out.getvalue().decode("utf-8")
