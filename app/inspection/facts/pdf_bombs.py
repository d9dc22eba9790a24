"""PDF streams that unpack to far more than any page needs."""

import zlib
from typing import Any

from app.inspection.facts import check_pixels
from app.inspection.facts.pdf_content import number, words
from app.inspection.refusal import FileRefused

UNPACKED_MAX_BYTES = 256 * 1024 * 1024
DEFLATE_RATIO = 1032  # zlib's own ceiling, see "Maximum Compression Factor" in its technical notes
BLOCK = 1024 * 1024


def check_streams(pdf: Any) -> None:
    """Raise FileRefused for a stream that unpacks to more than 256 MB, or a picture beyond the
    ceiling. Unpacks block by block and stops at the limit, so a bomb costs a second at most."""
    import pikepdf

    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            width_px, height_px = (int(number(item.get(side), 0)) for side in ("/Width", "/Height"))
            check_pixels("PDF document's picture", width_px, height_px)
            continue
        filters: Any = item.get("/Filter")
        names = (
            [words(name) for name in filters]
            if isinstance(filters, pikepdf.Array)
            else [words(filters)]
        )
        packed = names.count("FlateDecode")
        length = number(item.get("/Length"), 0)
        if packed == 0 or (packed == 1 and length * DEFLATE_RATIO < UNPACKED_MAX_BYTES):
            continue
        if len(names) > packed or not _fits(item.read_raw_bytes(), packed):
            raise FileRefused(
                "bomb",
                "The PDF document holds a part that unpacks to more than 256 MB.",
                next_step="Export it again as PDF/X-4 from the program it was made with.",
            )


def _fits(data: bytes, layers: int) -> bool:
    """Return whether `layers` times deflated data unpacks to at most the limit."""
    for layer in range(layers, 0, -1):
        unpack = zlib.decompressobj()
        kept, size = bytearray(), 0
        try:
            while data and not unpack.eof:
                block = unpack.decompress(data, BLOCK)
                data = unpack.unconsumed_tail
                size += len(block)
                if size > UNPACKED_MAX_BYTES:
                    return False
                if layer > 1:
                    kept += block
        except zlib.error:
            return True  # broken, which is for the reader of the page to say
        data = bytes(kept)
    return True
